import type { AuditEntry } from '#protocol/audit.ts'
import { State } from '../../components/mark.ts'
import { type Column, Table } from '../../components/table.ts'
import { useApp } from '../../lib/app.ts'
import { took } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { useMinute } from '../use-minute.ts'
import { actorOf, deedOf, outcomeOf, targetOf, viaOf } from './words.ts'

/** The address of this list with one entry open. */
const useHref = () => {
  const { router } = useApp()
  const here = new URLSearchParams(router.query.value)
  return (id: number) => {
    here.set('open', String(id))
    return `/audit?${here}`
  }
}

const When = ({ at }: { at: string }) => {
  const { times } = useApp()
  const today = times.day(at) === times.day(useMinute())
  return html`<time datetime=${at}>${times.clock(at)}${today ? null : html`<span class="sub">${times.day(at)}</span>`}</time>`
}

const durationOf = ({ at, completedAt }: AuditEntry) => (completedAt ? Date.parse(completedAt) - Date.parse(at) : 0)

const Outcome = ({ entry }: { entry: AuditEntry }) => {
  const { state, word } = outcomeOf(entry.outcome)
  const ms = durationOf(entry)
  return html`<${State} state=${state}>${word}<//>${ms >= 500 ? html`<span class="sub">after ${took(ms)}</span>` : null}`
}

const On = ({ entry }: { entry: AuditEntry }) => {
  const target = targetOf(entry)
  return target ? html`${target.name}${target.kind ? html`<span class="sub">${target.kind}</span>` : null}` : null
}

const columnsOf = (href: (id: number) => string, openId: number | null): Column<AuditEntry>[] => [
  {
    ...{ key: 'what', title: 'What', name: true, width: '27%' },
    cell: (entry) =>
      html`<a class="name-link" href=${href(entry.id)} aria-expanded=${entry.id === openId ? 'true' : 'false'} aria-controls=${entry.id === openId ? 'entry' : undefined}>${deedOf(entry.action)}</a><span class="sub mono">${entry.action}</span>`,
  },
  {
    ...{ key: 'when', title: 'When', width: '13%', kind: 'beside' },
    cell: ({ at }) => html`<${When} at=${at} />`,
  },
  {
    ...{ key: 'who', title: 'Who', width: '15%' },
    cell: (entry) => html`${actorOf(entry)}<span class="sub">${viaOf(entry)}</span>`,
  },
  { key: 'on', title: 'On', width: '18%', cell: (entry) => html`<${On} entry=${entry} />` },
  { key: 'outcome', title: 'Outcome', width: '15%', cell: (entry) => html`<${Outcome} entry=${entry} />` },
  { key: 'from', title: 'From', width: '12%', cell: ({ address }) => html`<span class="mono">${address}</span>` },
]

export const AuditTable = ({ items, openId }: { items: readonly AuditEntry[]; openId: number | null }) => {
  const href = useHref()
  return html`<${Table} caption="Audit log, newest first" columns=${columnsOf(href, openId)} items=${items} fixed
    keyOf=${({ id }: AuditEntry) => String(id)} isSelected=${({ id }: AuditEntry) => id === openId} />`
}
