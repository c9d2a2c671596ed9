import type { Account } from './accounts.ts'
import type { Item, Version } from './catalogue.ts'
import type { PlexEvents } from './events.ts'
import type { Transcode } from './transcode.ts'

export type State = 'playing' | 'paused' | 'buffering'

export interface Device {
  title: string
  product: string
  platform: string
  device: string
  version: string
  machineIdentifier: string
  address: string
  remotePublicAddress: string
  relayed: boolean
  secure: boolean
}

export interface Session {
  /** Counts up; what notifications name. */
  key: string
  /** What a termination names; some players have none. */
  id: string | null
  account: Account
  device: Device
  item: Item
  version: Version | null
  location: 'lan' | 'wan' | 'cellular'
  /** Kbit/s that the server reserves, whatever really flows. */
  bandwidthKbps: number
  transcode: Transcode | null
  state: State
  /** Where it stood at `since`; the clock adds the rest. */
  positionMs: number
  since: number
  startedAt: number
  nudgedAt: number
  playQueueItemId: number
  /** The answer says nothing about decisions, as some builds do for direct play. */
  isSilent: boolean
  /** Stream bit rates come out as the largest 32 bit number. */
  hasAbsurdRates: boolean
  ignoresStop: boolean
  messages: string[]
}

export type Change = 'started' | 'changed' | 'progress' | 'stopped'

export interface Sessions {
  list(): Session[]
  find(key: string): Session | null
  byId(id: string): Session | null
  begin(session: Session): void
  move(session: Session, state: State, positionMs?: number): void
  end(session: Session): void
  /** Ends what ran out since the last look. */
  settle(): void
  onChange(listener: (session: Session, change: Change) => void): void
  /** Reports the progress of those that are due. */
  report(): void
}

interface SessionsDeps {
  now: () => number
  events: PlexEvents
  stopped(session: Session, positionMs: number): void
}

const REPORT_MS = 10_000

/** Milliseconds into the item, as the player knows it. */
export function positionOf(session: Session, now: number): number {
  const playedMs = session.state === 'playing' ? Math.max(0, now - session.since) : 0
  return Math.min(session.positionMs + playedMs, session.item.durationMs ?? Number.MAX_SAFE_INTEGER)
}

/** What the player told the server last: it reports each ten seconds, and the server adds nothing. */
export function viewOffsetOf(session: Session, now: number): number {
  const reportedAt = session.since + Math.floor((now - session.since) / REPORT_MS) * REPORT_MS
  return positionOf(session, Math.max(session.since, reportedAt))
}

export function createSessions({ now, events, stopped }: SessionsDeps): Sessions {
  const sessions = new Map<string, Session>()
  const listeners: ((session: Session, change: Change) => void)[] = []
  const tell = (session: Session, change: Change) => {
    session.nudgedAt = now()
    for (const listener of listeners) listener(session, change)
  }
  const self: Sessions = {
    list: () => [...sessions.values()],
    find: (key) => sessions.get(key) ?? null,
    byId: (id) => self.list().find((session) => session.id === id) ?? null,
    onChange: (listener) => void listeners.push(listener),
    begin(session) {
      sessions.set(session.key, session)
      events.emit('play', session.key, { title: session.item.title })
      tell(session, 'started')
    },
    move(session, state, positionMs = positionOf(session, now())) {
      Object.assign(session, { state, positionMs, since: now() })
      tell(session, 'changed')
    },
    end(session) {
      if (!sessions.delete(session.key)) return
      const positionMs = positionOf(session, now())
      stopped(session, positionMs)
      events.emit('stopped', session.key, { title: session.item.title, positionMs })
      tell(session, 'stopped')
    },
    settle() {
      for (const session of self.list()) if (isOver(session, now())) self.end(session)
    },
    report() {
      for (const session of self.list()) if (now() - session.nudgedAt >= REPORT_MS) tell(session, 'progress')
    },
  }
  return self
}

function isOver(session: Session, now: number): boolean {
  const { durationMs, type } = session.item
  return durationMs !== null && type !== 'photo' && positionOf(session, now) >= durationMs
}
