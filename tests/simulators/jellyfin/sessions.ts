import type { Item } from './catalogue.ts'
import type { JellyfinEvents } from './events.ts'
import { idOf } from './ids.ts'
import { positionOf } from './position.ts'

export type PlayMethod = 'DirectPlay' | 'DirectStream' | 'Transcode'

/** Fields of TranscodingInfo that do not follow from the clock. */
export type Transcoding = Record<string, unknown>

export interface Playback {
  item: Item
  playSessionId: string
  method: PlayMethod
  transcoding: Transcoding | null
  /** Where it stood at `since`; the clock adds the rest. */
  positionMs: number
  since: number
  pausedAt: number | null
  /** The client went away without a word at this time. */
  silentSince: number | null
  liveStreamId: string | null
}

export interface Message {
  header: string
  text: string
  timeoutMs: number | null
}

export interface QueueEntry {
  Id: string
  PlaylistItemId: string
}

export interface Session {
  id: string
  userId: string | null
  userName: string | null
  client: string
  deviceId: string
  deviceName: string
  appVersion: string
  remoteEndPoint: string
  /** A player that the simulator plays, not somebody at the API. */
  isPlayer: boolean
  remoteControl: boolean
  ignoresCommands: boolean
  lastActivityAt: number
  playback: Playback | null
  viewing: Item | null
  queue: QueueEntry[]
  messages: Message[]
}

export type Visitor = Pick<
  Session,
  'userId' | 'userName' | 'client' | 'deviceId' | 'deviceName' | 'appVersion' | 'remoteEndPoint'
>

export interface Sessions {
  /** Last active first. */
  list(): Session[]
  find(id: string): Session | null
  /** Finds or makes the session of a client on a device, and marks it as active. */
  visit(visitor: Visitor): Session
  begin(session: Session, playback: Playback): void
  pause(session: Session): void
  resume(session: Session): void
  seek(session: Session, positionMs: number): void
  /** The player reports that it stopped. */
  end(session: Session): void
  remove(session: Session): void
  /** Ends what ran out or fell silent since the last look. */
  settle(): void
  /** `forced` is false for progress that the server adds up by itself. */
  onChange(listener: (forced: boolean) => void): void
  changed(forced: boolean): void
}

export interface SessionsDeps {
  now: () => number
  events: JellyfinEvents
  started(session: Session, playback: Playback): void
  stopped(session: Session, playback: Playback, positionMs: number): void
}

const SILENCE_MS = 5 * 60_000
const QUIET_VISIT_MS = 10_000

export function createSessions(deps: SessionsDeps): Sessions {
  const { now, events } = deps
  const sessions = new Map<string, Session>()
  const listeners: ((forced: boolean) => void)[] = []
  const changed = (forced: boolean) => {
    for (const listener of listeners) listener(forced)
  }
  const report = (session: Session) => {
    session.lastActivityAt = now()
    changed(true)
  }

  const visit = (visitor: Visitor): Session => {
    const id = idOf(visitor.client + visitor.deviceId)
    const known = sessions.get(id)
    const session = known === undefined ? newSession(id, visitor) : Object.assign(known, visitor)
    const quietMs = now() - session.lastActivityAt
    session.lastActivityAt = now()
    if (known !== undefined) {
      if (quietMs > QUIET_VISIT_MS) changed(false)
      return session
    }
    sessions.set(id, session)
    events.emit('session-started', id, { client: session.client })
    changed(true)
    return session
  }

  const self: Sessions = {
    changed,
    onChange: (listener) => void listeners.push(listener),
    list: () => [...sessions.values()].sort((a, b) => activeAt(b, now()) - activeAt(a, now())),
    find: (id) => sessions.get(id) ?? null,
    visit,
    ...createPlaying(deps, report),
    remove(session) {
      if (!sessions.delete(session.id)) return
      session.playback = null
      events.emit('session-ended', session.id)
      changed(true)
    },
    settle() {
      for (const session of [...sessions.values()]) {
        if (isOver(session.playback, now())) self.end(session)
      }
    },
  }
  return self
}

function positionNow({ playback }: Session, now: number): number {
  return playback === null ? 0 : positionOf(playback, now)
}

function move(session: Session, now: number, positionMs: number, pausedAt: number | null): void {
  if (session.playback === null) throw new Error(`${session.deviceName} plays nothing`)
  Object.assign(session.playback, { positionMs, since: now, pausedAt })
}

type Playing = Pick<Sessions, 'begin' | 'pause' | 'resume' | 'seek' | 'end'>

function createPlaying(deps: SessionsDeps, report: (session: Session) => void): Playing {
  const { now, events } = deps
  return {
    begin(session, playback) {
      session.playback = playback
      deps.started(session, playback)
      events.emit('play', session.id, { item: playback.item.name })
      report(session)
    },
    pause(session) {
      move(session, now(), positionNow(session, now()), now())
      events.emit('pause', session.id)
      report(session)
    },
    resume(session) {
      move(session, now(), positionNow(session, now()), null)
      events.emit('resume', session.id)
      report(session)
    },
    seek(session, positionMs) {
      move(session, now(), positionMs, session.playback?.pausedAt ?? null)
      events.emit('seek', session.id, { positionMs })
      report(session)
    },
    end(session) {
      const { playback } = session
      if (playback === null) return
      const positionMs = positionNow(session, now())
      session.playback = null
      deps.stopped(session, playback, positionMs)
      events.emit('stopped', session.id, { item: playback.item.name, positionMs })
      report(session)
    },
  }
}

/** Progress counts as activity, though nobody writes it down each second here. */
export function activeAt(session: Session, now: number): number {
  const { playback } = session
  if (playback === null || playback.pausedAt !== null) return session.lastActivityAt
  return Math.max(session.lastActivityAt, playback.since + Math.floor((now - playback.since) / 1000) * 1000)
}

function isOver(playback: Playback | null, now: number): boolean {
  if (playback === null) return false
  if (playback.silentSince !== null) return now - playback.silentSince > SILENCE_MS
  const { runtimeMs } = playback.item
  return runtimeMs !== null && playback.pausedAt === null && positionOf(playback, now) >= runtimeMs
}

function newSession(id: string, visitor: Visitor): Session {
  return {
    ...visitor,
    id,
    isPlayer: false,
    remoteControl: false,
    ignoresCommands: false,
    lastActivityAt: 0,
    playback: null,
    viewing: null,
    queue: [],
    messages: [],
  }
}
