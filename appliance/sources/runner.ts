import type { SourceDetail, SourceState } from '#protocol/source.ts'
import type { Log } from '../lib/log.ts'
import { backoffMs, pause } from '../lib/poll.ts'
import type { Connection, Identity, Observation } from './adapter.ts'
import { fromNetwork, UpstreamError } from './upstream-error.ts'

export interface Runner {
  start(): void
  /** Reads now, or joins the read that runs; resolves when it is done, whatever came of it. */
  refresh(): Promise<void>
  detail(): SourceDetail
  identity(): Identity | null
  stop(): Promise<void>
}

export interface RunnerDeps {
  connection: Connection
  log: Log
  now: () => number
  /** What the upstream called itself when it was added; null = take what comes. */
  expected: string | null
  onObserved(seen: Observation): void
  onIdentified(who: Identity): void
  onState(state: SourceState, reason: string | null): void
}

const nudgeDelayMs = 100
const nudgeRestMs = 1000
const identifyAgainMs = 10 * 60_000
const maxBackoffMs = 60_000
const readLimitMs = 30_000

const replaced = (name: string) =>
  new UpstreamError(
    'untrusted',
    'upstream_untrusted',
    `Another server answers at this address now: it calls itself ${name}.`,
  )

/**
 * Keeps one source up to date: push where the upstream has it with a slow safety read, polling where it has not,
 * back-off when it fails. Reads never overlap, and a failed read leaves what was known as it was.
 */
export const createRunner = (deps: RunnerDeps): Runner => {
  const { connection, now, log } = deps
  const stopping = new AbortController()
  const { signal } = stopping
  const iso = (at: number) => new Date(at).toISOString()
  const status = {
    state: 'unreachable' as SourceState,
    reason: 'Not asked yet.' as string | null,
    since: now(),
    lastSuccessAt: null as number | null,
    nextTryAt: null as number | null,
    pushing: false,
  }
  let who: Identity | null = null
  let identifiedAt = 0
  let failures = 0
  let idle = false
  let reading: Promise<void> | null = null
  let wake = new AbortController()
  let lastReadAt = 0
  let dueAt = 0
  let loops: Promise<unknown>[] = []

  const tell = (state: SourceState, reason: string | null) => {
    if (state === status.state && reason === status.reason) return
    if (state !== status.state) {
      const forMs = now() - status.since
      if (state === 'ok') log.info({ afterMs: forMs }, 'the source answers')
      else log.warn({ state, reason }, 'the source does not answer as it should')
      status.since = now()
    }
    status.state = state
    status.reason = reason
    deps.onState(state, reason)
  }

  const take = (seen: Observation) => {
    if (signal.aborted) return
    status.lastSuccessAt = now()
    idle = connection.isIdle?.(seen) ?? false
    failures = 0
    deps.onObserved(seen)
    tell('ok', null)
  }

  const identify = async (limit: AbortSignal) => {
    if (who && status.state === 'ok' && now() - identifiedAt < identifyAgainMs) return
    const found = await connection.identify(limit)
    if (deps.expected !== null && found.id !== deps.expected) throw replaced(found.name)
    identifiedAt = now()
    if (who?.version !== found.version || who.name !== found.name) deps.onIdentified(found)
    who = found
  }

  const readOnce = async () => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(readLimitMs)])
    lastReadAt = performance.now()
    try {
      await identify(limit)
      take(await connection.read(limit))
    } catch (cause) {
      if (signal.aborted) return
      failures += 1
      const error = cause instanceof UpstreamError ? cause : fromNetwork(cause)
      if (!(cause instanceof UpstreamError) && (cause as Error)?.name !== 'TimeoutError') {
        log.debug({ err: cause }, 'a read failed')
      }
      tell(error.state, error.message)
    }
  }

  const read = (): Promise<void> => {
    reading ??= readOnce().finally(() => {
      reading = null
      schedule()
    })
    return reading
  }

  const restMs = () => {
    if (failures > 0) return backoffMs(failures - 1, Math.min(5000, connection.rest.pollMs), maxBackoffMs)
    if (status.pushing) return connection.rest.pushMs
    return idle ? connection.rest.idleMs : connection.rest.pollMs
  }

  /** Measured on the monotonic clock: a Pi's wall clock jumps when it first hears of the time. */
  const schedule = () => {
    const ms = Math.round(restMs() * (0.95 + Math.random() * 0.1))
    dueAt = performance.now() + ms
    status.nextTryAt = now() + ms
    wake.abort()
  }

  const readLoop = async () => {
    while (!signal.aborted) {
      if (performance.now() >= dueAt) await read()
      wake = new AbortController()
      await pause(Math.max(0, dueAt - performance.now()), AbortSignal.any([signal, wake.signal]))
    }
  }

  let nudged = false
  const nudge = async () => {
    if (nudged) return
    nudged = true
    await pause(Math.max(nudgeDelayMs, lastReadAt + nudgeRestMs - performance.now()), signal)
    nudged = false
    if (signal.aborted) return
    if (reading) await reading
    await read()
  }

  const listenLoop = async () => {
    let losses = 0
    while (!signal.aborted && connection.listen) {
      if (status.state !== 'ok') {
        await pause(500, signal)
        continue
      }
      try {
        await connection.listen(
          {
            ready: () => {
              losses = 0
              status.pushing = true
              schedule()
              void nudge()
            },
            observe: take,
            nudge: () => void nudge(),
          },
          signal,
        )
      } catch (cause) {
        log.debug({ err: cause }, 'the push stream ended')
      }
      if (status.pushing) {
        status.pushing = false
        schedule()
      }
      losses += 1
      await pause(backoffMs(losses, 1000, maxBackoffMs), signal)
    }
  }

  return {
    start: () => {
      loops = [readLoop(), listenLoop()]
    },
    refresh: async () => {
      if (reading) await reading
      await read()
    },
    identity: () => who,
    detail: () => ({
      state: status.state,
      reason: status.reason,
      since: iso(status.since),
      lastSuccessAt: status.lastSuccessAt === null ? null : iso(status.lastSuccessAt),
      nextTryAt: status.nextTryAt === null ? null : iso(status.nextTryAt),
      transport: status.pushing ? 'push' : 'poll',
      version: who?.version ?? null,
      caches:
        status.lastSuccessAt === null ? [] : [{ what: 'all', updatedAt: iso(status.lastSuccessAt), ttlMs: restMs() }],
    }),
    stop: async () => {
      stopping.abort()
      await Promise.all(loops)
      await reading
      connection.close()
    },
  }
}
