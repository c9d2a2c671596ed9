import type { Container, Engine } from '#protocol/container.ts'
import type { LiveEvents } from '#protocol/live.ts'
import type { SourceState } from '#protocol/source.ts'
import { idOf } from './identity.ts'
import type { Measurement, ObservedContainer, ObservedEngine } from './ports.ts'

export type Emit = <K extends 'engine:changed' | 'container:changed' | 'container:removed' | 'container:stats'>(
  event: K,
  data: LiveEvents[K],
) => void

export interface Held {
  sourceId: string
  containerId: string
  container: Container
}

interface Entry {
  state: SourceState
  seen: ObservedEngine | null
  told: string
  containers: Map<string, { seen: ObservedContainer; told: string }>
}

type Measured = Pick<Measurement, 'cpu' | 'memory'>

const isRunning = ({ state }: ObservedContainer) => state === 'running' || state === 'paused'

const toContainer = (
  sourceId: string,
  engine: ObservedEngine,
  seen: ObservedContainer,
  measured: Measured | null,
): Container => {
  const { containerId, memoryLimit, ...facts } = seen
  const current = isRunning(seen) ? measured : null
  return {
    ...facts,
    id: idOf(sourceId, containerId),
    sourceId,
    cpu: current?.cpu ?? null,
    memory: { used: current?.memory.used ?? null, limit: memoryLimit, enforced: engine.memoryLimits !== false },
  }
}

const unknownEngine = {
  hostname: null,
  version: null,
  apiVersion: null,
  os: null,
  arch: null,
  cpus: null,
  memoryBytes: null,
  cgroup: null,
  memoryLimits: null,
  warnings: [],
}

const countsOf = (containers: readonly ObservedContainer[]): Engine['containers'] => {
  const running = containers.filter(({ state }) => state === 'running' || state === 'restarting').length
  const paused = containers.filter(({ state }) => state === 'paused').length
  return { total: containers.length, running, paused, stopped: containers.length - running - paused }
}

const toEngine = (sourceId: string, name: string, { state, seen }: Entry): Engine => {
  const { containers, ...facts } = seen ?? { ...unknownEngine, containers: [] }
  return { ...facts, id: sourceId, name, containers: countsOf(containers), state }
}

/**
 * What was last seen of every engine and its containers, and the one who tells of changes. A source that fails keeps
 * what was seen of it. Measurements come and go without an event of their own.
 */
export const createRegister = (deps: {
  sourceName: (sourceId: string) => string
  isEngine: (sourceId: string) => boolean
  emit: Emit
  measured: (id: string) => Measured | null
}) => {
  const { emit } = deps
  const entries = new Map<string, Entry>()

  const entryOf = (sourceId: string): Entry => {
    const known = entries.get(sourceId)
    if (known) return known
    const entry: Entry = { state: 'unreachable', seen: null, told: '', containers: new Map() }
    entries.set(sourceId, entry)
    return entry
  }

  const tellEngine = (sourceId: string, entry: Entry) => {
    const engine = toEngine(sourceId, deps.sourceName(sourceId), entry)
    const text = JSON.stringify(engine)
    if (text === entry.told) return
    entry.told = text
    emit('engine:changed', engine)
  }

  const tellContainers = (sourceId: string, entry: Entry, engine: ObservedEngine) => {
    for (const seen of engine.containers) {
      const { containerId } = seen
      const told = JSON.stringify(toContainer(sourceId, engine, seen, null))
      const before = entry.containers.get(containerId)?.told
      entry.containers.set(containerId, { seen, told })
      if (told === before) continue
      emit('container:changed', toContainer(sourceId, engine, seen, deps.measured(idOf(sourceId, containerId))))
    }
  }

  /** The one that goes is still known while its listeners run: they ask whose it was. */
  const tellRemoved = (sourceId: string, entry: Entry, left: ReadonlySet<string>) => {
    for (const containerId of [...entry.containers.keys()]) {
      if (left.has(containerId)) continue
      emit('container:removed', { id: idOf(sourceId, containerId), sourceId })
      entry.containers.delete(containerId)
    }
  }

  const held = (sourceId: string, entry: Entry, containerId: string): Held | undefined => {
    const known = entry.containers.get(containerId)
    if (!known || !entry.seen) return undefined
    const measured = deps.measured(idOf(sourceId, containerId))
    return { sourceId, containerId, container: toContainer(sourceId, entry.seen, known.seen, measured) }
  }

  return {
    observe: (sourceId: string, seen: ObservedEngine): void => {
      const entry = entryOf(sourceId)
      entry.seen = seen
      tellContainers(sourceId, entry, seen)
      tellRemoved(sourceId, entry, new Set(seen.containers.map(({ containerId }) => containerId)))
      tellEngine(sourceId, entry)
    },
    sourceState: (sourceId: string, state: SourceState): void => {
      if (!entries.has(sourceId) && !deps.isEngine(sourceId)) return
      const entry = entryOf(sourceId)
      entry.state = state
      tellEngine(sourceId, entry)
    },
    forget: (sourceId: string): void => {
      const entry = entries.get(sourceId)
      if (!entry) return
      tellRemoved(sourceId, entry, new Set())
      entries.delete(sourceId)
    },
    stateOf: (sourceId: string): SourceState | undefined => entries.get(sourceId)?.state,
    sourceIds: (): string[] => [...entries.keys()],
    engines: (): Engine[] => [...entries].map(([id, entry]) => toEngine(id, deps.sourceName(id), entry)),
    containers: (): Container[] =>
      [...entries].flatMap(([sourceId, entry]) =>
        [...entry.containers.keys()].flatMap((id) => held(sourceId, entry, id)?.container ?? []),
      ),
    find: (id: string): Held | undefined => {
      const [sourceId = '', containerId = ''] = id.split(':', 2)
      const entry = entries.get(sourceId)
      return entry && held(sourceId, entry, containerId)
    },
  }
}
export type Register = ReturnType<typeof createRegister>
