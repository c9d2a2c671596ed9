import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Vitals, VitalsHistory } from '#protocol/system.ts'
import { Failed } from '../components/blank.ts'
import { Section } from '../components/facts.ts'
import { Segments } from '../components/filters.ts'
import { Plot } from '../components/plot.ts'
import { useApp } from '../lib/app.ts'
import type { Times } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { CloseUp } from './close-up.ts'
import { ceilingOf, known, type Metric, metrics } from './metrics.ts'

export const ranges = [
  { value: '1h', text: '1 h', ms: 3_600_000 },
  { value: '24h', text: '24 h', ms: 86_400_000 },
  { value: '7d', text: '7 d', ms: 7 * 86_400_000 },
  { value: '30d', text: '30 d', ms: 30 * 86_400_000 },
] as const
type Range = (typeof ranges)[number]

interface Past {
  range: string
  history: VitalsHistory
}

/** What was recorded for the range, with what was measured since. */
const useHistory = (range: Range) => {
  const { api, state } = useApp()
  const past = useSignal<Past | null>(null)
  const error = useSignal<unknown>(null)
  const turn = useSignal(0)
  useEffect(() => {
    const stopping = new AbortController()
    const read = async () => {
      try {
        const history = await api.get<VitalsHistory>('/system/vitals', {
          query: { range: range.value },
          signal: stopping.signal,
        })
        past.value = { range: range.value, history }
        error.value = null
      } catch (cause) {
        if (!stopping.signal.aborted) error.value = cause
      }
    }
    void read()
    const timer = setInterval(read, 300_000)
    return () => {
      clearInterval(timer)
      stopping.abort()
    }
  }, [range.value, turn.value])
  const points = useComputed((): readonly Vitals[] => {
    const before = past.value?.history.points ?? []
    const last = before.at(-1)?.at ?? ''
    const later = state.vitals.value.filter(({ at }) => at > last)
    return range.value === '1h' ? [...before, ...later] : [...before, ...later.slice(-1)]
  })
  const again = () => {
    turn.value += 1
  }
  return { points: points.value, isCurrent: past.value?.range === range.value, error: error.value, again }
}

interface Span {
  from: number
  to: number
}
const leastMs = 300_000

/** The range, or as much of it as there is: a box that was just started shows its minutes and not an empty hour. */
const spanOf = (range: Range, points: readonly Vitals[], now: number): Span => {
  const to = Math.max(now, Date.parse(points.at(-1)?.at ?? '') || 0)
  const first = Date.parse(points[0]?.at ?? '') || to
  return { from: Math.max(to - range.ms, Math.min(first, to - leastMs)), to }
}

const slots = 240

/** Values on an even scale of time, so that a gap stays a gap. */
const spread = (points: readonly Vitals[], of: (point: Vitals) => number | null, from: number, to: number) => {
  const values: (number | null)[] = Array.from({ length: slots }, () => null)
  for (const point of points) {
    const at = Math.round(((Date.parse(point.at) - from) / (to - from)) * (slots - 1))
    if (at >= 0 && at < slots) values[at] = of(point)
  }
  const first = values.findIndex((value) => value !== null)
  return first === -1 ? [] : values.slice(first)
}

const axisOf = ({ from, to }: Span, times: Times): string[] => {
  const said = (at: number) => (to - from <= 86_400_000 ? times.minute(at) : times.day(at).replace(/ \d{4}$/, ''))
  return [said(from), said((from + to) / 2), said(to)]
}

const Small = (props: { metric: Metric; points: readonly Vitals[]; span: Span; open: boolean }) => {
  const { times, router } = useApp()
  const { metric, points, open } = props
  const { from, to } = props.span
  const values = spread(points, metric.of, from, to)
  const second = metric.second ? spread(points, metric.second.of, from, to) : null
  const all = known(points.map(metric.of))
  const now = points.length > 0 ? metric.of(points.at(-1) as Vitals) : null
  const most = ceilingOf(metric, [...values, ...(second ?? [])])
  const aside = all.length > 1 ? `${metric.figure(Math.min(...all))} to ${metric.figure(Math.max(...all))}` : ''
  const said = now === null ? '–' : metric.figure(now)
  return html`<figure class="small">
    <figcaption>
      <button type="button" class="small-name" aria-expanded=${open ? 'true' : 'false'} onClick=${() => router.setQuery({ chart: open ? null : metric.key })}>${metric.name}</button>
      <b>${said} <span class="unit">${now === null ? '' : metric.unit}</span></b>
      <span class="faint">${[aside, metric.limitSaid].filter(Boolean).join(', ')}</span>
    </figcaption>
    <${Plot}
      label=${`${metric.name}, ${said} ${metric.unit} now`}
      series=${[{ kind: 'a', values }, ...(second ? [{ kind: 'b', values: second }] : [])]}
      most=${most} least=${metric.least} yTicks=${[String(most), String(metric.least)]} xTicks=${axisOf(props.span, times)}
      slots=${slots} height=${64} limit=${metric.limit}
    />
  </figure>`
}

/** How the box was: six measurements at a glance, one of them closer when it is pressed. */
export const History = () => {
  const { router, clock } = useApp()
  const query = router.query.value
  const range = ranges.find(({ value }) => value === query.get('range')) ?? ranges[0]
  const { points, error, again } = useHistory(range)
  const shown = metrics.filter((metric) => points.length === 0 || points.some((point) => metric.of(point) !== null))
  const close = metrics.find(({ key }) => key === query.get('chart'))
  const span = spanOf(range, points, clock.read())
  const choose = html`<${Segments} slim label="Range" choices=${ranges} value=${range.value}
    onChoose=${(value: string) => router.setQuery({ range: value === '1h' ? null : value })} />`
  return html`<${Section} id="measured" title="Measurements" end=${choose}>
    ${error !== null && points.length === 0 ? html`<${Failed} what="The measurements" error=${error} onRetry=${again} />` : null}
    <div class="smalls">
      ${shown.map((metric) => html`<${Small} key=${metric.key} metric=${metric} points=${points} span=${span} open=${metric.key === close?.key} />`)}
    </div>
    ${close ? html`<${CloseUp} metric=${close} points=${points} onClose=${() => router.setQuery({ chart: null })} />` : null}
  <//>`
}
