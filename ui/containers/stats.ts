import type { Container, ContainerStats } from '#protocol/container.ts'
import { Blank } from '../components/blank.ts'
import { Chart, type ChartSeries } from '../components/chart.ts'
import { Section } from '../components/facts.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { createMeasured } from './model.ts'
import { scaleOf } from './scale.ts'

interface Drawing {
  title: string
  unit: string
  series: ChartSeries[]
}

const known = (values: (number | null)[]) => values.filter((value) => value !== null)

const flowOf = (
  title: string,
  points: readonly ContainerStats[],
  ins: [string, (point: ContainerStats) => number | null],
  outs: [string, (point: ContainerStats) => number | null],
): Drawing => {
  const scale = scaleOf(Math.max(1, ...known([...points.map(ins[1]), ...points.map(outs[1])])))
  const scaled = (value: number | null) => (value === null ? null : value / scale.size)
  return {
    title,
    unit: `${scale.unit}/s`,
    series: [
      { label: ins[0], ink: '--accent', filled: true, values: points.map((point) => scaled(ins[1](point))) },
      { label: outs[0], ink: '--ink-3', dashed: true, values: points.map((point) => scaled(outs[1](point))) },
    ],
  }
}

const drawingsOf = (points: readonly ContainerStats[]): Drawing[] => {
  const memory = scaleOf(Math.max(1, ...known(points.map((point) => point.memory.used))))
  const used = points.map((point) => (point.memory.used === null ? null : point.memory.used / memory.size))
  return [
    {
      title: 'CPU',
      unit: 'cores',
      series: [{ label: 'In use', ink: '--accent', filled: true, values: points.map(({ cpu }) => cpu) }],
    },
    { title: 'Memory', unit: memory.unit, series: [{ label: 'In use', ink: '--accent', filled: true, values: used }] },
    flowOf('Network', points, ['In', (point) => point.rxBytesPerS], ['Out', (point) => point.txBytesPerS]),
    flowOf('Disk', points, ['Read', (point) => point.readBytesPerS], ['Written', (point) => point.writeBytesPerS]),
    {
      title: 'Processes',
      unit: '',
      series: [{ label: 'Now', ink: '--accent', values: points.map(({ pids }) => pids) }],
    },
  ]
}

/** The measurements as charts that can be read at any moment. */
export const StatsTab = ({ container }: { container: Container }) => {
  const { model } = useApp()
  const points = model(createMeasured).of(container.id).value
  if (container.state !== 'running') return html`<${Blank} level=${2} title="Nothing to measure">It does not run.<//>`
  if (points.length < 2)
    return html`<${Blank} level=${2} title="Measuring">The first figures come within seconds. They are kept while this page is open.<//>`
  const at = points.map((point) => Date.parse(point.at) / 1000)
  return html`${drawingsOf(points).map(
    ({ title, unit, series }) => html`<${Section} key=${title} id=${title} title=${title} end=${unit}>
      <${Chart} at=${at} series=${series} unit=${unit} label=${`${title} of ${container.name}`} height=${160} min=${0} />
    <//>`,
  )}`
}
