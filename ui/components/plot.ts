import { html } from '../lib/html.ts'

export interface Series {
  values: readonly (number | null)[]
  /** The first one is drawn in the accent over a filled area, the second dotted and quiet. */
  kind: 'a' | 'b'
}

/** A round number above `most` that divides well by `parts`. */
export const niceCeiling = (most: number, parts = 3): number => {
  if (most <= 0) return parts
  const rough = most / parts
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10
  return Number((step * power * parts).toPrecision(6))
}

const pointsOf = (
  values: Series['values'],
  slots: number,
  most: number,
  least: number,
  width: number,
  height: number,
) => {
  const step = slots > 1 ? width / (slots - 1) : 0
  const from = width - (values.length - 1) * step
  return values.flatMap((value, at) => {
    if (value === null) return []
    const y = height - ((Math.min(most, Math.max(least, value)) - least) / (most - least || 1)) * height
    return [`${(from + at * step).toFixed(1)},${y.toFixed(1)}`]
  })
}

/** A small drawing that stretches while its words do not. `slots` leaves room at the left for what is not known yet. */
export const Plot = (props: {
  series: readonly Series[]
  label: string
  most: number
  least?: number
  yTicks: readonly string[]
  xTicks: readonly string[]
  slots?: number
  height?: number
  limit?: number
}) => {
  const { series, label, most, least = 0, yTicks, xTicks, height = 104, limit } = props
  const width = 716
  const slots = props.slots ?? Math.max(...series.map(({ values }) => values.length))
  const inner = height - 4
  const grid = yTicks.map((_, at) => (at * (inner - 4)) / Math.max(1, yTicks.length - 1) + 4)
  const drawn = series.map(({ values, kind }) => ({
    kind,
    points: pointsOf(values, slots, most, least, width, inner - 4),
  }))
  const shift = (points: string[]) => points.join(' ')
  const limitAt = limit === undefined ? null : inner - ((limit - least) / (most - least || 1)) * (inner - 4)
  const stroke = 'non-scaling-stroke'
  return html`<div class="plot">
    <svg class="chart" viewBox=${`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label=${label}>
      ${grid.map((y) => html`<line class="grid" vector-effect=${stroke} x1="0" x2=${width} y1=${y} y2=${y} />`)}
      ${limitAt === null ? null : html`<line class="limit" vector-effect=${stroke} x1="0" x2=${width} y1=${limitAt} y2=${limitAt} />`}
      <g transform="translate(0 4)">
        ${drawn.map(({ kind, points }) => {
          const [first, last] = [points[0]?.split(',')[0], points.at(-1)?.split(',')[0]]
          if (points.length < 2) return null
          return html`${kind === 'a' ? html`<polygon class="area" points=${`${first},${inner - 4} ${shift(points)} ${last},${inner - 4}`} />` : null}
            <polyline class=${kind} vector-effect=${stroke} points=${shift(points)} />`
        })}
      </g>
    </svg>
    <div class="axis-y" aria-hidden="true">${yTicks.map((tick) => html`<span>${tick}</span>`)}</div>
    <div class="axis-x" aria-hidden="true">${xTicks.map((tick) => html`<span>${tick}</span>`)}</div>
  </div>`
}
