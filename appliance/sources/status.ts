import type { SourceDetail, SourceState } from '#protocol/source.ts'
import type { Log } from '../lib/log.ts'

/** What is known of how a source is: told onward and logged once when it changes. */
export interface Status {
  state(): SourceState
  tell(state: SourceState, reason: string | null): void
  succeeded(): void
  /** Whether push is up. */
  pushing: boolean
  nextTryAt: number | null
  detail(version: string | null, ttlMs: number): SourceDetail
}

const iso = (at: number) => new Date(at).toISOString()
const isoOrNull = (at: number | null) => (at === null ? null : iso(at))

export const createStatus = (deps: {
  log: Log
  now: () => number
  onState(state: SourceState, reason: string | null): void
}): Status => {
  const { log, now } = deps
  const held = { state: 'unreachable' as SourceState, reason: 'Not asked yet.' as string | null, since: now() }
  let lastSuccessAt: number | null = null

  const changed = (state: SourceState, reason: string | null) => {
    const forMs = now() - held.since
    held.since = now()
    if (state === 'ok') log.info({ afterMs: forMs }, 'the source answers')
    else log.warn({ state, reason }, 'the source does not answer as it should')
  }

  const status: Status = {
    state: () => held.state,
    tell: (state, reason) => {
      if (state === held.state && reason === held.reason) return
      if (state !== held.state) changed(state, reason)
      held.state = state
      held.reason = reason
      deps.onState(state, reason)
    },
    succeeded: () => {
      lastSuccessAt = now()
    },
    pushing: false,
    nextTryAt: null,
    detail: (version, ttlMs) => ({
      ...{ state: held.state, reason: held.reason, since: iso(held.since), version },
      lastSuccessAt: isoOrNull(lastSuccessAt),
      nextTryAt: isoOrNull(status.nextTryAt),
      transport: status.pushing ? 'push' : 'poll',
      caches: lastSuccessAt === null ? [] : [{ what: 'all', updatedAt: iso(lastSuccessAt), ttlMs }],
    }),
  }
  return status
}
