import { afterEach } from 'vitest'
import { createLog } from '../../../appliance/lib/log.ts'
import type { ObservedSession } from '../../../appliance/media/ports.ts'
import type { Connection } from '../../../appliance/sources/adapter.ts'
import { jellyfin } from '../../../appliance/sources/jellyfin/index.ts'
import { UpstreamError } from '../../../appliance/sources/upstream-error.ts'
import { createJellyfinSimulator, type Simulator } from '../../simulators/jellyfin/index.ts'
import type { SimulatorOptions } from '../../simulators/jellyfin/world.ts'

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
  apiKey: string,
  more: { fingerprint?: string; now?: () => number } = {},
): Connection => {
  const settings = { url, credentials: { apiKey }, options: {}, fingerprint: more.fingerprint ?? null }
  const connection = jellyfin.connect(settings, { log: quiet, deviceId, now: more.now ?? Date.now })
  afterwards(() => connection.close())
  return connection
}

export const start = async (
  options: SimulatorOptions = {},
): Promise<{ sim: Simulator; url: string; apiKey: string; serverId: string; connection: Connection }> => {
  const sim = createJellyfinSimulator({ tickMs: 0, stopDelayMs: 0, ...options })
  const started = await sim.start()
  afterwards(() => sim.stop())
  return { sim, ...started, connection: connectTo(started.url, started.apiKey) }
}

export const never = () => new AbortController().signal

export const sessionsOf = async (connection: Connection): Promise<ObservedSession[]> =>
  (await connection.read(never())).sessions ?? []

export interface Listening {
  ready: Promise<void>
  /** The first observation, past or to come, that passes the test. */
  seen(test: (sessions: ObservedSession[]) => boolean): Promise<ObservedSession[]>
  /** The first one from now on. */
  next(test: (sessions: ObservedSession[]) => boolean): Promise<ObservedSession[]>
  count(): number
  ended: Promise<unknown>
  stop(): void
}

export const listen = (connection: Connection): Listening => {
  const past: ObservedSession[][] = []
  const waiting = new Set<(sessions: ObservedSession[]) => void>()
  const ready = Promise.withResolvers<void>()
  const stopping = new AbortController()
  const run = connection.listen?.(
    {
      ready: ready.resolve,
      nudge: () => undefined,
      observe: ({ sessions = [] }) => {
        past.push(sessions)
        for (const look of waiting) look(sessions)
      },
    },
    stopping.signal,
  )
  const ended = Promise.resolve(run).catch((cause: unknown) => cause)
  afterwards(async () => {
    stopping.abort()
    await ended
  })
  const next: Listening['next'] = (test) =>
    new Promise((resolve) => {
      const look = (sessions: ObservedSession[]) => {
        if (!test(sessions)) return
        waiting.delete(look)
        resolve(sessions)
      }
      waiting.add(look)
    })
  return {
    ready: ready.promise,
    ended,
    count: () => past.length,
    stop: () => stopping.abort(),
    next,
    seen: async (test) => past.find(test) ?? (await next(test)),
  }
}

/** Listens, and waits until the simulator has taken the subscription. */
export const subscribe = async (sim: Simulator, connection: Connection): Promise<Listening> => {
  const subscribed = sim.next('subscribe')
  const ear = listen(connection)
  await subscribed
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
