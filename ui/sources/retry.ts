import { useSignal } from '@preact/signals'
import { Button } from '../components/button.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { refresh } from './questions.ts'

/** Reads a source now instead of when its turn comes, and says what came of it. */
export const Retry = ({ id, text = 'Try now' }: { id: string; text?: string }) => {
  const app = useApp()
  const busy = useSignal(false)
  const run = async () => {
    const source = app.state.sources.peek().get(id)
    if (!source) return
    busy.value = true
    await refresh(app, source)
    busy.value = false
  }
  return html`<${Button} icon="restart" busy=${busy.value} onClick=${run}>${text}<//>`
}
