import { useComputed } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import type { System, Vitals } from '#protocol/system.ts'
import { Group } from '../components/group.ts'
import { Line } from '../components/line.ts'
import type { MarkState } from '../components/mark.ts'
import { Since } from '../components/when.ts'
import { useApp } from '../lib/app.ts'
import { byteRate, degrees, type Measure, percent, say, usedOf } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { trailLength } from '../lib/model/trails.ts'

interface Row {
  key: string
  name: string
  where: string
  fact: string
  num: Measure
  state: MarkState
  pick: (vitals: Vitals) => number | null
}

const share = ({ used, total }: { used: number; total: number }) => (total > 0 ? (used / total) * 100 : 0)
const ofTotal = (part: { used: number; total: number }) => {
  const { used, total, unit } = usedOf(part.used, part.total)
  return `${used} of ${total} ${unit}`
}
const near = (value: number, attention: number, trouble: number): MarkState =>
  value >= trouble ? 'trouble' : value >= attention ? 'attention' : 'fine'

/** A Pi slows itself down at 80 degrees. */
const rowsOf = (system: System, vitals: Vitals): Row[] => {
  const { cpu, load, memory, disk, temperature, rxBytesPerS, txBytesPerS } = vitals
  const rows: Row[] = [
    {
      key: 'cpu',
      name: 'Processor',
      where: `${system.cores} cores`,
      fact: `${cpu >= 95 ? 'At its limit, load' : 'Load'} ${Math.round(load * 100) / 100}`,
      num: percent(cpu),
      state: near(cpu, 95, 101),
      pick: (at) => at.cpu,
    },
    {
      key: 'memory',
      name: 'Memory',
      where: 'Working memory',
      fact: ofTotal(memory),
      num: percent(share(memory)),
      state: near(share(memory), 90, 97),
      pick: (at) => share(at.memory),
    },
  ]
  if (disk)
    rows.push({
      key: 'disk',
      name: 'Disk',
      where: system.dataFolder,
      fact: ofTotal(disk),
      num: percent(share(disk)),
      state: near(share(disk), 85, 95),
      pick: (at) => (at.disk ? share(at.disk) : null),
    })
  if (temperature !== null)
    rows.push({
      key: 'temperature',
      name: 'Temperature',
      where: 'Throttles at 80 °C',
      fact: temperature >= 80 ? 'Too hot, it slows itself down' : temperature >= 70 ? 'Warm' : 'Cool enough',
      num: degrees(temperature),
      state: near(temperature, 70, 80),
      pick: (at) => at.temperature,
    })
  if (rxBytesPerS !== null)
    rows.push({
      key: 'network',
      name: 'Network',
      where: 'All interfaces',
      fact: `${say(byteRate(rxBytesPerS))} in, ${say(byteRate(txBytesPerS ?? 0))} out`,
      num: byteRate(rxBytesPerS + (txBytesPerS ?? 0)),
      state: 'fine',
      pick: (at) => (at.rxBytesPerS === null ? null : at.rxBytesPerS + (at.txBytesPerS ?? 0)),
    })
  return rows
}

const VitalLine = ({ row }: { row: Row }) => {
  const { state } = useApp()
  const pick = useMemo(() => row.pick, [row.key])
  const trail = useComputed(() => state.vitals.value.slice(-trailLength).flatMap((vitals) => pick(vitals) ?? []))
  const word = row.state === 'attention' || row.state === 'trouble' ? row.state : undefined
  return html`<${Line} state=${row.state} name=${row.name} href=${`/system#${row.key}`} where=${row.where} fact=${row.fact} word=${word} trail=${trail} num=${row.num} />`
}

/** The machine that this runs on, as one more thing that runs. */
export const BoxGroup = () => {
  const { state } = useApp()
  const system = state.system.value
  const vitals = system?.vitals
  if (!system || !vitals) return null
  const where = [system.model ?? system.hostname, system.os].filter(Boolean).join(', ')
  return html`<${Group} id="box" name="This box" where=${where} sum=${html`<span>up <${Since} at=${system.bootedAt} /></span>`}>
    <ul>${rowsOf(system, vitals).map((row) => html`<${VitalLine} key=${row.key} row=${row} />`)}</ul>
  <//>`
}
