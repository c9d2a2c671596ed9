import type { ContainerStats } from '#protocol/container.ts'
import type { Log } from '../lib/log.ts'
import { backoffMs, pause } from '../lib/poll.ts'
import type { History } from './history.ts'
import { idOf } from './identity.ts'
import type { EnginePort, Measurement } from './ports.ts'

/** After a single question the engine is measured on for a while: the next one is then answered at once. */
const lingerMs = 10_000
const answerWithinMs = 8000

interface Waiter {
  sourceId: string
  id: string
  resolve(stats: ContainerStats | null): void
  reject(cause: unknown): void
}

export interface MeasuringDeps {
  engineOf(sourceId: string): EnginePort | undefined
  /** The engines that answer at this moment. */
  reachable(): string[]
  isKnown(id: string): boolean
  history: History
  onStats(stats: ContainerStats): void
  log: Log
}

const toStats = (sourceId: string, { containerId, ...measured }: Measurement): ContainerStats => ({
  id: idOf(sourceId, containerId),
  ...measured,
})

/** Measures only while somebody looks: measuring costs the engine something. */
export const createMeasuring = (deps: MeasuringDeps) => {
  const meters = new Map<string, AbortController>()
  const latest = new Map<string, { sourceId: string; stats: ContainerStats }>()
  const lingering = new Map<string, NodeJS.Timeout>()
  const waiters = new Set<Waiter>()
  let everybody = false

  const take = (sourceId: string, all: readonly Measurement[]) => {
    for (const measured of all) {
      const stats = toStats(sourceId, measured)
      if (!deps.isKnown(stats.id)) continue
      latest.set(stats.id, { sourceId, stats })
      deps.history.add(stats)
      deps.onStats(stats)
      if (stats.cpu === null) continue
      for (const waiter of waiters) if (waiter.id === stats.id) waiter.resolve(stats)
    }
  }

  const run = async (sourceId: string, signal: AbortSignal) => {
    for (let failures = 0; !signal.aborted; failures++) {
      try {
        const all = (measured: Measurement[]) => {
          failures = 0
          if (!signal.aborted) take(sourceId, measured)
        }
        await deps.engineOf(sourceId)?.measure(all, signal)
      } catch (cause) {
        deps.log.debug({ err: cause, sourceId }, 'measuring the containers failed')
        for (const waiter of waiters) if (waiter.sourceId === sourceId) waiter.reject(cause)
      }
      await pause(backoffMs(failures, 1000, 30_000), signal)
    }
  }

  const stopMeter = (sourceId: string) => {
    meters.get(sourceId)?.abort()
    meters.delete(sourceId)
    for (const [id, one] of latest) if (one.sourceId === sourceId) latest.delete(id)
  }

  const startMeter = (sourceId: string) => {
    const meter = new AbortController()
    meters.set(sourceId, meter)
    void run(sourceId, meter.signal)
  }

  /** Starts and ends what is due; to be called whenever an engine comes or goes. */
  const reconcile = () => {
    const due = new Set(deps.reachable().filter((id) => everybody || lingering.has(id)))
    for (const sourceId of [...meters.keys()]) if (!due.has(sourceId)) stopMeter(sourceId)
    for (const sourceId of due) if (!meters.has(sourceId)) startMeter(sourceId)
  }

  const hold = (sourceId: string) => {
    clearTimeout(lingering.get(sourceId))
    const release = () => {
      lingering.delete(sourceId)
      reconcile()
    }
    lingering.set(sourceId, setTimeout(release, lingerMs).unref())
    reconcile()
  }

  const settledBy = async (sourceId: string, id: string, signal: AbortSignal): Promise<ContainerStats | null> => {
    const { promise, resolve, reject } = Promise.withResolvers<ContainerStats | null>()
    const waiter = { sourceId, id, resolve, reject }
    const give = () => resolve(latest.get(id)?.stats ?? null)
    const timer = setTimeout(give, answerWithinMs)
    signal.addEventListener('abort', give, { once: true })
    waiters.add(waiter)
    try {
      return await promise
    } finally {
      waiters.delete(waiter)
      clearTimeout(timer)
      signal.removeEventListener('abort', give)
    }
  }

  return {
    reconcile,
    latest: (id: string): ContainerStats | null => latest.get(id)?.stats ?? null,
    /** Measures every engine that answers for as long as somebody watches. */
    watch: (watched: boolean): void => {
      everybody = watched
      reconcile()
    },
    /** The newest measurement, or a fresh one with CPU (it takes two samples) within 8 s; null when there is none. */
    once: (sourceId: string, id: string, signal: AbortSignal): Promise<ContainerStats | null> => {
      hold(sourceId)
      const known = latest.get(id)?.stats
      return known && known.cpu !== null ? Promise.resolve(known) : settledBy(sourceId, id, signal)
    },
    forget: (id: string): void => {
      latest.delete(id)
      deps.history.forget(id)
    },
    close: (): void => {
      everybody = false
      for (const timer of lingering.values()) clearTimeout(timer)
      lingering.clear()
      reconcile()
    },
  }
}
export type Measuring = ReturnType<typeof createMeasuring>
