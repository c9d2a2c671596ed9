import { afterEach } from 'vitest'
import { createLog } from '../../../appliance/lib/log.ts'
import type { ObservedSession } from '../../../appliance/media/ports.ts'
import type { Connection } from '../../../appliance/sources/adapter.ts'
import { plex } from '../../../appliance/sources/plex/index.ts'
import { UpstreamError } from '../../../appliance/sources/upstream-error.ts'
import { createPlexSimulator, type PlexSimulator } from '../../simulators/plex/index.ts'
import type { SimulatorOptions } from '../../simulators/plex/world.ts'

const ends: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Runs after the test, the last one first. */
export const afterwards = (end: () => Promise<void> | void): void => void ends.push(end)

export const quiet = createLog('fatal', { write: () => undefined })
export const deviceId = 'belfry-test'

export const connectTo = (
  url: string,
  token: string,
  more: { log?: typeof quiet; now?: () => number } = {},
): Connection => {
  const settings = { url, credentials: { token }, options: {}, fingerprint: null }
  const connection = plex.connect(settings, { log: more.log ?? quiet, deviceId, now: more.now ?? Date.now })
  afterwards(() => connection.close())
  return connection
}

export interface Running {
  sim: PlexSimulator
  url: string
  token: string
  machineIdentifier: string
  connection: Connection
}

/** A server that says nothing by itself between its events: `tick()` is its clock. */
export const start = async (options: SimulatorOptions = {}): Promise<Running> => {
  const sim = createPlexSimulator({ tickMs: 0, stopDelayMs: 0, ...options })
  const started = await sim.start()
  afterwards(() => sim.stop())
  return { sim, ...started, connection: connectTo(started.url, started.token) }
}

export const never = () => new AbortController().signal

export const sessionsOf = async (connection: Connection): Promise<ObservedSession[]> =>
  (await connection.read(never())).sessions ?? []

export interface Listening {
  ready: Promise<void>
  /** The first observation, past or to come, that passes the test. */
  seen(test: (sessions: ObservedSession[]) => boolean): Promise<ObservedSession[]>
  /** The next nudge from now on. */
  nudged(): Promise<void>
  counts(): { nudges: number; observations: number }
  ended: Promise<unknown>
  stop(): void
}

/** Listens, and reads after each nudge as the runner does. */
export const listen = (connection: Connection): Listening => {
  const past: ObservedSession[][] = []
  const waiting = new Set<(sessions: ObservedSession[]) => void>()
  const ready = Promise.withResolvers<void>()
  const stopping = new AbortController()
  let nudge = Promise.withResolvers<void>()
  let nudges = 0
  const observe = ({ sessions = [] }: { sessions?: ObservedSession[] }) => {
    past.push(sessions)
    for (const look of waiting) look(sessions)
  }
  const reread = () => {
    nudges += 1
    nudge.resolve()
    nudge = Promise.withResolvers<void>()
    connection.read(stopping.signal).then(observe, () => undefined)
  }
  const run = connection.listen?.({ ready: ready.resolve, nudge: reread, observe }, stopping.signal)
  const ended = Promise.resolve(run).catch((cause: unknown) => cause)
  afterwards(async () => {
    stopping.abort()
    await ended
  })
  return {
    ready: ready.promise,
    ended,
    nudged: () => nudge.promise,
    counts: () => ({ nudges, observations: past.length }),
    stop: () => stopping.abort(),
    seen: (test) =>
      new Promise((resolve) => {
        const look = (sessions: ObservedSession[]) => {
          if (!test(sessions)) return
          waiting.delete(look)
          resolve(sessions)
        }
        waiting.add(look)
        for (const sessions of past) look(sessions)
      }),
  }
}

/** Listens, and waits until the stream is up. */
export const subscribe = async (connection: Connection): Promise<Listening> => {
  const ear = listen(connection)
  await ear.ready
  return ear
}

export const failure = async (work: Promise<unknown>): Promise<UpstreamError> => {
  const cause = await work.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(cause instanceof UpstreamError)) throw new Error(`expected an UpstreamError, got ${String(cause)}`)
  return cause
}
