import type { LiveEvents } from '#protocol/live.ts'
import type { Session } from '#protocol/session.ts'
import type { SourceKind, SourceState } from '#protocol/source.ts'
import type { ObservedSession } from './ports.ts'
import { diffSessions, type SessionChange, type Tracked } from './sessions.ts'

export type Emit = <K extends 'session:started' | 'session:changed' | 'session:ended' | 'bandwidth'>(
  event: K,
  data: LiveEvents[K],
) => void

export interface Monitor {
  /** A complete observation of one source. */
  observe(sourceId: string, kind: SourceKind, seen: readonly ObservedSession[]): void
  /** A source that does not answer keeps its sessions as they were last seen; a disabled one has none. */
  sourceState(sourceId: string, state: SourceState): void
  forget(sourceId: string): void
  current(): Session[]
  /** What plays now, as far as is known: nothing is known of a source that is away. */
  playing(): Session[]
  /** All that one source plays, as far as is known. */
  of(sourceId: string): Tracked[]
  find(id: string): Tracked | undefined
  /** Says on a session what the rule of its source is about to do. */
  mark(id: string, rule: Session['rule']): void
}

export const createMonitor = (deps: { emit: Emit; onChange(): void; now: () => number }): Monitor => {
  const held = new Map<string, Map<string, Tracked>>()
  const away = new Set<string>()

  const tell = ({ what, tracked }: SessionChange, at: number) => {
    const { id, sourceId } = tracked.session
    if (what === 'ended') deps.emit('session:ended', { id, sourceId, endedAt: new Date(at).toISOString() })
    else deps.emit(`session:${what}`, tracked.session)
  }

  const take = (sourceId: string, kind: SourceKind, seen: readonly ObservedSession[]) => {
    const at = deps.now()
    const { changes, next } = diffSessions(held.get(sourceId) ?? new Map(), { id: sourceId, kind }, seen, at)
    if (next.size > 0) held.set(sourceId, next)
    else held.delete(sourceId)
    for (const change of changes) tell(change, at)
    if (changes.length > 0) deps.onChange()
  }

  const end = (sourceId: string) => {
    const [first] = held.get(sourceId)?.values() ?? []
    if (first) take(sourceId, first.session.sourceKind, [])
  }

  const find = (id: string) => {
    for (const sessions of held.values()) {
      const tracked = sessions.get(id)
      if (tracked) return tracked
    }
    return undefined
  }

  return {
    observe: (sourceId, kind, seen) => {
      const isBack = away.delete(sourceId)
      take(sourceId, kind, seen)
      if (isBack) deps.onChange()
    },
    sourceState: (sourceId, state) => {
      if (state === 'disabled') end(sourceId)
      if (state === 'ok') away.delete(sourceId)
      else away.add(sourceId)
      deps.onChange()
    },
    forget: (sourceId) => {
      end(sourceId)
      away.delete(sourceId)
    },
    current: () => [...held.values()].flatMap((sessions) => [...sessions.values()].map(({ session }) => session)),
    playing: () =>
      [...held]
        .filter(([sourceId]) => !away.has(sourceId))
        .flatMap(([, sessions]) => [...sessions.values()].map(({ session }) => session))
        .filter(({ state }) => state !== 'paused'),
    of: (sourceId) => [...(held.get(sourceId)?.values() ?? [])],
    find,
    mark: (id, rule) => {
      const tracked = find(id)
      if (!tracked) return
      const session = { ...tracked.session, rule }
      Object.assign(tracked, { session, told: { positionMs: session.positionMs, at: Date.parse(session.seenAt) } })
      deps.emit('session:changed', session)
    },
  }
}
