import type { Container, Engine } from '#protocol/container.ts'
import type { Source } from '#protocol/source.ts'
import { Blank } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { Group } from '../components/group.ts'
import { State } from '../components/mark.ts'
import { type Column, type Sort, sorted, Table } from '../components/table.ts'
import { Since } from '../components/when.ts'
import { useApp } from '../lib/app.ts'
import { bytes } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { sourceMark, sourceWord } from '../sources/kinds.ts'
import { Unanswered } from '../sources/unanswered.ts'
import { ActsCell, CpuCell, MemoryCell, PortsCell, StateCell } from './cells.ts'
import { type EngineGroup, folded, type Seen, sumOf } from './list.ts'
import { hostPorts, memoryOf, standingOf, whereOf } from './words.ts'

const rank = { trouble: 0, attention: 1, unknown: 2, busy: 3, fine: 4, off: 5 }

const ownerColumn: Column<Container> = {
  key: 'owner',
  title: 'Owner',
  width: '8%',
  by: ({ owner }) => owner,
  cell: ({ owner }) => owner ?? html`<span class="faint nothing">–</span>`,
}

const nameColumn: Column<Container> = {
  key: 'name',
  title: 'Name',
  name: true,
  by: ({ name }) => name,
  cell: ({ id, name, image }) =>
    html`<a href=${`/containers/${encodeURIComponent(id)}`} title=${name}>${name}</a><span class="sub mono" title=${image}>${image}</span>`,
}

const columnsOf = (engine: Engine | null, seen: Seen, hasOwners: boolean): Column<Container>[] => {
  const width = (withOwners: string, without: string) => (hasOwners ? withOwners : without)
  const standing = (container: Container) =>
    standingOf(container, seen.sources.get(container.sourceId), seen.pending.get(container.id))
  return [
    { ...nameColumn, width: width('19%', '22%') },
    {
      key: 'state',
      title: 'State',
      kind: 'st',
      width: width('15%', '17%'),
      by: (c) => rank[standing(c).state],
      cell: (c) => html`<${StateCell} container=${c} />`,
    },
    ...(hasOwners ? [ownerColumn] : []),
    {
      key: 'cpu',
      title: 'CPU, cores',
      kind: 'w',
      width: width('15%', '16%'),
      by: ({ cpu }) => cpu,
      cell: (c) => html`<${CpuCell} container=${c} engine=${engine} />`,
    },
    {
      key: 'memory',
      title: 'Memory',
      kind: 'w',
      width: width('14%', '15%'),
      by: ({ memory }) => memory.used,
      cell: (c) => html`<${MemoryCell} container=${c} engine=${engine} />`,
    },
    {
      key: 'ports',
      title: 'Ports',
      width: width('10%', '11%'),
      by: (c) => hostPorts(c)[0] ?? null,
      cell: (c) => html`<${PortsCell} container=${c} />`,
    },
    {
      key: 'restarts',
      title: 'Restarts',
      kind: 'n',
      width: '7%',
      by: ({ restarts }) => restarts,
      cell: ({ restarts }) => restarts,
    },
    {
      key: 'acts',
      title: 'Actions',
      hidden: true,
      kind: 'full',
      width: '12%',
      cell: (c) => html`<${ActsCell} container=${c} />`,
    },
  ]
}

const Sum = ({ group }: { group: EngineGroup }) => {
  const { engine, containers, source, away } = group
  if (away && source)
    return html`<${State} state=${sourceMark[source.status.state]}>${sourceWord[source.status.state]} for <${Since} at=${source.status.since} /><//>`
  const { cpu, memory } = sumOf(containers)
  const [cpus, total] = [engine?.cpus ?? null, engine?.memoryBytes ?? null]
  const used = memory === null || total === null ? null : memoryOf(memory, total)
  return html`${cpus === null ? null : html`<span>${cpu === null ? '' : `${cpu.toFixed(1)} of `}${cpus} ${cpus === 1 ? 'core' : 'cores'}</span>`}
    ${total === null ? null : html`<span>${used ? `${used.used} of ${used.of}` : `${bytes(total).figure} ${bytes(total).unit}`}</span>`}`
}

const Away = ({ source }: { source: Source }) =>
  source.status.state === 'disabled'
    ? html`<${Blank} title=${`${source.name} is switched off`} buttons=${html`<${Button} kind="plain" href=${`/sources/${encodeURIComponent(source.id)}`}>Look at the source<//>`}
        >Belfry does not ask it. What is shown is what was known last.<//>`
    : html`<${Unanswered} source=${source} />`

const Empty = ({ group }: { group: EngineGroup }) =>
  group.engine
    ? html`<p class="quiet pad">No containers here. What is started on this engine shows up by itself.</p>`
    : null

const wholeHref = (query: URLSearchParams, id: string): string => {
  const next = new URLSearchParams(query)
  next.set('all', id)
  return `/containers?${next}`
}

/** One engine: what it is, what its containers use together, and a table of them. */
export const EngineSection = (props: {
  group: EngineGroup
  seen: Seen
  sort: Sort
  onSort: (key: string) => void
  hasOwners: boolean
  mayFold: boolean
}) => {
  const { router } = useApp()
  const { group, seen, sort, onSort, hasOwners, mayFold } = props
  const columns = columnsOf(group.engine, seen, hasOwners)
  const all = sorted(group.containers, columns, sort)
  const isWhole = !mayFold || router.query.value.get('all') === group.id
  const { shown, hidden } = isWhole ? { shown: all, hidden: 0 } : folded(all, seen)
  const where = group.engine ? whereOf(group.engine, group.source) : ''
  const open = router.query.value.get('open')
  return html`<${Group} id=${group.id} name=${group.name} where=${where} unreachable=${group.away} sum=${html`<${Sum} group=${group} />`}>
    ${group.away && group.source ? html`<${Away} source=${group.source} />` : null}
    ${
      shown.length > 0
        ? html`<${Table} caption=${`Containers in ${group.name}`} shape="stack" fixed columns=${columns} items=${shown} sort=${sort} onSort=${onSort}
            keyOf=${({ id }: Container) => id} isSelected=${({ id }: Container) => id === open} />`
        : group.away
          ? null
          : html`<${Empty} group=${group} />`
    }
    ${hidden > 0 ? html`<p class="fold"><a href=${wholeHref(router.query.value, group.id)}>${hidden} more run, all fine</a></p>` : null}
  <//>`
}
