import type { Can } from '#protocol/access.ts'
import type { Routes } from '#protocol/api.ts'
import type { Person } from '#protocol/person.ts'
import type { Session } from '#protocol/session.ts'
import type { SourceState } from '#protocol/source.ts'
import type { Reads } from '../analytics/store.ts'
import type { MediaPort } from '../ports.ts'
import type { Tracked } from '../sessions.ts'
import { createEnding, type EndingDeps } from './ending.ts'
import { createPreview } from './preview.ts'
import { createRuleRoutes } from './routes.ts'
import { defaultsOf } from './rule.ts'
import { createRuleStore, type RulesDatabase } from './store.ts'
import { createWatcher, type WatcherDeps } from './watcher.ts'

export interface TranscodeRuleDeps
  extends Omit<EndingDeps, 'source'>,
    Pick<WatcherDeps, 'isEnding' | 'refresh' | 'mark' | 'now'> {
  db: RulesDatabase
  reads: Reads
  steady?: () => number
  can: Can
  find(sessionId: string): Tracked | undefined
  seenBy(person: Person, session: Session): Session | null
  mediaOf(sourceId: string): MediaPort | undefined
  source(sourceId: string): { name: string; visibleToViewers: boolean } | undefined
  sourceIds(): string[]
}

export interface TranscodeRules {
  observe(sourceId: string, sessions: readonly Tracked[]): void
  sourceState(sourceId: string, state: SourceState): void
  forget(sourceId: string): void
  routes: Routes
  start(): void
  stop(): void
}

/** The 4K rule: per source, whether and after how long a 4K picture that is made small is ended. */
export const createTranscodeRules = (deps: TranscodeRuleDeps): TranscodeRules => {
  const { db, reads, now, steady = () => performance.now() } = deps
  const store = createRuleStore(db)
  const ruleOf = (sourceId: string) => store.get(sourceId) ?? defaultsOf(sourceId)
  const watcher = createWatcher({ ...deps, steady, store, ruleOf, end: createEnding(deps) })
  return {
    observe: watcher.observe,
    sourceState: (sourceId, state) => {
      if (state !== 'ok') watcher.away(sourceId)
    },
    forget: (sourceId) => {
      watcher.away(sourceId)
      store.forget(sourceId)
    },
    routes: createRuleRoutes({ ...deps, store, ruleOf, watcher, preview: createPreview({ reads, now }) }),
    start: () => store.tidy(now()),
    stop: watcher.stop,
  }
}
