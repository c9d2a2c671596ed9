import type { Vitals } from '#protocol/system.ts'
import { IconButton } from '../components/button.ts'
import { Chart, type ChartSeries } from '../components/chart.ts'
import { html } from '../lib/html.ts'
import type { Metric } from './metrics.ts'

/** One measurement, large enough to read the value of any moment. */
export const CloseUp = ({
  metric,
  points,
  onClose,
}: {
  metric: Metric
  points: readonly Vitals[]
  onClose: () => void
}) => {
  const series: ChartSeries[] = [
    { label: metric.label, ink: '--accent', filled: true, values: points.map(metric.of) },
    ...(metric.second
      ? [{ label: metric.second.name, ink: '--ink-3' as const, dashed: true, values: points.map(metric.second.of) }]
      : []),
  ]
  return html`<section class="close-up" aria-label=${`${metric.name}, closer`}>
    <div class="close-head"><h3>${metric.name}, ${metric.unit}</h3><${IconButton} icon="close" label="Close the chart" onClick=${onClose} /></div>
    <${Chart} key=${metric.key} at=${points.map(({ at }) => Date.parse(at) / 1000)} series=${series} unit=${metric.unit}
      label=${`${metric.name} over the range`} height=${260} min=${metric.least} max=${metric.most ?? undefined} />
  </section>`
}
