import { useSignal } from '@preact/signals'
import { html } from '../lib/html.ts'
import { niceCeiling } from './plot.ts'

export interface Bar {
  /** What it stands for: "Thursday", "12 Nov". */
  name: string
  value: number
  /** What is read out for it. */
  said: string
}

const height = 100
const slot = 10

/** One path for all: a year has many bars, and they are drawn at once. */
const pathOf = (bars: readonly Bar[], most: number, only?: number): string => {
  const gap = bars.length > 60 ? 0 : bars.length > 20 ? 2 : 3
  return bars
    .map(({ value }, at) => {
      if (value <= 0 || (only !== undefined && only !== at)) return ''
      const tall = Math.max(1, (value / most) * height)
      return `M${at * slot + gap / 2} ${height}v${(-tall).toFixed(1)}h${slot - gap}v${tall.toFixed(1)}z`
    })
    .join('')
}

const steps: Record<string, number> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, Home: -1e9, End: 1e9 }

/**
 * Amounts side by side; one of them is read out, by pointer or by arrow keys, the highest until then. `ticks` are
 * spread evenly below: one to a bar, or first to last. Page styles: `bars`.
 */
export const Bars = (props: {
  title: string
  bars: readonly Bar[]
  ticks: readonly string[]
  spread: 'each' | 'starts' | 'ends'
  top(most: number): { most: number; text: string }
}) => {
  const { title, bars, ticks, spread } = props
  const chosen = useSignal<number | null>(null)
  const values = bars.map(({ value }) => value)
  const peak = Math.max(0, values.indexOf(Math.max(...values)))
  const at = Math.min(chosen.value ?? peak, bars.length - 1)
  const { most, text } = props.top(Math.max(0, ...values))
  const choose = (next: number | null) => {
    chosen.value = next === null ? null : Math.min(bars.length - 1, Math.max(0, next))
  }
  const onPointer = (event: PointerEvent) => {
    const { left, width } = (event.currentTarget as HTMLElement).getBoundingClientRect()
    choose(Math.floor(((event.clientX - left) / width) * bars.length))
  }
  const onKey = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    choose(at + step)
  }
  const said = bars[at] ? `${bars[at].name}, ${bars[at].said}` : ''
  return html`<figure class="bars">
    <figcaption><b>${title}</b><span class="faint">${said && chosen.value === null ? `Most: ${said}` : said}</span></figcaption>
    <div class="bars-plot">
      <div class="bars-area" role="slider" tabindex="0" aria-label=${title} aria-valuemin="0" aria-valuemax=${Math.max(0, bars.length - 1)} aria-valuenow=${at} aria-valuetext=${said}
        onPointerMove=${onPointer} onPointerDown=${onPointer} onPointerLeave=${() => choose(null)} onBlur=${() => choose(null)} onKeyDown=${onKey}>
        <svg viewBox=${`0 0 ${Math.max(1, bars.length) * slot} ${height}`} preserveAspectRatio="none" aria-hidden="true">
          <path d=${pathOf(bars, most)} />${chosen.value === null ? null : html`<path class="chosen" d=${pathOf(bars, most, at)} />`}
        </svg>
      </div>
      <div class="axis-y" aria-hidden="true">${bars.length > 0 ? html`<span>${text}</span><span>0</span>` : null}</div>
      <div class="bars-ticks" data-spread=${spread} aria-hidden="true">${ticks.map((tick, index) => html`<span key=${index}>${tick}</span>`)}</div>
    </div>
  </figure>`
}

/** A round ceiling for whole numbers. */
export const wholeTop = (most: number): { most: number; text: string } => {
  const ceiling = Math.max(1, niceCeiling(most, 2))
  return { most: ceiling, text: String(ceiling) }
}
