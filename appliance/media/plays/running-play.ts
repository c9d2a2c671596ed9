import type { PlayedStream } from '#protocol/play.ts'
import type { Session } from '#protocol/session.ts'
import type { NativeIds } from '../ports.ts'
import { fold, type PlayRecord } from './play.ts'

/** A moment on both clocks: the wall's for dates, the monotonic one for durations. */
export interface Moment {
  wall: number
  steady: number
}

export interface RunningPlay {
  id: string
  identity: string
  session: Session
  ids: NativeIds
  startedAt: number
  seen: Moment
  playedMs: number
  /** How long each way of sending was in use, by its JSON. */
  streams: Map<string, number>
  /** Bitrate times time, and the time of it. */
  bits: { kbitMs: number; ms: number }
}

/** A source tells of a session once a minute at least: what lies further apart was not watched by us. */
const longestGapMs = 120_000
const maxStreams = 16
/** A Pi without a clock of its own starts long ago. */
const firstSaneMs = Date.UTC(2026, 0, 1)

type Named = Pick<Session, 'user' | 'title' | 'subtitle' | 'year' | 'mediaType' | 'player'>

/** By what viewer, item and device are known: the server's ids, and the names where it gives none. */
export const keysOf = ({ user, title, subtitle, year, mediaType, player }: Named, ids: NativeIds) => ({
  viewerKey: ids.viewer ?? fold(user),
  itemKey: ids.item ?? fold([mediaType, title, subtitle ?? '', year ?? ''].join('\n')),
  deviceKey: [ids.device ?? fold(player.name), player.product].join('\n'),
})

/** Two observations with another identity are two plays, whatever the server calls them. */
export const identityOf = (session: Session, ids: NativeIds): string => JSON.stringify(keysOf(session, ids))

const streamKey = ({ stream }: Session): string => {
  const { decision, video, audio, container, hardware, source, target } = stream
  return JSON.stringify({ decision, video, audio, container, hardware, source, target } satisfies PlayedStream)
}

export const beginPlay = (session: Session, ids: NativeIds, at: Moment): RunningPlay => ({
  id: session.id,
  identity: identityOf(session, ids),
  session,
  ids,
  startedAt: at.wall,
  seen: at,
  playedMs: 0,
  streams: new Map([[streamKey(session), 0]]),
  bits: { kbitMs: 0, ms: 0 },
})

const count = (play: RunningPlay, ms: number) => {
  const { session, streams, bits } = play
  const key = streamKey(session)
  play.playedMs += ms
  if (streams.has(key) || streams.size < maxStreams) streams.set(key, (streams.get(key) ?? 0) + ms)
  if (session.stream.bitrateKbps === null) return
  bits.kbitMs += session.stream.bitrateKbps * ms
  bits.ms += ms
}

/** The wall clock may be set while something plays: the start moves along when it was read from a wrong clock. */
const followClock = (play: RunningPlay, at: Moment) => {
  const jump = at.wall - play.seen.wall - (at.steady - play.seen.steady)
  const wasWrong = play.startedAt < firstSaneMs && at.wall >= firstSaneMs
  if (jump < -1000 || (jump > 1000 && wasWrong)) play.startedAt += jump
}

/** Counts the time since the play was last seen, if it was seen all the time and was playing then. */
export const advance = (play: RunningPlay, at: Moment, seenAllTheTime: boolean): void => {
  const ms = at.steady - play.seen.steady
  followClock(play, at)
  if (seenAllTheTime && play.session.state === 'playing' && ms > 0 && ms <= longestGapMs) count(play, ms)
  play.seen = at
}

const mostUsed = (streams: Map<string, number>): PlayedStream => {
  const [[body] = ['{}']] = [...streams].sort(([, a], [, b]) => b - a)
  return JSON.parse(body) as PlayedStream
}

export const recordOf = (play: RunningPlay, source: string): PlayRecord => {
  const { session, ids, bits } = play
  const { mediaType, library, year, user, title, subtitle, durationMs, player, sourceId } = session
  const playedMs = Math.round(play.playedMs)
  return {
    ...{ mediaType, library, year, user, title, subtitle, durationMs, player, sourceId, source },
    ...keysOf(session, ids),
    stream: mostUsed(play.streams),
    bitrateKbps: bits.ms > 0 ? Math.round(bits.kbitMs / bits.ms) : session.stream.bitrateKbps,
    startedAt: Math.round(play.startedAt),
    endedAt: Math.round(Math.max(play.startedAt + playedMs, play.seen.wall)),
    playedMs,
  }
}
