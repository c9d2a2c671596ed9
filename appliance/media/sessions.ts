import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Session } from '#protocol/session.ts'
import type { SourceKind } from '#protocol/source.ts'
import type { NativeIds, ObservedSession } from './ports.ts'

/** A session that is held, with what was last told of its position. */
export interface Tracked {
  session: Session
  /** The adapter's word for it. */
  ref: string
  ids: NativeIds
  told: { positionMs: number; at: number }
}

export type SessionChange = { what: 'started' | 'changed'; tracked: Tracked } | { what: 'ended'; tracked: Tracked }

/** Readers move the position on by themselves, so it is told only when it is elsewhere than they think. */
const driftMs = 2000
const maxSessions = 1000

/** The same playback has the same id, also after a restart; nothing of the server shows in it. */
const idOf = (sourceId: string, key: string): string =>
  createHash('sha256').update(`${sourceId}\n${key}`).digest('base64url').slice(0, 22)

const sessionOf = (
  source: { id: string; kind: SourceKind },
  seen: ObservedSession,
  { startedAt, rule }: Pick<Session, 'startedAt' | 'rule'>,
  at: number,
): Session => {
  const { key, ref: _, ids: __, ...rest } = seen
  return {
    id: idOf(source.id, key),
    sourceId: source.id,
    sourceKind: source.kind,
    startedAt,
    rule,
    seenAt: new Date(at).toISOString(),
    ...rest,
  }
}

const expectedPosition = ({ told, session }: Tracked, at: number): number =>
  told.positionMs + (session.state === 'playing' ? at - told.at : 0)

const isNews = (before: Tracked, after: Session, at: number): boolean => {
  const still = { positionMs: 0, seenAt: '' }
  if (!isDeepStrictEqual({ ...before.session, ...still }, { ...after, ...still })) return true
  return Math.abs(after.positionMs - expectedPosition(before, at)) > driftMs
}

export interface Diff {
  changes: SessionChange[]
  next: Map<string, Tracked>
}

/** Compares a complete observation of one source with what was held of it. What it lacks has ended. */
export const diffSessions = (
  before: ReadonlyMap<string, Tracked>,
  source: { id: string; kind: SourceKind },
  seen: readonly ObservedSession[],
  at: number,
): Diff => {
  const changes: SessionChange[] = []
  const next = new Map<string, Tracked>()
  for (const one of seen.slice(0, maxSessions)) {
    const known = before.get(idOf(source.id, one.key))
    const ours = known?.session ?? { startedAt: new Date(at).toISOString(), rule: null }
    const session = sessionOf(source, one, ours, at)
    if (next.has(session.id)) continue
    const news = !known || isNews(known, session, at)
    const told = news ? { positionMs: session.positionMs, at } : known.told
    const tracked = { session, ref: one.ref, ids: one.ids ?? {}, told }
    next.set(session.id, tracked)
    if (news) changes.push({ what: known ? 'changed' : 'started', tracked })
  }
  for (const [id, tracked] of before) if (!next.has(id)) changes.push({ what: 'ended', tracked })
  return { changes, next }
}
