import type { Container } from '#protocol/container.ts'
import { Blank, NotAllowed, Waiting } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { Filters, SearchField, Segments, Select } from '../components/filters.ts'
import { InTurn } from '../components/in-turn.ts'
import { useSort } from '../components/table.ts'
import { type App, useApp } from '../lib/app.ts'
import { plural } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { mayOnBox, maySee } from '../lib/model/may.ts'
import type { PageProps } from '../lib/router.ts'
import { useWatch } from '../lib/use-watch.ts'
import { EngineSection } from './engine-section.ts'
import { countsOf, filtered, groupsOf, type ListQuery, ownersOf, type Seen } from './list.ts'
import { LogDrawer } from './log/drawer.ts'
import { createPower } from './power.ts'

const shows = ['all', 'running', 'not-fine'] as const

const queryOf = ({ router }: App): ListQuery => {
  const query = router.query.value
  const asked = query.get('show') ?? query.get('state')
  const show = shows.find((name) => name === asked) ?? 'all'
  return { text: query.get('q') ?? '', show, owner: query.get('owner') ?? '' }
}

const Head = ({ containers, engines }: { containers: readonly Container[]; engines: number }) => {
  const running = containers.filter(({ state }) => state === 'running').length
  const said = `${containers.length} in ${engines} ${plural(engines, 'engine')}, ${running} ${running === 1 ? 'runs' : 'run'}`
  return html`<div class="head"><h1>Containers</h1>${engines > 0 ? html`<span class="quiet">${said}</span>` : null}</div>`
}

const NoEngine = () => {
  const { account } = useApp()
  const may = mayOnBox(account.person.value, 'manage-settings')
  return html`<${Blank}
    level=${2}
    title="No engine yet"
    buttons=${may ? html`<${Button} kind="primary" icon="plus" href="/sources/new?kind=docker">Add a Docker engine<//>` : null}
    >Containers show here as soon as Belfry knows a Docker engine: this machine’s own, or another one on the network.<//>`
}

const Tools = ({ containers, seen, query }: { containers: readonly Container[]; seen: Seen; query: ListQuery }) => {
  const { router } = useApp()
  const counts = countsOf(containers, seen)
  const owners = ownersOf(containers)
  return html`<${Filters}>
    <${SearchField} label="Search containers" placeholder=${owners.length > 0 ? 'Name, image, owner, port' : 'Name, image, port'} value=${query.text}
      onInput=${(text: string) => router.setQuery({ q: text })} />
    <${Segments} label="Show" value=${query.show}
      choices=${[
        { value: 'all', text: `All ${counts.all}` },
        { value: 'running', text: `Running ${counts.running}` },
        { value: 'not-fine', text: `Not fine ${counts['not-fine']}` },
      ]}
      onChoose=${(value: string) => router.setQuery({ show: value === 'all' ? null : value, state: null })} />
    ${
      owners.length > 0
        ? html`<${Select} label="Owner" value=${query.owner}
            choices=${[{ value: '', text: 'Every owner' }, ...owners.map((owner) => ({ value: owner, text: owner }))]}
            onChoose=${(value: string) => router.setQuery({ owner: value || null })} />`
        : null
    }
  <//>`
}

const NothingFits = () => {
  const { router } = useApp()
  const clear = () => router.setQuery({ q: null, show: null, state: null, owner: null })
  return html`<${Blank} level=${2} title="No container fits" buttons=${html`<${Button} onClick=${clear}>Show all<//>`}
    >None has these words, or none is in this state now.<//>`
}

const Groups = ({ query, seen }: { query: ListQuery; seen: Seen }) => {
  const app = useApp()
  const [sort, onSort] = useSort('name')
  const containers = app.state.containerList.value
  const isFiltered = query.text !== '' || query.show !== 'all' || query.owner !== ''
  const groups = groupsOf(app.state.engines.value, seen.sources, filtered(containers, query, seen))
  const shown = isFiltered ? groups.filter((group) => group.containers.length > 0) : groups
  if (shown.length === 0) return html`<${NothingFits} />`
  const hasOwners = containers.some(({ owner }) => owner !== null)
  return html`${shown.map(
    (group, at) =>
      html`<${InTurn} key=${group.id} turn=${at + 1}><${EngineSection} group=${group} seen=${seen} sort=${sort} onSort=${onSort} hasOwners=${hasOwners} mayFold=${!isFiltered} /><//>`,
  )}`
}

/** Every container under its engine, and the log of one beside them. */
export const Page = (_props: PageProps) => {
  const app = useApp()
  useWatch('container:stats')
  const { state, account, router } = app
  if (!maySee(account.person.value, 'containers'))
    return html`<div class="head"><h1>Containers</h1></div><${NotAllowed} what="Containers are shown to people with a grant on their engine." />`
  if (!state.known.value) return html`<div class="head"><h1>Containers</h1></div><${Waiting} lines=${8} />`
  const sources = state.sources.value
  const containers = state.containerList.value
  const engines = groupsOf(state.engines.value, sources, containers).length
  if (engines === 0) return html`<${Head} containers=${containers} engines=${0} /><${NoEngine} />`
  const seen = { sources, pending: app.model(createPower).pending.value }
  const query = queryOf(app)
  const open = state.containers.value.get(router.query.value.get('open') ?? '')
  return html`<${Head} containers=${containers} engines=${engines} />
    ${containers.length > 0 ? html`<${Tools} containers=${containers} seen=${seen} query=${query} />` : null}
    <${Groups} query=${query} seen=${seen} />
    ${open ? html`<${LogDrawer} key=${open.id} container=${open} />` : null}`
}
