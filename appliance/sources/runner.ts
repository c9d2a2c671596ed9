import type { SourceDetail, SourceState } from '#protocol/source.ts'
import type { Log } from '../lib/log.ts'
import { backoffMs, pause } from '../lib/poll.ts'
import type { Connection, Identity, Observation } from './adapter.ts'
import { keepListening } from './listen.ts'
import { createStatus, type Status } from './status.ts'
import { fromNetwork, UpstreamError } from './upstream-error.ts'

export interface Runner {
  start(): void
  /** Reads now, after the read that may be running; resolves when it is done, whatever came of it. */
  refresh(): Promise<void>
  detail(): SourceDetail
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

const nudgeDelayMs = 50
const nudgeRestMs = 200
const identifyAgainMs = 10 * 60_000
const maxBackoffMs = 60_000
const readLimitMs = 30_000

const replaced = (name: string) => {
  const reason = `Another server answers at this address now: it calls itself ${name}.`
  return new UpstreamError('untrusted', 'upstream_untrusted', reason)
}

/** Asks who is there, at first and whenever it may have become another one. */
const createIdentifying = ({ connection, expected, onIdentified, now }: RunnerDeps, status: Status) => {
  let who: Identity | null = null
  let askedAt = Number.NEGATIVE_INFINITY
  return {
    version: () => who?.version ?? null,
    doubt: () => {
      askedAt = Number.NEGATIVE_INFINITY
    },
    check: async (signal: AbortSignal) => {
      if (who && status.state() === 'ok' && now() - askedAt < identifyAgainMs) return
      const found = await connection.identify(signal)
      const known = expected ?? who?.id
      if (known !== undefined && found.id !== known) throw replaced(found.name)
      askedAt = now()
      if (who?.version !== found.version || who.name !== found.name) onIdentified(found)
      who = found
    },
  }
}

/** One read at a time, and when the next one is due; measured on the monotonic clock, as a Pi's wall clock jumps. */
const createReads = (deps: RunnerDeps, status: Status, signal: AbortSignal) => {
  const { connection, log, now } = deps
  const identifying = createIdentifying(deps, status)
  let [failures, idle] = [0, false]
  let reading: Promise<void> | null = null
  let wake = new AbortController()
  const time = { dueAt: 0, lastAt: 0 }

  const take = (seen: Observation) => {
    if (signal.aborted) return
    idle = connection.isIdle?.(seen) ?? false
    failures = 0
    deps.onObserved(seen)
    // After it: what was seen is never younger than the success that it came with.
    status.succeeded()
    status.tell('ok', null)
  }

  const restMs = () => {
    const { pushMs, pollMs, idleMs } = connection.rest
    if (failures > 0) return backoffMs(failures - 1, Math.min(5000, pollMs), maxBackoffMs)
    return status.pushing ? pushMs : idle ? idleMs : pollMs
  }

  const schedule = () => {
    const ms = Math.round(restMs() * (0.95 + Math.random() * 0.1))
    time.dueAt = performance.now() + ms
    status.nextTryAt = now() + ms
    wake.abort()
  }

  const readOnce = async () => {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(readLimitMs)])
    time.lastAt = performance.now()
    try {
      await identifying.check(limit)
      take(await connection.read(limit))
    } catch (cause) {
      if (signal.aborted) return
      failures += 1
      if (!(cause instanceof UpstreamError)) log.debug({ err: cause }, 'a read failed')
      const { state, message } = fromNetwork(cause)
      status.tell(state, message)
    }
  }

  const read = (): Promise<void> => {
    reading ??= readOnce().finally(() => {
      reading = null
      schedule()
    })
    return reading
  }

  const readAfter = async () => {
    if (reading) await reading
    await read()
  }

  const loop = async () => {
    while (!signal.aborted) {
      if (performance.now() >= time.dueAt) await read()
      wake = new AbortController()
      await pause(Math.max(0, time.dueAt - performance.now()), AbortSignal.any([signal, wake.signal]))
    }
    await reading
  }

  const { version, doubt } = identifying
  return { take, schedule, readAfter, loop, restMs, version, doubt, lastAt: () => time.lastAt }
}

/** Several nudges in a row are one read, and reads that were nudged rest 200 ms in between. */
const createNudge = (reads: ReturnType<typeof createReads>, signal: AbortSignal) => {
  let waiting = false
  return async () => {
    if (waiting) return
    waiting = true
    await pause(Math.max(nudgeDelayMs, reads.lastAt() + nudgeRestMs - performance.now()), signal)
    waiting = false
    if (!signal.aborted) await reads.readAfter()
  }
}

/**
 * Keeps one source up to date: push where the upstream has it with a slow safety read, polling where it has not,
 * back-off when it fails. Reads never overlap, and a failed read leaves what was known as it was.
 */
export const createRunner = (deps: RunnerDeps): Runner => {
  const { connection, log } = deps
  const stopping = new AbortController()
  const { signal } = stopping
  const status = createStatus(deps)
  const reads = createReads(deps, status, signal)
  const nudge = createNudge(reads, signal)
  let loops: Promise<unknown>[] = []

  return {
    start: () => {
      const { take: observe, schedule: onSwitch, doubt: onStream } = reads
      const listen = connection.listen?.bind(connection)
      loops = [reads.loop()]
      if (listen)
        loops.push(
          keepListening({ listen, status, onSwitch, onStream, observe, nudge: () => void nudge(), log, signal }),
        )
    },
    refresh: reads.readAfter,
    detail: () => status.detail(reads.version(), reads.restMs()),
    stop: async () => {
      stopping.abort()
      await Promise.all(loops)
      connection.close()
    },
  }
}
