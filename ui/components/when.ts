import { computed, type ReadonlySignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { useApp } from '../lib/app.ts'
import { ago, span } from '../lib/format.ts'
import { html } from '../lib/html.ts'

const msOf = (at: string | number) => (typeof at === 'number' ? at : Date.parse(at))

/** A text that the page draws by itself, and only when its words change. */
const useAge = (ms: number, say: (ms: number) => string): ReadonlySignal<string> => {
  const { clock } = useApp()
  return useMemo(() => computed(() => say(clock.now.value - ms)), [ms])
}

/** "40 s ago", kept true. Only these words are drawn again. */
export const Ago = ({ at }: { at: string | number }) => {
  const { times } = useApp()
  const ms = msOf(at)
  const text = useAge(ms, ago)
  return html`<time datetime=${new Date(ms).toISOString()} title=${times.full(ms)}>${text}</time>`
}

/** "5 h 23 min" since then, kept true. */
export const Since = ({ at }: { at: string | number }) => html`${useAge(msOf(at), span)}`
