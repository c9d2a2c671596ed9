import type { System } from '#protocol/system.ts'
import { bytes, degrees, percent, say } from '../lib/format.ts'

const busy = 90
const hot = 75
const full = 0.9

/** The headline: what needs somebody first, then how the rest is. */
export const sentenceOf = ({ vitals }: System, recentCpu: number): { strong: string; rest: string } => {
  if (!vitals) return { strong: 'Nothing is measured yet.', rest: 'The first figures come within seconds.' }
  const { memory, temperature, disk } = vitals
  const bad: string[] = []
  if (recentCpu >= busy) bad.push(`Its processor is busy, ${say(percent(recentCpu))}.`)
  if (temperature !== null && temperature >= hot) bad.push(`It is hot, ${say(degrees(temperature))}.`)
  if (disk && disk.used / disk.total >= full)
    bad.push(`Its disk is nearly full, ${say(bytes(disk.total - disk.used))} left.`)
  if (memory.used / memory.total >= full)
    bad.push(`Its memory is nearly full, ${say(bytes(memory.total - memory.used))} left.`)
  const uses = [
    ...(recentCpu < busy ? [`${say(percent(recentCpu))} of its processor`] : []),
    `${say(percent((memory.used / memory.total) * 100))} of its memory`,
  ]
  const warmth = temperature !== null && temperature < hot ? `, at ${say(degrees(temperature))}` : ''
  const rest = `It uses ${uses.join(' and ')}${warmth}.`
  return { strong: bad.length > 0 ? bad.join(' ') : 'All is well.', rest }
}
