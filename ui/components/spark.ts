import type { ReadonlySignal } from '@preact/signals'
import { useComputed } from '@preact/signals'
import { html } from '../lib/html.ts'
import { trailLength } from '../lib/model/trails.ts'

const width = 64
const top = 3
const bottom = 17

/** Points of a line through `values`, newest at the right edge; flat numbers lie where their size puts them. */
export const sparkPoints = (values: readonly number[], ceiling?: number): string => {
  const most = ceiling ?? Math.max(...values)
  const least = ceiling === undefined ? Math.min(...values) : 0
  const range = most - least
  const y = (value: number) =>
    range > 0 ? bottom - ((value - least) / range) * (bottom - top) : most > 0 ? 10 : bottom
  const step = width / (trailLength - 1)
  const from = width - (values.length - 1) * step
  return values.map((value, at) => `${(from + at * step).toFixed(1)},${y(value).toFixed(1)}`).join(' ')
}

/** The last values of a number. Drawn again when they change, without drawing the line it stands in. */
export const Spark = ({
  trail,
  state,
}: {
  trail: ReadonlySignal<readonly number[]>
  state?: 'attention' | undefined
}) => {
  const points = useComputed(() => (trail.value.length > 1 ? sparkPoints(trail.value) : ''))
  const end = useComputed(() => points.value.split(' ').at(-1)?.split(',')[1] ?? '17')
  const shown = useComputed(() => (points.value ? '2' : '0'))
  return html`<svg class="spark" viewBox="0 0 64 20" aria-hidden="true" data-state=${state}>
    <polyline points=${points} /><circle cx="64" cy=${end} r=${shown} />
  </svg>`
}
