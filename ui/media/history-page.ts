import type { Play } from '#protocol/play.ts'
import { Blank, Failed, NotAllowed, PageTitle, Sentinel, Waiting } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { FormError } from '../components/field.ts'
import { sentenceOf } from '../lib/api-error.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { maySee } from '../lib/model/may.ts'
import type { PageProps } from '../lib/router.ts'
import { type Pages, usePages } from '../lib/use-pages.ts'
import { PlayDrawer } from './history/drawer.ts'
import { Export } from './history/export.ts'
import { HistoryFilters } from './history/filters.ts'
import { apiQuery, filterNames, filtersOf, isFiltered, keyOf } from './history/query.ts'
import { HistoryTable } from './history/table.ts'
import { NothingYet } from './nothing-yet.ts'

const namesIn = (items: readonly Play[] | null) => [...new Set((items ?? []).map(({ user }) => user))].sort()

const NothingFits = () => {
  const { router } = useApp()
  const clear = () => router.setQuery(Object.fromEntries(filterNames.map((name) => [name, null])))
  return html`<${Blank} level=${2} title="Nothing was played that fits" buttons=${html`<${Button} onClick=${clear}>Show all<//>`}
    >Other words, another viewer or other days may find it.<//>`
}

const Rest = ({ pages, filtered }: { pages: Pages<Play>; filtered: boolean }) => {
  if (pages.error)
    return html`<div class="pad"><${FormError} text=${sentenceOf(pages.error)} /><${Button} icon="restart" onClick=${pages.hasMore ? pages.more : pages.again}>Ask again<//></div>`
  if (pages.hasMore || pages.busy)
    return html`<${Sentinel} key=${pages.items?.length} onSeen=${pages.more} /><${Waiting} lines=${2} what="Reading older plays" />`
  return html`<p class="foot">${filtered ? 'That is all that fits.' : 'That is all there is, down to the oldest play kept.'}</p>`
}

const List = ({ pages, openKey, filtered }: { pages: Pages<Play>; openKey: string | null; filtered: boolean }) => {
  const { live } = useApp()
  const { items, error, again, busy } = pages
  if (items === null && error) return html`<${Failed} what="The history" error=${error} onRetry=${again} />`
  if (items === null) return html`<${Waiting} lines=${10} what="Reading the history" />`
  if (items.length === 0 && error) return html`<${Rest} pages=${pages} filtered=${filtered} />`
  if (items.length === 0 && !busy) return filtered ? html`<${NothingFits} />` : html`<${NothingYet} />`
  const isStale = live.status.value.state === 'stale'
  return html`<div class=${isStale ? 'history-list stale' : 'history-list'} aria-busy=${busy ? 'true' : undefined}><${HistoryTable} items=${items} openKey=${openKey} /></div><${Rest} pages=${pages} filtered=${filtered} />`
}

const Plays = () => {
  const app = useApp()
  const { account, router } = app
  const filters = filtersOf(app)
  const pages = usePages<Play>('/history', apiQuery(filters, account.status.value?.timeZone))
  const openKey = router.query.value.get('open')
  const filtered = isFiltered(filters)
  const isEmpty = pages.items?.length === 0 && !filtered && !pages.busy
  return html`<div class="head">
      <${PageTitle}>History<//><span class="quiet">What was played, newest first</span>
      <div class="end"><${Button} kind="plain" href="/analytics">Analytics<//>${isEmpty ? null : html`<${Export} filters=${filters} />`}</div>
    </div>
    ${isEmpty ? null : html`<${HistoryFilters} filters=${filters} names=${namesIn(pages.items)} />`}
    <${List} pages=${pages} openKey=${openKey} filtered=${filtered} />
    ${openKey === null ? null : html`<${PlayDrawer} key=${openKey} openKey=${openKey} known=${pages.items?.find((play) => keyOf(play) === openKey)} />`}`
}

/** Who watched what, when, how long, and how it was sent. */
export const Page = (_props: PageProps) => {
  const { account } = useApp()
  if (!maySee(account.person.value, 'analytics'))
    return html`<div class="head"><${PageTitle}>History<//></div><${NotAllowed} what="What was played is shown to people with that grant." />`
  return html`<${Plays} />`
}
