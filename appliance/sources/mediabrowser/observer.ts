import type { Log } from '../../lib/log.ts'
import type { ObservedSession } from '../../media/ports.ts'
import type { Observation } from '../adapter.ts'
import type { MediaBrowserClient } from './calls.ts'
import type { Dialect } from './dialect.ts'
import { createLibraries } from './libraries.ts'
import { libraryKeyOf, toObservedSession } from './normalise.ts'
import type { SessionWire } from './wire.ts'

/** Turns what the server said into an observation, and keeps it for when the name of a library comes later. */
export interface Observer {
  observe(wires: SessionWire[]): Observation
  /** The same, for what was pushed. */
  frame(wires: SessionWire[]): Observation
  /** The last one, with what has been learned since. */
  again(): Observation
  /** How many frames there were, and what the last observation came down to. */
  state(): { frames: number; signature: string }
  onLearned(tell: (() => void) | null): void
}

/** What changes when somebody starts, stops or pauses, and not by itself. */
const signatureOf = (sessions: ObservedSession[]): string =>
  sessions
    .map(({ key, state }) => `${key} ${state}`)
    .sort()
    .join('\n')

export const createObserver = (deps: {
  client: Pick<MediaBrowserClient, 'libraryOf'>
  dialect: Dialect
  deviceId: string
  log: Log
  now: () => number
  signal: AbortSignal
}): Observer => {
  let last: SessionWire[] = []
  let signature = ''
  let frames = 0
  let learned: (() => void) | null = null
  const libraries = createLibraries({ ...deps, lookUp: deps.client.libraryOf, onLearned: () => learned?.() })

  const one = (wire: SessionWire): ObservedSession[] => {
    // The socket itself makes a session, which belongs to our device.
    if (wire.DeviceId === deps.deviceId) return []
    const item = wire.NowPlayingItem
    const key = item ? libraryKeyOf(item) : null
    const session = toObservedSession(wire, key && item?.Id ? libraries.nameOf(key, item.Id) : null, deps.dialect)
    return session ? [session] : []
  }

  const observe = (wires: SessionWire[]): Observation => {
    last = wires
    const sessions = wires.flatMap(one)
    signature = signatureOf(sessions)
    return { sessions }
  }

  return {
    observe,
    again: () => observe(last),
    frame: (wires) => {
      frames += 1
      return observe(wires)
    },
    state: () => ({ frames, signature }),
    onLearned: (tell) => {
      learned = tell
    },
  }
}
