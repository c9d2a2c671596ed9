import type { Container, Engine } from '#protocol/container.ts'
import type { Source } from '#protocol/source.ts'
import { isEngine } from '../sources/kinds.ts'
import type { Pending } from './power.ts'
import { canTell, hostPorts, isFine, standingOf } from './words.ts'

export interface ListQuery {
  text: string
  show: 'all' | 'running' | 'not-fine'
  owner: string
}

export interface Seen {
  sources: ReadonlyMap<string, Source>
  pending: ReadonlyMap<string, Pending>
}

export const isRunning = ({ state }: Container): boolean => state === 'running' || state === 'restarting'

const isBad = (container: Container, { sources, pending }: Seen): boolean =>
  !isFine(standingOf(container, sources.get(container.sourceId), pending.get(container.id)))

const says = (container: Container, words: readonly string[]): boolean => {
  const text = [container.name, container.image, container.owner ?? '', ...hostPorts(container)].join(' ').toLowerCase()
  return words.every((word) => text.includes(word))
}

export const filtered = (containers: readonly Container[], query: ListQuery, seen: Seen): Container[] => {
  const words = query.text.toLowerCase().split(/\s+/).filter(Boolean)
  return containers.filter(
    (container) =>
      says(container, words) &&
      (query.owner === '' || container.owner === query.owner) &&
      (query.show === 'all' || (query.show === 'running' ? isRunning(container) : isBad(container, seen))),
  )
}

export const countsOf = (containers: readonly Container[], seen: Seen) => ({
  all: containers.length,
  running: containers.filter(isRunning).length,
  'not-fine': containers.filter((container) => isBad(container, seen)).length,
})

export const ownersOf = (containers: readonly Container[]): string[] =>
  [...new Set(containers.flatMap(({ owner }) => owner ?? []))].sort((a, b) => a.localeCompare(b, 'en'))

const shownAtMost = 12
const shownWhenFolded = 6

/** Of a long list that nobody filters, what is not fine stays and the rest folds into a number. */
export const folded = (containers: readonly Container[], seen: Seen): { shown: Container[]; hidden: number } => {
  if (containers.length <= shownAtMost) return { shown: [...containers], hidden: 0 }
  const calm = containers.filter((container) => isRunning(container) && !isBad(container, seen))
  const hide = new Set(calm.slice(shownWhenFolded))
  return { shown: containers.filter((container) => !hide.has(container)), hidden: hide.size }
}

/** What all containers of an engine use together; null while nobody measured any. */
export const sumOf = (containers: readonly Container[]) => {
  const add = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null)
    return known.length > 0 ? known.reduce((sum, value) => sum + value, 0) : null
  }
  return { cpu: add(containers.map(({ cpu }) => cpu)), memory: add(containers.map(({ memory }) => memory.used)) }
}

export interface EngineGroup {
  id: string
  name: string
  engine: Engine | null
  source: Source | undefined
  containers: Container[]
  away: boolean
}

/** An engine of which nothing is known has nothing to show: it comes last. */
const rankOf = ({ away, containers }: EngineGroup): number => (away && containers.length === 0 ? 1 : 0)

/** Every engine with its containers; one that was never reached is there by its source alone. */
export const groupsOf = (
  engines: ReadonlyMap<string, Engine>,
  sources: ReadonlyMap<string, Source>,
  containers: readonly Container[],
): EngineGroup[] => {
  const engineSources = [...sources.values()].filter(({ kind }) => isEngine(kind))
  const ids = new Set([...engines.keys(), ...engineSources.map(({ id }) => id), ...containers.map((c) => c.sourceId)])
  return [...ids]
    .map((id) => {
      const [engine, source] = [engines.get(id) ?? null, sources.get(id)]
      const mine = containers.filter(({ sourceId }) => sourceId === id)
      return {
        id,
        name: engine?.name ?? source?.name ?? 'Engine',
        engine,
        source,
        containers: mine,
        away: !canTell(source),
      }
    })
    .sort((a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name, 'en', { numeric: true }))
}
