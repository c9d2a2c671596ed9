import { useApp } from '../lib/app.ts'
import { ago, span } from '../lib/format.ts'
import { html } from '../lib/html.ts'

/** "40 s ago", kept true. Only these words are drawn again. */
export const Ago = ({ at }: { at: string | number }) => {
  const { clock, times } = useApp()
  const ms = typeof at === 'number' ? at : Date.parse(at)
  return html`<time datetime=${new Date(ms).toISOString()} title=${times.full(ms)}>${ago(clock.now.value - ms)}</time>`
}

/** "5 h 23 min" since then, kept true. */
export const Since = ({ at }: { at: string | number }) => {
  const { clock } = useApp()
  const ms = typeof at === 'number' ? at : Date.parse(at)
  return html`${span(clock.now.value - ms)}`
}
