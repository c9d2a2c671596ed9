import { useComputed } from '@preact/signals'
import type { BandwidthPoint } from '#protocol/session.ts'
import { niceCeiling, Plot } from '../components/plot.ts'
import { useApp } from '../lib/app.ts'
import { bitrate } from '../lib/format.ts'
import { html } from '../lib/html.ts'

const stepMs = 5000
const windowMs = 180_000
const slots = windowMs / stepMs + 1

/**
 * The box samples every 5 s while something plays and sleeps when nothing does: a moment without a sample near it
 * had no flow.
 */
export const flowAt = (
  points: readonly BandwidthPoint[],
  now: number,
  pick: (point: BandwidthPoint) => number,
): number[] => {
  const values = Array.from({ length: slots }, () => 0)
  for (const point of points) {
    const slot = slots - 1 - Math.round((now - Date.parse(point.at)) / stepMs)
    if (slot >= 0 && slot < slots) values[slot] = pick(point) / 1000
  }
  return values
}

const tickText = (value: number) => String(Math.round(value * 10) / 10)

/** Bandwidth of all media servers over the last three minutes. */
export const Flow = () => {
  const { state, clock } = useApp()
  const points = state.bandwidth.value ?? []
  const last = points.at(-1)
  const tick = useComputed(() => Math.floor(clock.now.value / stepMs)).value * stepMs
  // Anchored at the newest sample, so that the line does not tremble between two of them.
  const anchor = last && tick - Date.parse(last.at) < 2 * stepMs ? Date.parse(last.at) : tick
  const total = flowAt(points, anchor, ({ totalKbps }) => totalKbps)
  const away = flowAt(points, anchor, ({ wanKbps }) => wanKbps)
  const most = niceCeiling(Math.max(1, ...total), 3)
  const now = bitrate((total.at(-1) ?? 0) * 1000)
  const wan = bitrate((away.at(-1) ?? 0) * 1000)
  const label = `Bandwidth over the last three minutes: total up to ${tickText(Math.max(...total))} megabits per second, now ${now.figure}; away from home now ${wan.figure}`
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
      xTicks=${['3 min ago', '2', '1', 'now']}
    />
  </section>`
}
