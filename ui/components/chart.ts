import { useEffect, useRef } from 'preact/hooks'
import type uPlot from 'uplot'
import { useApp } from '../lib/app.ts'
import type { Times } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { niceCeiling } from './plot.ts'

export interface ChartSeries {
  label: string
  /** Names of custom properties, so that both themes draw it right. */
  ink: '--accent' | '--ink-3' | '--fine' | '--attention' | '--trouble'
  values: readonly (number | null)[]
  filled?: boolean
  dashed?: boolean
}
export interface ChartProps {
  /** Seconds since 1970, rising. */
  at: readonly number[]
  series: readonly ChartSeries[]
  label: string
  unit: string
  height?: number
  min?: number
  max?: number
}

const colour = (name: string) => {
  const probe = document.createElement('i')
  probe.style.color = `var(${name})`
  document.body.append(probe)
  const value = getComputedStyle(probe).color
  probe.remove()
  return value
}

const axisOf = (ink: string, rule: string): uPlot.Axis => ({
  stroke: ink,
  font: '11px system-ui, sans-serif',
  grid: { stroke: rule, width: 1 },
  ticks: { show: false },
})

/** Days where the ticks are days apart, else the time of day. */
const tickText = (times: Times, step: number) => (seconds: number) => {
  if (step >= 86_400) return times.day(seconds * 1000).replace(/ \d{4}$/, '')
  return step < 60 ? times.clock(seconds * 1000) : times.minute(seconds * 1000)
}

const figure = (value: number) => String(Math.round(value * (value < 10 ? 100 : 10)) / (value < 10 ? 100 : 10))

interface Frame {
  width: number
  zone: (seconds: number) => Date
  times: Times
}

const optionsOf = (props: ChartProps, { width, zone, times }: Frame): uPlot.Options => {
  const [ink, rule] = [colour('--ink-3'), colour('--line')]
  return {
    width,
    height: props.height ?? 240,
    legend: { live: true },
    cursor: { y: false, drag: { x: false, y: false } },
    tzDate: zone,
    scales: {
      y: {
        range: (_plot, low, high) => [props.min ?? Math.min(0, low), props.max ?? niceCeiling(Math.max(high, 0.01), 4)],
      },
    },
    axes: [
      {
        ...axisOf(ink, rule),
        space: 76,
        values: (_plot, ticks, _axis, _space, step) => ticks.map(tickText(times, step)),
      },
      { ...axisOf(ink, rule), size: 56, values: (_plot, ticks) => ticks.map((tick) => `${tick}`) },
    ],
    series: [
      {
        label: 'Time',
        value: (_plot, at) => (at === null ? '–' : `${times.full(at * 1000).split(',')[0]}, ${times.clock(at * 1000)}`),
      },
      ...props.series.map(({ label, ink: name, filled, dashed }) => {
        const stroke = colour(name)
        return {
          label,
          stroke,
          width: 1.75,
          points: { show: false },
          value: (_plot: uPlot, value: number | null) => (value === null ? '–' : `${figure(value)} ${props.unit}`),
          ...(filled ? { fill: stroke.replace(/^rgb\((.*)\)$/, 'rgba($1, .09)') } : {}),
          ...(dashed ? { dash: [3, 4] } : {}),
        }
      }),
    ],
  }
}

const dataOf = ({ at, series }: ChartProps) =>
  [at, ...series.map(({ values }) => values)] as unknown as uPlot.AlignedData

/** A big chart with a cursor that reads values out. uPlot is loaded when the first one opens. Page styles: `chart`. */
export const Chart = (props: ChartProps) => {
  const { theme, account, times } = useApp()
  const holder = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const latest = useRef(props)
  latest.current = props
  const shape = props.series.map(({ label }) => label).join()
  const choice = theme.choice.value

  useEffect(() => {
    let over = false
    const zoneName = account.status.peek()?.timeZone
    const observer = new ResizeObserver(([entry]) => {
      if (entry && plot.current)
        plot.current.setSize({ width: entry.contentRect.width, height: latest.current.height ?? 240 })
    })
    const open = async () => {
      const { default: Plot } = await import('uplot')
      const element = holder.current
      if (over || !element) return
      const zone = (seconds: number) =>
        zoneName ? Plot.tzDate(new Date(seconds * 1000), zoneName) : new Date(seconds * 1000)
      plot.current = new Plot(
        optionsOf(latest.current, { width: element.clientWidth, zone, times }),
        dataOf(latest.current),
        element,
      )
      observer.observe(element)
    }
    void open()
    return () => {
      over = true
      observer.disconnect()
      plot.current?.destroy()
      plot.current = null
    }
  }, [shape, choice])

  useEffect(() => plot.current?.setData(dataOf(props)), [props.at, props.series])
  return html`<div class="big-chart" role="img" aria-label=${props.label} ref=${holder} style=${{ minHeight: `${(props.height ?? 240) + 32}px` }}></div>`
}
