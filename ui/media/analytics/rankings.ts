import type { List } from '#protocol/list.ts'
import type { Ranked } from '#protocol/play.ts'
import { Section } from '../../components/facts.ts'
import { Meter } from '../../components/meter.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { useMediaSources } from '../use-media-sources.ts'
import { Again } from './again.ts'
import type { Choice } from './query.ts'
import { useKept } from './use-kept.ts'
import { counted, playedFor } from './words.ts'

interface Kind {
  name: string
  title: string
  /** The filters of the history that show what a row is made of; null where it has none. */
  filters: ((row: Ranked) => Record<string, string>) | null
}

const oneSource = ({ sourceIds }: Ranked): Record<string, string> =>
  sourceIds.length === 1 && sourceIds[0] ? { source: sourceIds[0] } : {}

const kinds: readonly Kind[] = [
  { name: 'users', title: 'Viewers', filters: (row) => ({ viewer: row.name, ...oneSource(row) }) },
  { name: 'movies', title: 'Films', filters: ({ name }) => ({ q: name, kind: 'movie' }) },
  { name: 'shows', title: 'Series', filters: ({ name }) => ({ q: name, kind: 'episode' }) },
  { name: 'libraries', title: 'Libraries', filters: null },
  { name: 'devices', title: 'Devices', filters: null },
  { name: 'clients', title: 'Clients', filters: null },
]

const few = 5
const many = 100

/** Where it was played, when there is more than one place where it could have been. */
const useWhere = () => {
  const { state } = useApp()
  const servers = useMediaSources()
  return ({ sourceIds }: Ranked): string | null => {
    if (servers.length < 2) return null
    if (sourceIds.length > 1) return `${sourceIds.length} servers`
    return state.sources.value.get(sourceIds[0] ?? '')?.name ?? null
  }
}

const Row = (props: { row: Ranked; kind: Kind; most: number; choice: Choice; from: string }) => {
  const { row, kind, choice, most } = props
  const whereOf = useWhere()
  const [first, second] =
    choice.by === 'time' ? [playedFor(row.playedMs), counted(row.plays)] : [counted(row.plays), playedFor(row.playedMs)]
  const amount = choice.by === 'time' ? row.playedMs : row.plays
  const detail = row.detail ?? whereOf(row)
  const filters = kind.filters
    ? { from: props.from, ...(choice.source ? { source: choice.source } : {}), ...kind.filters(row) }
    : null
  return html`<li class="rank">
    <span class="rank-name">${filters ? html`<a class="name-link" href=${`/history?${new URLSearchParams(filters)}`}>${row.name}</a>` : row.name}${detail ? html`<span class="faint"> ${detail}</span>` : null}</span>
    <b>${first}</b><span class="faint">${second}</span>
    <${Meter} value=${most > 0 ? amount / most : 0} />
  </li>`
}

const Ranking = ({ kind, choice, from }: { kind: Kind; choice: Choice; from: string }) => {
  const { router } = useApp()
  const isOpen = router.query.value.get('all') === kind.name
  const { range, source: sourceId, by } = choice
  // One more than is shown tells whether there are more.
  const kept = useKept<List<Ranked>>(`/analytics/${kind.name}`, { range, sourceId, by, limit: isOpen ? many : few + 1 })
  const items = kept.value?.items ?? null
  const shown = items?.slice(0, isOpen ? many : few) ?? []
  const most = Math.max(0, ...shown.map(({ plays, playedMs }) => (by === 'time' ? playedMs : plays)))
  const more = items !== null && (isOpen || items.length > few)
  const label = isOpen ? `Show ${few} of ${kind.title}` : `Show all of ${kind.title}, up to ${many}`
  const end = more
    ? html`<button type="button" class="text-button" aria-expanded=${isOpen ? 'true' : 'false'} aria-label=${label}
        onClick=${() => router.setQuery({ all: isOpen ? null : kind.name })}>${isOpen ? `Show ${few}` : 'Show all'}</button>`
    : null
  return html`<${Section} id=${kind.name} title=${kind.title} end=${end}>
    ${
      kept.error && items === null
        ? html`<div class="ranks"><${Again} kept=${kept} /></div>`
        : html`<ol class="ranks" aria-busy=${kept.isCurrent || kept.error ? undefined : 'true'}>${shown.map((row) => html`<${Row} key=${row.id} row=${row} kind=${kind} most=${most} choice=${choice} from=${from} />`)}
            ${items?.length === 0 ? html`<li class="hint pad">None in this range.</li>` : null}</ol>`
    }
  <//>`
}

/** The most watched of six kinds. `from` is the day on which the range begins. */
export const Rankings = ({ choice, from }: { choice: Choice; from: string }) =>
  html`<div class="rankings">${kinds.map((kind) => html`<${Ranking} key=${kind.name} kind=${kind} choice=${choice} from=${from} />`)}</div>`
