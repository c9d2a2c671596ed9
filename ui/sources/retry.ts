import { useSignal } from '@preact/signals'
import { Button } from '../components/button.ts'
import { sentenceOf } from '../lib/api-error.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'

/** Reads a source now instead of when its turn comes, and says when that did not help. */
export const Retry = ({ id, text = 'Try now', kind }: { id: string; text?: string; kind?: 'plain' }) => {
  const { api, toasts, state } = useApp()
  const busy = useSignal(false)
  const run = async () => {
    busy.value = true
    const name = state.sources.peek().get(id)?.name ?? 'The source'
    try {
      const { state: now, reason } = await api.post<{ state: string; reason: string | null }>(
        `/sources/${encodeURIComponent(id)}/refresh`,
        undefined,
        { timeoutMs: 45_000 },
      )
      if (now === 'ok') toasts.say({ state: 'fine', title: `${name} answers` })
      else toasts.say({ state: 'attention', title: `${name} still does not answer as it should`, text: reason ?? '' })
    } catch (error) {
      toasts.say({ state: 'trouble', title: `${name} could not be asked`, text: sentenceOf(error) })
    } finally {
      busy.value = false
    }
  }
  return html`<${Button} icon="restart" kind=${kind} busy=${busy.value} onClick=${run}>${text}<//>`
}
