import { useSignal } from '@preact/signals'
import type { List } from '#protocol/list.ts'
import type { ApiKey } from '#protocol/person.ts'
import { Waiting } from '../../components/blank.ts'
import { Button } from '../../components/button.ts'
import { Section } from '../../components/facts.ts'
import { type Column, Table } from '../../components/table.ts'
import { Ago } from '../../components/when.ts'
import { useApp } from '../../lib/app.ts'
import { span } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { useAsked } from '../../lib/use-asked.ts'
import { FailedSection } from '../failed-section.ts'
import { useMinute } from '../use-minute.ts'
import { NewKeyDialog } from './new-key.ts'

export interface Key extends ApiKey {
  readOnly: boolean
}

const Ends = ({ at }: { at: string | null }) => {
  const now = useMinute()
  if (at === null) return html`<span class="faint">never</span>`
  const left = Date.parse(at) - now
  return left > 0 ? html`in ${span(left)}` : html`<span class="word" data-state="attention">has ended</span>`
}

const columnsOf = (onDelete: (key: Key) => void): Column<Key>[] => [
  {
    ...{ key: 'name', title: 'Name', name: true, width: '30%' },
    cell: ({ name, prefix }) => html`<span class="wraps">${name}</span><span class="sub mono">${prefix}…</span>`,
  },
  { key: 'may', title: 'May', width: '18%', cell: ({ readOnly }) => (readOnly ? 'look only' : 'act as you') },
  {
    key: 'used',
    title: 'Last used',
    width: '18%',
    cell: ({ lastUsedAt }) => (lastUsedAt ? html`<${Ago} at=${lastUsedAt} />` : html`<span class="faint">never</span>`),
  },
  { key: 'ends', title: 'Ends', width: '18%', cell: ({ expiresAt }) => html`<${Ends} at=${expiresAt} />` },
  {
    ...{ key: 'acts', title: 'Delete', hidden: true, kind: 'beside', width: '16%' },
    cell: (key) =>
      html`<div class="row-act"><${Button} kind="plain" label=${`Delete ${key.name}`} onClick=${() => onDelete(key)}>Delete<//></div>`,
  },
]

/** Keys with which programs act as this person. */
export const OwnKeys = () => {
  const { api, asks, toasts } = useApp()
  const asked = useAsked('keys', (signal) => api.get<List<Key>>('/api-keys', { signal }))
  const adding = useSignal(false)
  const items = asked.value?.items
  const onDelete = (key: Key) =>
    asks.ask({
      question: `Delete the key ${key.name}?`,
      effects: [
        { icon: 'terminal', what: 'The program that uses it is refused', rest: 'from now on, and needs another one.' },
        { icon: 'check', what: 'Your other keys and sign-ins', rest: 'keep working.' },
      ],
      ...{ keep: 'Keep it', act: 'Delete', acting: `Deleting ${key.name}`, danger: true },
      run: async () => {
        await api.delete(`/api-keys/${encodeURIComponent(key.id)}`)
        toasts.say({ state: 'fine', title: `The key ${key.name} is deleted`, text: 'It opens nothing any more.' })
        asked.again()
      },
    })
  const close = () => {
    adding.value = false
    asked.again()
  }
  return html`<${Section} id="keys" title="Keys for programs">
    <div class="pair">
      <p class="quiet">A key lets a script or another program act as you, without your password.</p>
      <div class="buttons"><${Button} icon="plus" onClick=${() => {
        adding.value = true
      }}>New key<//></div>
    </div>
    ${items && items.length > 0 ? html`<div class="pad"><${Table} caption="Your keys for programs" columns=${columnsOf(onDelete)} items=${items} keyOf=${({ id }: Key) => id} fixed /></div>` : null}
    ${!items && !asked.error ? html`<${Waiting} lines=${1} what="Reading your keys" />` : null}
    <${FailedSection} asked=${asked} />
    ${adding.value ? html`<${NewKeyDialog} onClose=${close} />` : null}
  <//>`
}
