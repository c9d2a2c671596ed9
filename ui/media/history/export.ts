import { useSignal } from '@preact/signals'
import { Button } from '../../components/button.ts'
import { sentenceOf } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { bytes, say } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { saveFile } from '../../lib/save-file.ts'
import { lasted } from '../../people/lasted.ts'
import { apiQuery, type Filters, isFiltered } from './query.ts'

/** What the filters leave, as a file. Who took it is written in the audit log. */
export const Export = ({ filters }: { filters: Filters }) => {
  const { api, account, clock, toasts } = useApp()
  const running = useSignal(false)
  const run = async () => {
    running.value = true
    const began = clock.read()
    try {
      const query = { ...apiQuery(filters, account.status.peek()?.timeZone), format: 'csv' }
      const answer = await api.open('/history/export', {}, { query, timeoutMs: 0 })
      const file = await answer.blob()
      saveFile(file, `belfry-history-${new Date(clock.read()).toISOString().slice(0, 10)}.csv`)
      const what = isFiltered(filters) ? 'What the filters show' : 'The whole history'
      toasts.say({
        state: 'fine',
        title: 'The history is saved',
        text: `${what}, ${say(bytes(file.size))}. ${lasted(clock.read() - began)}`,
      })
    } catch (error) {
      toasts.say({ state: 'trouble', title: 'The history was not saved', text: sentenceOf(error) })
    } finally {
      running.value = false
    }
  }
  return html`<${Button} kind="plain" icon="pull" busy=${running.value} label="Save as CSV" onClick=${run}>CSV<//>`
}
