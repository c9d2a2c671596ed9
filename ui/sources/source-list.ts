import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { DiscoveredSource, Source } from '#protocol/source.ts'
import { Blank, Waiting } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { Filters, SearchField, Segments } from '../components/filters.ts'
import { Group } from '../components/group.ts'
import { useApp } from '../lib/app.ts'
import { plural } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { mayOnBox } from '../lib/model/may.ts'
import { Found } from './found.ts'
import { isEngine, isMedia, kindName, sourceMark } from './kinds.ts'
import { SourceEntry } from './source-entry.ts'

const groups: readonly { id: string; name: string; has: (source: Source) => boolean }[] = [
  { id: 'media', name: 'Media servers', has: ({ kind }) => isMedia(kind) },
  { id: 'engines', name: 'Engines', has: ({ kind }) => isEngine(kind) },
  { id: 'others', name: 'Others', has: ({ kind }) => !isMedia(kind) && !isEngine(kind) },
]

const isBad = ({ status }: Source) => !['fine', 'off'].includes(sourceMark[status.state])

const Head = ({ sources }: { sources: readonly Source[] }) => {
  const { account } = useApp()
  const answering = sources.filter(({ status }) => status.state === 'ok').length
  const said = `${sources.length} ${plural(sources.length, 'source')}, ${answering} ${answering === 1 ? 'answers' : 'answer'}`
  const may = mayOnBox(account.person.value, 'manage-settings')
  return html`<div class="head">
    <h1>Sources</h1>${sources.length > 0 ? html`<span class="quiet">${said}</span>` : null}
    ${may && sources.length > 0 ? html`<div class="end"><${Button} kind="primary" icon="plus" href="/sources/new">Add<span class="desk"> a source</span><//></div>` : null}
  </div>`
}

const Tools = ({ sources }: { sources: readonly Source[] }) => {
  const { router } = useApp()
  const query = router.query.value
  const bad = sources.filter(isBad).length
  return html`<${Filters}>
    <${SearchField} label="Search sources" placeholder="Name, kind, address" value=${query.get('q') ?? ''} onInput=${(text: string) => router.setQuery({ q: text })} />
    <${Segments} label="Show" value=${query.get('show') === 'not-fine' ? 'not-fine' : 'all'}
      choices=${[{ value: 'all', text: `All ${sources.length}` }, { value: 'not-fine', text: `Not fine ${bad}` }]}
      onChoose=${(value: string) => router.setQuery({ show: value === 'all' ? null : value })} />
  <//>`
}

const fits = (source: Source, query: URLSearchParams) => {
  const words = (query.get('q') ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  const text = `${source.name} ${kindName[source.kind]} ${source.url}`.toLowerCase()
  return words.every((word) => text.includes(word)) && (query.get('show') !== 'not-fine' || isBad(source))
}

const Empty = ({ may }: { may: boolean }) =>
  html`<${Blank} level=${2} title="Nothing is watched yet"
    buttons=${may ? html`<${Button} kind="primary" icon="plus" href="/sources/new">Add a source<//>` : null}
    >Add a media server or a Docker engine, and it shows on Now at once. Nothing is changed on it.<//>`

/** What answered on the network and is no source yet. Asked for when the page is opened. */
const useFound = (may: boolean) => {
  const { api } = useApp()
  const found = useSignal<readonly DiscoveredSource[]>([])
  const searching = useSignal(false)
  const read = async (search: boolean) => {
    searching.value = search
    try {
      const { items } = await api.get<{ items: DiscoveredSource[] }>('/sources/discovered', {
        query: search ? { search: true } : {},
      })
      found.value = items.filter(({ known }) => !known)
    } finally {
      searching.value = false
    }
  }
  const { state } = useApp()
  const count = state.sources.value.size
  useEffect(() => {
    if (may) read(false).catch(() => undefined)
  }, [may, count])
  return { found: found.value, searching: searching.value, search: () => read(true) }
}

export const SourceList = ({ open }: { open: string | null }) => {
  const { state, account, router } = useApp()
  const may = mayOnBox(account.person.value, 'manage-settings')
  const { found, searching, search } = useFound(may)
  const sources = state.sourceList.value
  if (!state.known.value) return html`<${Head} sources=${[]} /><${Waiting} />`
  const query = router.query.value
  const shown = sources.filter((source) => source.id === open || fits(source, query))
  return html`<${Head} sources=${sources} />
    ${sources.length > 4 ? html`<${Tools} sources=${sources} />` : null}
    ${sources.length === 0 ? html`<${Empty} may=${may} />` : null}
    ${sources.length > 0 && shown.length === 0 ? html`<${Blank} level=${2} title="No source fits">None has these words, or all are fine.<//>` : null}
    ${groups.map(({ id, name, has }) => {
      const mine = shown.filter(has)
      if (mine.length === 0) return null
      return html`<${Group} key=${id} id=${id} name=${name}>
        <ul class="sources">${mine.map((source) => html`<${SourceEntry} key=${source.id} source=${source} open=${source.id === open} />`)}</ul>
      <//>`
    })}
    ${may ? html`<${Found} found=${found} searching=${searching} onSearch=${search} />` : null}`
}
