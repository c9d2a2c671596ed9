import type { Can } from '#protocol/access.ts'
import type { Routes } from '#protocol/api.ts'
import type { Container, Engine } from '#protocol/container.ts'
import type { LivePart } from '#protocol/live.ts'
import type { Person } from '#protocol/person.ts'
import type { SourceState } from '#protocol/source.ts'
import type { Log } from '../lib/log.ts'
import { createAct } from './act.ts'
import { createHistory } from './history.ts'
import { createMeasuring } from './measuring.ts'
import type { EnginePort, ObservedEngine } from './ports.ts'
import { createRegister, type Emit } from './register.ts'
import { createContainerRoutes } from './routes.ts'
import { createSight } from './sight.ts'

export interface ContainersDeps {
  /** The engine behind a source that is switched on; undefined for all other sources. */
  engineOf(sourceId: string): EnginePort | undefined
  sourceName(sourceId: string): string
  emit: Emit
  can: Can
  now: () => number
  log: Log
  /** Reads the source now and waits for that. */
  refresh(sourceId: string): Promise<void>
}

export interface Containers {
  observe(sourceId: string, seen: ObservedEngine): void
  /** Of sources that are no engines nothing is kept. */
  sourceState(sourceId: string, state: SourceState): void
  forget(sourceId: string): void
  current(): { engines: Engine[]; containers: Container[] }
  /** Somebody looks at `container:stats`, or nobody does any more. */
  startMeasuring(): void
  stopMeasuring(): void
  /** An engine or container as this person may see it, or null. For the live hub. */
  engineSeenBy(person: Person, engine: Engine): Engine | null
  seenBy(person: Person, container: Container): Container | null
  /** For `container:stats` and `container:removed`, which carry only an id; ask while the event is told. */
  idSeenBy<T extends { id: string }>(person: Person, data: T): T | null
  live: LivePart
  routes: Routes
  stop(): void
}

/** The engines and what runs on them, kept in memory; measured only while somebody looks. */
export const createContainers = (deps: ContainersDeps): Containers => {
  const history = createHistory(deps.now)
  const emit: Emit = (event, data) => {
    deps.emit(event, data)
    if (event === 'container:removed') measuring.forget((data as { id: string }).id)
  }
  const register = createRegister({
    sourceName: deps.sourceName,
    isEngine: (sourceId) => deps.engineOf(sourceId) !== undefined,
    emit,
    measured: (id) => measuring.latest(id),
  })
  const measuring = createMeasuring({
    engineOf: deps.engineOf,
    reachable: () => register.sourceIds().filter((id) => register.stateOf(id) === 'ok'),
    isKnown: (id) => register.find(id) !== undefined,
    history,
    onStats: (stats) => emit('container:stats', stats),
    log: deps.log,
  })
  const sight = createSight({ can: deps.can, register })
  const act = createAct({ ...deps, register })
  const live: LivePart = {
    snapshot: ({ person }) => ({
      engines: register.engines().flatMap((engine) => sight.engine(person, engine) ?? []),
      containers: register.containers().flatMap((container) => sight.container(person, container) ?? []),
    }),
    sight: {
      'engine:changed': ({ person }, engine) => sight.engine(person, engine),
      'container:changed': ({ person }, container) => sight.container(person, container),
      'container:removed': ({ person }, removed) => sight.byId(person, removed),
      'container:stats': ({ person }, stats) => sight.byId(person, stats),
    },
  }

  return {
    observe: register.observe,
    sourceState: (sourceId, state) => {
      register.sourceState(sourceId, state)
      measuring.reconcile()
    },
    forget: (sourceId) => {
      register.forget(sourceId)
      measuring.reconcile()
    },
    current: () => ({ engines: register.engines(), containers: register.containers() }),
    startMeasuring: () => measuring.watch(true),
    stopMeasuring: () => measuring.watch(false),
    engineSeenBy: sight.engine,
    seenBy: sight.container,
    idSeenBy: sight.byId,
    live,
    routes: createContainerRoutes({ ...deps, register, measuring, history, sight, act }),
    stop: measuring.close,
  }
}
