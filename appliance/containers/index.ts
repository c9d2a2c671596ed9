import type { Can } from '#protocol/access.ts'
import type { Routes } from '#protocol/api.ts'
import type { Container, Engine } from '#protocol/container.ts'
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
  engines(): Engine[]
  current(): Container[]
  /** Whether somebody looks at `container:stats` now. */
  watch(watched: boolean): void
  sees(person: Person, container: Container): boolean
  /** For `container:stats` and `container:removed`, which carry only an id; ask while the event is told. */
  seesId(person: Person, id: string): boolean
  seesEngine(person: Person, engine: Engine): boolean
  /** The engine as this person may see it (who only has containers there sees no others counted), or null. */
  engineSeenBy(person: Person, engine: Engine): Engine | null
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
    engines: register.engines,
    current: register.containers,
    watch: measuring.watch,
    sees: sight.sees,
    seesId: sight.seesId,
    seesEngine: (person, engine) => sight.engine(person, engine) !== null,
    engineSeenBy: sight.engine,
    routes: createContainerRoutes({ ...deps, register, measuring, history, sight, act }),
    stop: measuring.close,
  }
}
