import { startBare } from './bare.ts'
import { type Effort, type Figure, round } from './figure.ts'
import { createHome, forSeconds } from './home.ts'

const shareOfCore = async (cpuMs: () => number, seconds: number): Promise<number> => {
  const from = { cpu: cpuMs(), at: performance.now() }
  await forSeconds(seconds)
  return round(((cpuMs() - from.cpu) / (performance.now() - from.at)) * 100)
}

/** Share of one core, idle and with forty sessions over six servers, read by one open dashboard. */
export const processor = async ({ short }: Effort): Promise<Figure[]> => {
  const seconds = short ? 10 : 60
  const bare = await startBare()
  const home = await createHome()
  await forSeconds(short ? 3 : 20)
  const [reference, idle] = await Promise.all([
    shareOfCore(bare.cpuMs, seconds),
    shareOfCore(() => home.app.usage().cpuMs, seconds),
  ])
  await bare.stop()
  await home.end()

  const busy = await createHome({ servers: 6, playing: 7 })
  const live = await busy.app.live(busy.owner.token)
  await forSeconds(short ? 3 : 10)
  const watching = await shareOfCore(() => busy.app.usage().cpuMs, seconds)
  const sessions = live.snapshot.sessions.length
  await busy.end()
  const what = 'bare node:http, idle'
  return [
    { name: 'processor, idle', value: idle, unit: '%', budget: 5, reference: { what, value: reference } },
    {
      name: 'processor, 40 sessions over 6 servers',
      value: watching,
      unit: '%',
      budget: 25,
      reference: { what, value: reference },
      more: { sessions },
    },
  ]
}
