import type { AuditEntry } from '#protocol/audit.ts'
import type { List } from '#protocol/list.ts'
import { Waiting } from '../../components/blank.ts'
import { Drawer } from '../../components/drawer.ts'
import { Facts } from '../../components/facts.ts'
import { FormError } from '../../components/field.ts'
import { State } from '../../components/mark.ts'
import { Copy } from '../../components/tag.ts'
import { sentenceOf } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { took } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { useAsked } from '../../lib/use-asked.ts'
import { useEscape } from '../../lib/use-escape.ts'
import { programOf } from '../agent.ts'
import { Details } from './details.ts'
import { actorOf, deedOf, outcomeOf, targetOf, viaOf } from './words.ts'

const Ways = ({ entry }: { entry: AuditEntry }) => {
  const target = targetOf(entry)
  const to = (change: Record<string, string>) => `/audit?${new URLSearchParams(change)}`
  return html`<p class="ways">
    ${entry.actor.id ? html`<a class="link" href=${to({ actor: entry.actor.name })}>All by ${entry.actor.name}</a>` : null}
    ${entry.target && target?.kind ? html`<a class="link" href=${to({ target: entry.target.id })}>All about ${target.name}</a>` : null}
    <a class="link" href=${to({ action: entry.action })}>All of this kind</a>
  </p>`
}

const Body = ({ entry }: { entry: AuditEntry }) => {
  const { times } = useApp()
  const target = targetOf(entry)
  const ms = entry.completedAt ? Date.parse(entry.completedAt) - Date.parse(entry.at) : null
  const via = viaOf(entry)
  return html`<div class="audit-detail" tabindex="0" role="group" aria-label="Details of the entry">
    <div class="cols">
      <${Facts} items=${[
        [
          'When',
          `${times.day(entry.at)}, ${times.clock(entry.at)}${ms === null || ms < 100 ? '' : `, took ${took(ms)}`}`,
        ],
        ['Who', `${actorOf(entry)}${via ? `, ${via}` : ''}`],
        ['From', html`<span class="mono">${entry.address || 'the box itself'}</span>`],
        ['With', entry.agent ? html`<span title=${entry.agent}>${programOf(entry.agent)}</span>` : null],
        ['On', target ? `${target.name}${target.kind ? `, ${target.kind}` : ''}` : null],
        ['Outcome', html`<span class="mono">${entry.outcome}</span>`],
        ['Seal', entry.hash ? html`<${Copy} text=${entry.hash.slice(0, 16)} label="the seal" />` : null],
      ]} />
      <div class="more"><${Details} entry=${entry} /><${Ways} entry=${entry} /></div>
    </div>
  </div>`
}

/** One entry whole, beside the list. One that is not in the list is asked for by itself. */
export const AuditDrawer = ({ id, known }: { id: number; known: AuditEntry | undefined }) => {
  const { api, router } = useApp()
  const close = () => router.setQuery({ open: null })
  useEscape(close)
  const asked = useAsked(`entry ${known ? 0 : id}`, async (signal) => {
    if (known) return known
    const { items } = await api.get<List<AuditEntry>>('/audit-logs', { query: { cursor: id + 1, limit: 1 }, signal })
    return items[0]?.id === id ? items[0] : undefined
  })
  const entry = known ?? asked.value ?? undefined
  const outcome = entry ? outcomeOf(entry.outcome) : null
  const isGone = !entry && asked.value === undefined && !asked.error
  return html`<${Drawer}
    id="entry"
    title=${entry ? deedOf(entry.action) : `Entry ${id}`}
    state=${outcome ? html`<${State} state=${outcome.state}>${outcome.word}<//>` : null}
    note=${`entry ${id}`}
    closeLabel="Close the entry"
    onClose=${close}
  >
    ${entry ? html`<${Body} entry=${entry} />` : null}
    ${!entry && asked.error ? html`<div class="audit-detail"><${FormError} text=${sentenceOf(asked.error)} /></div>` : null}
    ${isGone ? html`<p class="audit-detail quiet">There is no such entry, or not any more.</p>` : null}
    ${!entry && asked.value === null && !asked.error ? html`<div class="audit-detail"><${Waiting} lines=${3} /></div>` : null}
  <//>`
}
