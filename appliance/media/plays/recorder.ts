import type { Log } from '../../lib/log.ts'
import type { Tracked } from '../sessions.ts'
import { type PlayRecord, shortestMs } from './play.ts'
import { advance, beginPlay, identityOf, type Moment, type RunningPlay, recordOf } from './running-play.ts'
import type { PlayStore } from './store.ts'

/** A session that is missing this long has ended; a second observation without it says so at once. */
const graceMs = 15_000
/** What a power cut takes at most. */
const flushMs = 5 * 60_000
/** Somebody who pauses and goes on all the time wears no card out. */
const shortestFlushMs = 30_000
/** A source that is away this long is not waited for. */
const awayMs = 30 * 60_000

export interface Recorder {
  /** Writes down what the last run left behind. */
  start(): void
  /** All that one source plays, as was just observed. */
  observe(sourceId: string, sessions: readonly Tracked[]): void
  /** The source does not answer: nothing is known of what it plays until it does. */
  away(sourceId: string): void
  /** The source is switched off or gone: all that it played is over. */
  end(sourceId: string): void
  /** Keeps what runs for the next start. */
  stop(): void
}

interface Held {
  play: RunningPlay
  /** Since when (steady) it is missing, or its source is away. */
  missingSince: number | null
  isAway: boolean
  flushed: { at: number; playedMs: number; wasPlaying: boolean } | null
}

interface Deps {
  store: PlayStore
  sourceName(sourceId: string): string
  now: () => number
  /** A clock that nobody sets and that rests while the box is suspended (ms). */
  steady: () => number
  log: Log
}

const isPlaying = ({ play }: Held) => play.session.state === 'playing'

/** Whether there is something about it that a power cut must not take. */
const isDue = (held: Held, at: Moment): boolean => {
  const { play, flushed } = held
  if (play.playedMs < shortestMs || play.playedMs === flushed?.playedMs) return false
  if (!flushed) return true
  const age = at.steady - flushed.at
  return age >= flushMs || (age >= shortestFlushMs && (flushed.wasPlaying !== isPlaying(held) || held.isAway))
}

/** Writes plays down; one that cannot be written now is kept for the next time. */
const createWriter = ({ store, log }: Pick<Deps, 'store' | 'log'>) => {
  const waiting: { id: string; play: PlayRecord }[] = []
  const attempt = (what: string, work: () => void): boolean => {
    try {
      work()
      return true
    } catch (err) {
      log.error({ err }, what)
      return false
    }
  }
  return {
    attempt,
    write: (id: string, play: PlayRecord) => {
      waiting.push({ id, play })
      if (waiting.length > 1000) waiting.shift()
      while (waiting[0]) {
        const { id: running, play: one } = waiting[0]
        if (!attempt('a play could not be written down: it is kept for later', () => store.record(one, running))) return
        waiting.shift()
      }
    },
  }
}

/**
 * Turns observations into plays. Time counts when it passed on the steady clock between two observations of a session
 * that was playing at the first, and never from where the playhead stands.
 */
export const createRecorder = (deps: Deps): Recorder => {
  const { store, log } = deps
  const sources = new Map<string, Map<string, Held>>()
  const writer = createWriter(deps)
  let timer: NodeJS.Timeout | undefined

  const moment = (): Moment => ({ wall: deps.now(), steady: deps.steady() })
  const all = () => [...sources].flatMap(([sourceId, held]) => [...held.values()].map((one) => ({ sourceId, one })))
  const recordFrom = ({ play }: Held) => recordOf(play, deps.sourceName(play.session.sourceId))

  const finish = (sourceId: string, one: Held) => {
    const held = sources.get(sourceId)
    held?.delete(one.play.id)
    if (held?.size === 0) sources.delete(sourceId)
    if (one.flushed || one.play.playedMs >= shortestMs) writer.write(one.play.id, recordFrom(one))
  }

  const flush = (at: Moment, which: (one: Held) => boolean) => {
    const due = all().filter(({ one }) => which(one))
    if (due.length === 0) return
    const rows = due.map(({ one }) => ({ id: one.play.id, play: recordFrom(one) }))
    if (!writer.attempt('what plays could not be written down', () => store.keepRunning(rows))) return
    for (const { one } of due) {
      one.flushed = { at: at.steady, playedMs: one.play.playedMs, wasPlaying: isPlaying(one) }
    }
  }

  const settle = () => {
    timer = undefined
    const { steady } = moment()
    for (const { sourceId, one } of all()) {
      if (one.missingSince === null) continue
      if (steady - one.missingSince >= (one.isAway ? awayMs : graceMs)) finish(sourceId, one)
    }
    arm()
  }

  const arm = () => {
    if (timer || !all().some(({ one }) => one.missingSince !== null)) return
    timer = setTimeout(settle, graceMs).unref()
  }

  const see = (held: Map<string, Held>, sourceId: string, { session, ids }: Tracked, at: Moment) => {
    let one = held.get(session.id)
    if (one && identityOf(session, ids) !== one.play.identity) {
      advance(one.play, at, one.missingSince === null)
      finish(sourceId, one)
      one = undefined
    }
    if (!one) {
      held.set(session.id, {
        ...{ play: beginPlay(session, ids, at), missingSince: null, isAway: false, flushed: null },
      })
      sources.set(sourceId, held)
      return
    }
    advance(one.play, at, one.missingSince === null)
    Object.assign(one.play, { session, ids })
    Object.assign(one, { missingSince: null, isAway: false })
  }

  const miss = (sourceId: string, one: Held, at: Moment) => {
    if (one.missingSince !== null && !one.isAway) return finish(sourceId, one)
    if (!one.isAway) advance(one.play, at, true)
    Object.assign(one, { missingSince: at.steady, isAway: false })
  }

  return {
    start: () => {
      const left = store.running()
      for (const { id, play } of left) writer.write(id, play)
      if (left.length > 0) log.info({ plays: left.length }, 'what played when the box stopped was written down')
    },
    observe: (sourceId, sessions) => {
      const at = moment()
      const held = sources.get(sourceId) ?? new Map<string, Held>()
      for (const tracked of sessions) see(held, sourceId, tracked, at)
      const seen = new Set(sessions.map(({ session }) => session.id))
      for (const one of [...held.values()]) if (!seen.has(one.play.id)) miss(sourceId, one, at)
      flush(at, (one) => isDue(one, at))
      arm()
    },
    away: (sourceId) => {
      const at = moment()
      for (const one of sources.get(sourceId)?.values() ?? []) {
        if (!one.isAway) Object.assign(one, { isAway: true, missingSince: one.missingSince ?? at.steady })
      }
      flush(at, (one) => isDue(one, at))
      arm()
    },
    end: (sourceId) => {
      for (const one of [...(sources.get(sourceId)?.values() ?? [])]) finish(sourceId, one)
    },
    stop: () => {
      clearTimeout(timer)
      timer = undefined
      const at = moment()
      for (const { one } of all()) advance(one.play, at, one.missingSince === null)
      flush(at, ({ play, flushed }) => play.playedMs >= shortestMs && play.playedMs !== flushed?.playedMs)
      sources.clear()
    },
  }
}
