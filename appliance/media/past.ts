import type { Can } from '#protocol/access.ts'
import type { Routes } from '#protocol/api.ts'
import type { SourceState } from '#protocol/source.ts'
import type { Log } from '../lib/log.ts'
import { createAnalytics } from './analytics/index.ts'
import type { Reads } from './analytics/store.ts'
import { createAccess } from './history/access.ts'
import { createHistory } from './history/index.ts'
import { createImports, type ImportDeps } from './import/index.ts'
import { createRecorder } from './plays/recorder.ts'
import { createPlayStore, type PlaysDatabase } from './plays/store.ts'
import { createHistoryRoutes } from './routes-history.ts'
import { createImportRoutes } from './routes-import.ts'
import type { Tracked } from './sessions.ts'

export interface PastDeps {
  db: PlaysDatabase
  reads: Reads
  /** Of the site; days and hours of charts are told in it. */
  timeZone(): string
  source(sourceId: string): { name: string } | undefined
  /** Where files are kept while they are taken over. */
  folder: string
  openFile: ImportDeps['openFile']
  can: Can
  now: () => number
  /** A clock that nobody sets and that rests while the box is suspended (ms); the process's own unless given. */
  steady?: () => number
  log: Log
}

export interface Past {
  observe(sourceId: string, sessions: readonly Tracked[]): void
  sourceState(sourceId: string, state: SourceState): void
  forget(sourceId: string): void
  routes: Routes
  prune(before: number): number
  start(): void
  stop(): void
}

/** What was played: recorded from what is observed, and told to those who may see it. */
export const createPast = (deps: PastDeps): Past => {
  const store = createPlayStore(deps.db)
  const { reads, now, timeZone, can, log, steady = () => performance.now() } = deps
  const recorder = createRecorder({
    ...{ store, now, log, steady },
    sourceName: (id) => deps.source(id)?.name ?? id,
  })
  const history = createHistory({ reads, viewersNamed: store.viewersNamed })
  const analytics = createAnalytics({ reads, now, timeZone })
  const past = createHistoryRoutes({ history, analytics, access: createAccess({ can, store }), can, now })
  const imports = createImportRoutes({ imports: createImports({ ...deps, store }), source: deps.source })
  return {
    observe: recorder.observe,
    sourceState: (sourceId, state) => {
      if (state === 'disabled') recorder.end(sourceId)
      else if (state !== 'ok') recorder.away(sourceId)
    },
    forget: recorder.end,
    routes: (api) => {
      past(api)
      imports(api)
    },
    prune: store.prune,
    start: recorder.start,
    stop: recorder.stop,
  }
}
