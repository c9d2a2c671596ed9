import { useSignal } from '@preact/signals'
import { Button } from '../../components/button.ts'
import { sentenceOf } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { bytes, say } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { saveFile } from '../../lib/save-file.ts'
import { lasted } from '../lasted.ts'
import { apiQuery, type Filters, isFiltered } from './query.ts'

type Format = 'csv' | 'ndjson'

/** The log as a file, with the filters that are set. Recorded in the log itself. */
export const Exports = ({ filters }: { filters: Filters }) => {
  const { api, account, clock, toasts } = useApp()
  const running = useSignal<Format | null>(null)
  const run = async (format: Format) => {
    running.value = format
    const began = clock.read()
    try {
      const query = { ...apiQuery(filters, account.status.peek()?.timeZone), format }
      const answer = await api.open('/audit-logs/export', {}, { query, timeoutMs: 0 })
      const file = await answer.blob()
      saveFile(file, `belfry-audit-${new Date(clock.read()).toISOString().slice(0, 10)}.${format}`)
      const what = isFiltered(filters) ? 'What the filters show' : 'The whole log'
      toasts.say({
        state: 'fine',
        title: 'The audit log is saved',
        text: `${what}, ${say(bytes(file.size))}. ${lasted(clock.read() - began)}`,
      })
    } catch (error) {
      toasts.say({ state: 'trouble', title: 'The audit log was not saved', text: sentenceOf(error) })
    } finally {
      running.value = null
    }
  }
  const one = (format: Format, text: string) =>
    html`<${Button} kind="plain" icon="pull" busy=${running.value === format} label=${`Save as ${text}`} onClick=${() => run(format)}>${text}<//>`
  return html`${one('csv', 'CSV')}${one('ndjson', 'NDJSON')}`
}
