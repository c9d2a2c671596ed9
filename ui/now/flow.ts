import type { BandwidthPoint } from '#protocol/session.ts'
import { niceCeiling, Plot } from '../components/plot.ts'
import { useApp } from '../lib/app.ts'
import { bitrate } from '../lib/format.ts'
import { html } from '../lib/html.ts'

const slots = 90

const megabits = (points: readonly BandwidthPoint[], pick: (point: BandwidthPoint) => number) =>
  points.map((point) => pick(point) / 1000)

const tickText = (value: number) => String(Math.round(value * 10) / 10)

/** Bandwidth of all media servers over the last minute and a half. */
export const Flow = () => {
  const { state } = useApp()
  const points = state.bandwidth.value ?? []
  const total = megabits(points, ({ totalKbps }) => totalKbps)
  const away = megabits(points, ({ wanKbps }) => wanKbps)
  const most = niceCeiling(Math.max(1, ...total), 3)
  const last = points.at(-1)
  const now = bitrate(last?.totalKbps ?? 0)
  const wan = bitrate(last?.wanKbps ?? 0)
  const first = points[0]
  const seconds = last && first ? Math.round((Date.parse(last.at) - Date.parse(first.at)) / 1000) : 0
  const span = points.length > 1 ? Math.round((seconds / (points.length - 1)) * (slots - 1)) : slots
  const label = `Bandwidth over the last ${span} seconds: now ${now.figure} megabits per second; away from home now ${wan.figure}`
  return html`<section class="flow" aria-labelledby="flow">
    <div class="side">
      <h2 class="label" id="flow">Bandwidth, all servers</h2>
      <p class="figure">${now.figure}<small>${now.unit}</small></p>
      <div class="key">
        <div><svg aria-hidden="true"><path class="a" d="M0 4h16" /></svg><span>Total</span><span>${now.figure}</span></div>
        <div><svg aria-hidden="true"><path class="b" d="M0 4h16" /></svg><span>Away from home</span><span>${wan.figure}</span></div>
      </div>
    </div>
    <${Plot}
      series=${[{ kind: 'b', values: away }, { kind: 'a', values: total }]}
      label=${label}
      most=${most}
      slots=${slots}
      yTicks=${[most, (most * 2) / 3, most / 3, 0].map(tickText)}
      xTicks=${[`${span} s ago`, String(Math.round((span * 2) / 3)), String(Math.round(span / 3)), 'now']}
    />
  </section>`
}
