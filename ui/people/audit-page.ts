import type { AuditEntry } from '#protocol/audit.ts'
import { Blank, Failed, NotAllowed, PageTitle, Sentinel, Waiting } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { FormError } from '../components/field.ts'
import { sentenceOf } from '../lib/api-error.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { maySee } from '../lib/model/may.ts'
import type { PageProps } from '../lib/router.ts'
import { type Pages, usePages } from '../lib/use-pages.ts'
import { ChainMark, ChainNeeds, useChain } from './audit/chain.ts'
import { AuditDrawer } from './audit/drawer.ts'
import { Exports } from './audit/export.ts'
import { AuditFilters } from './audit/filters.ts'
import { apiQuery, filterNames, filtersOf, isFiltered } from './audit/query.ts'
import { AuditTable } from './audit/table.ts'

const namesIn = (items: readonly AuditEntry[] | null) =>
  [...new Set((items ?? []).filter(({ actor }) => actor.id !== null).map(({ actor }) => actor.name))].sort()

const NothingFits = () => {
  const { router } = useApp()
  const clear = () => router.setQuery(Object.fromEntries(filterNames.map((name) => [name, null])))
  return html`<${Blank} level=${2} title="No entry fits" buttons=${html`<${Button} onClick=${clear}>Show all<//>`}
    >Nothing in the log has these words, this action and these days.<//>`
}

const Rest = ({ pages, filtered }: { pages: Pages<AuditEntry>; filtered: boolean }) => {
  if (pages.error)
    return html`<div class="pad"><${FormError} text=${sentenceOf(pages.error)} /><${Button} icon="restart" onClick=${pages.hasMore ? pages.more : pages.again}>Ask again<//></div>`
  if (pages.hasMore || pages.busy)
    return html`<${Sentinel} key=${pages.items?.length} onSeen=${pages.more} /><${Waiting} lines=${2} what="Reading older entries" />`
  return html`<p class="foot">${filtered ? 'That is all that fits.' : 'That is all there is, down to the oldest entry kept.'}</p>`
}

const List = ({ pages, openId, filtered }: { pages: Pages<AuditEntry>; openId: number | null; filtered: boolean }) => {
  const { items, error, again } = pages
  if (items === null && error) return html`<${Failed} what="The audit log" error=${error} onRetry=${again} />`
  if (items === null) return html`<${Waiting} lines=${10} what="Reading the audit log" />`
  if (items.length === 0 && !pages.busy)
    return filtered
      ? html`<${NothingFits} />`
      : html`<${Blank} level=${2} title="Nothing yet">What people do with this box is written here.<//>`
  return html`<div class="audit-list" aria-busy=${pages.busy ? 'true' : undefined}><${AuditTable} items=${items} openId=${openId} /></div><${Rest} pages=${pages} filtered=${filtered} />`
}

const Log = () => {
  const app = useApp()
  const { account, router } = app
  const filters = filtersOf(app)
  const chain = useChain()
  const pages = usePages<AuditEntry>('/audit-logs', apiQuery(filters, account.status.value?.timeZone))
  const openId = Number(router.query.value.get('open')) || null
  return html`<div class="head">
      <${PageTitle}>Audit<//><${ChainMark} chain=${chain} />
      <div class="end"><${Exports} filters=${filters} /></div>
    </div>
    <${ChainNeeds} chain=${chain} />
    <${AuditFilters} filters=${filters} names=${namesIn(pages.items)} />
    <${List} pages=${pages} openId=${openId} filtered=${isFiltered(filters)} />
    ${openId === null ? null : html`<${AuditDrawer} key=${openId} id=${openId} known=${pages.items?.find(({ id }) => id === openId)} />`}`
}

/** Who did what, when, from where, and what came of it. */
export const Page = (_props: PageProps) => {
  const { account } = useApp()
  if (!maySee(account.person.value, 'audit'))
    return html`<div class="head"><${PageTitle}>Audit<//></div><${NotAllowed} what="The audit log is shown to people with that grant." />`
  return html`<${Log} />`
}
