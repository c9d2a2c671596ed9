import type { Log } from '../../lib/log.ts'
import type { Observation } from '../adapter.ts'
import type { PlexClient } from './client.ts'
import { keyOf, positionOf, toObservedSession } from './normalise.ts'
import { createOriginals } from './originals.ts'
import type { PlayWire, SessionWire } from './wire.ts'

/** A notification closer than this to where a session was thought to be is no news. */
const driftMs = 2000

/** Turns what the server said into an observation, and keeps it for what is learned between two reads. */
export interface Observer {
  observe(sessions: SessionWire[]): Observation
  /** The last one, with what has been learned since. */
  again(): Observation
  /** Takes the position that a player told. True when it is elsewhere than it was thought to be. */
  moved(play: PlayWire): boolean
  onLearned(tell: (() => void) | null): void
}

/** A position and when it was told: the server keeps what the player said last, for 10 s and more. */
interface Anchor {
  toldMs: number
  state: string
  at: number
}

export const createObserver = (deps: {
  client: PlexClient
  canEnd(): boolean
  log: Log
  signal: AbortSignal
}): Observer => {
  let last: SessionWire[] = []
  let anchors = new Map<string, Anchor>()
  let learned: (() => void) | null = null
  const originals = createOriginals({ ...deps, lookUp: deps.client.versionsOf, onLearned: () => learned?.() })

  const anchorOf = (session: SessionWire): Anchor => {
    const known = anchors.get(keyOf(session))
    const [toldMs, state] = [positionOf(session), session.Player?.state ?? '']
    if (known && known.toldMs === toldMs && known.state === state) return known
    return { toldMs, state, at: performance.now() }
  }

  const positionNow = ({ toldMs, state, at }: Anchor): number =>
    Math.round(toldMs + (state === 'playing' ? performance.now() - at : 0))

  const one = (session: SessionWire) => {
    const positionMs = positionNow(anchorOf(session))
    return toObservedSession(session, { original: originals.of(session), positionMs, canEnd: deps.canEnd() }) ?? []
  }

  const again = (): Observation => ({ sessions: last.flatMap(one) })

  return {
    again,
    observe: (sessions) => {
      anchors = new Map(sessions.map((session) => [keyOf(session), anchorOf(session)]))
      last = sessions
      originals.keepOnly(sessions)
      return again()
    },
    moved: ({ sessionKey, state, viewOffset }) => {
      const session = last.find((one) => one.sessionKey && one.sessionKey === sessionKey)
      if (!session || typeof viewOffset !== 'number' || state !== session.Player?.state) return false
      const before = positionNow(anchorOf(session))
      session.viewOffset = viewOffset
      const anchor = { toldMs: positionOf(session), state: state ?? '', at: performance.now() }
      anchors.set(keyOf(session), anchor)
      return Math.abs(anchor.toldMs - before) > driftMs
    },
    onLearned: (tell) => {
      learned = tell
    },
  }
}
