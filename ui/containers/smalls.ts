import type { Container, ContainerStats } from '#protocol/container.ts'
import { Section } from '../components/facts.ts'
import { niceCeiling, Plot } from '../components/plot.ts'
import { useApp } from '../lib/app.ts'
import { byteRate } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { createMeasured } from './model.ts'
import { scaleOf } from './scale.ts'

const slots = 150

interface Small {
  name: string
  figure: string
  unit: string
  aside: string
  values: (number | null)[]
  second?: (number | null)[]
  most: number
  ticks: string[]
  limit?: number
}

const rangeOf = (values: (number | null)[], format: (value: number) => string): string => {
  const known = values.filter((value) => value !== null)
  if (known.length < 2) return ''
  const [least, most] = [format(Math.min(...known)), format(Math.max(...known))]
  return least === most ? '' : `${least} to ${most}`
}

const cpuOf = (points: readonly ContainerStats[], container: Container): Small => {
  const values = points.map(({ cpu }) => cpu)
  const known = values.filter((value) => value !== null)
  const most = niceCeiling(Math.max(0.02, ...known), 2)
  const cpu = container.cpu
  const limit = container.cpuLimit !== null && container.cpuLimit <= most ? { limit: container.cpuLimit } : {}
  return {
    name: 'CPU',
    figure: cpu === null ? '–' : cpu.toFixed(2),
    unit:
      container.cpuLimit === null ? 'cores' : `of ${container.cpuLimit} ${container.cpuLimit === 1 ? 'core' : 'cores'}`,
    aside: rangeOf(values, (value) => value.toFixed(2)),
    values,
    most,
    ticks: [String(most), '0'],
    ...limit,
  }
}

const memoryOf = (points: readonly ContainerStats[], container: Container): Small => {
  const { used, limit, enforced } = container.memory
  const values = points.map(({ memory }) => memory.used)
  const highest = Math.max(1, used ?? 0, ...values.filter((value) => value !== null))
  const scale = scaleOf(limit && enforced ? Math.max(limit, highest) : highest)
  return {
    name: 'Memory',
    figure: used === null ? '–' : scale.figure(used),
    unit: limit ? `of ${scale.figure(limit)} ${scale.unit}${enforced ? '' : ', not enforced'}` : scale.unit,
    aside: rangeOf(values, scale.figure),
    values: values.map((value) => (value === null ? null : value / scale.size)),
    most: limit && enforced ? limit / scale.size : scale.most,
    ticks: [limit && enforced ? scale.figure(limit) : String(scale.most), '0'],
  }
}

const flow = (name: string, aside: string, ins: (number | null)[], outs: (number | null)[]): Small => {
  const [now, back] = [ins.at(-1) ?? null, outs.at(-1) ?? null]
  const highest = Math.max(1, ...[...ins, ...outs].filter((value) => value !== null))
  const scale = scaleOf(highest)
  const said = now === null ? { figure: '–', unit: '' } : byteRate(now)
  return {
    name,
    figure: said.figure,
    unit:
      back === null
        ? said.unit
        : `${said.unit} ${aside.replace('%', `${byteRate(back).figure} ${byteRate(back).unit}`)}`,
    aside: '',
    values: ins.map((value) => (value === null ? null : value / scale.size)),
    second: outs.map((value) => (value === null ? null : value / scale.size)),
    most: scale.most,
    ticks: now === null ? ['', '0'] : [`${scale.most} ${scale.unit}`, '0'],
  }
}

const Figure = ({ small, begin }: { small: Small; begin: string }) => {
  const series = [
    { kind: 'a' as const, values: small.values },
    ...(small.second ? [{ kind: 'b' as const, values: small.second }] : []),
  ]
  return html`<figure class="small">
    <figcaption><span>${small.name}</span><b>${small.figure} <span class="unit">${small.unit}</span></b><span class="faint">${small.aside}</span></figcaption>
    <${Plot} label=${`${small.name}, ${small.figure} ${small.unit} now`} series=${series} most=${small.most} yTicks=${small.ticks}
      xTicks=${[begin, 'now']} slots=${slots} height=${64} limit=${small.limit} />
  </figure>`
}

/** Four measurements, each with its own scale, since the page was opened. */
export const Smalls = ({ container }: { container: Container }) => {
  const { model } = useApp()
  const points = model(createMeasured).of(container.id).value.slice(-slots)
  const smalls = [
    cpuOf(points, container),
    memoryOf(points, container),
    flow(
      'Network',
      'in, % out',
      points.map((p) => p.rxBytesPerS),
      points.map((p) => p.txBytesPerS),
    ),
    flow(
      'Disk',
      'read, % written',
      points.map((p) => p.readBytesPerS),
      points.map((p) => p.writeBytesPerS),
    ),
  ]
  return html`<${Section} id="measured" title="Measurements" end="the last 5 minutes">
    <div class="smalls">${smalls.map((small) => html`<${Figure} key=${small.name} small=${small} begin="5 min ago" />`)}</div>
  <//>`
}
