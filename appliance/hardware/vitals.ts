import { loadavg } from 'node:os'
import type { Vitals, VitalsHistory } from '#protocol/system.ts'
import type { Log } from '../lib/log.ts'
import { every } from '../lib/poll.ts'
import { averageOf } from './average.ts'
import type { Counters, Readings } from './readings.ts'
import type { VitalsStore } from './store.ts'

const sampleEveryMs = 5000
const ringMs = 3600_000
const bucketMs = 300_000
/** Three averages are written at once: 15 minutes are what a power cut may take from the history. */
const bucketsPerWrite = 3
const readingMs = 4000

export const historyRanges = {
  '1h': { rangeMs: 3600_000, stepMs: sampleEveryMs },
  '24h': { rangeMs: 24 * 3600_000, stepMs: bucketMs },
  '7d': { rangeMs: 7 * 24 * 3600_000, stepMs: 30 * 60_000 },
  '30d': { rangeMs: 30 * 24 * 3600_000, stepMs: 2 * 3600_000 },
} as const
export type HistoryRange = keyof typeof historyRanges

export interface VitalsDeps {
  readings: Readings
  store: VitalsStore
  emit: (vitals: Vitals) => void
  log: Log
  now: () => number
}

const inTime = <T>(reading: Promise<T>): Promise<T> => {
  let late: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(new Error('The machine did not answer in time.')), readingMs)
  })
  return Promise.race([reading, timeout]).finally(() => clearTimeout(late))
}

const orNull = <T>(reading: Promise<T>): Promise<T | null> => inTime(reading).catch(() => null)

/** Bytes a second between two readings of the counters; the last rate holds until there is a newer reading. */
const createRates = () => {
  let before: Counters | null = null
  let rates: { rx: number; tx: number } | null = null
  return (seen: Counters | null) => {
    const same = before && seen && before.interface === seen.interface
    if (before && same && seen.at === before.at) return rates
    const seconds = before && same ? (seen.at - before.at) / 1000 : 0
    // Counters that ran backwards belong to an interface that was made anew.
    const valid = before && seen && seconds > 0 && seen.rx >= before.rx && seen.tx >= before.tx
    rates = valid && before ? { rx: (seen.rx - before.rx) / seconds, tx: (seen.tx - before.tx) / seconds } : null
    before = seen
    return rates
  }
}

const createSampler = ({ readings, now }: VitalsDeps) => {
  const ratesOf = createRates()
  return async (): Promise<Vitals> => {
    const [cpu, memory, temperature, disk, counters] = await Promise.all([
      inTime(readings.cpu()),
      inTime(readings.memory()),
      orNull(readings.temperature()),
      orNull(readings.disk()),
      orNull(readings.network()),
    ])
    const rates = ratesOf(counters)
    return {
      at: new Date(now()).toISOString(),
      cpu: Math.round(cpu * 10) / 10,
      load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
      memory,
      temperature,
      disk,
      rxBytesPerS: rates ? Math.round(rates.rx) : null,
      txBytesPerS: rates ? Math.round(rates.tx) : null,
      ownMemory: process.memoryUsage.rss(),
    }
  }
}

const bucketOf = (vitals: Vitals) => Math.floor(Date.parse(vitals.at) / bucketMs) * bucketMs

/** Gathers samples into averages of five minutes, and writes some of them at a time. */
const createAverages = (store: VitalsStore) => {
  let samples: Vitals[] = []
  let waiting: Vitals[] = []
  const close = () => {
    const first = samples[0]
    if (first) waiting.push(averageOf(samples, bucketOf(first)))
    samples = []
  }
  const write = () => {
    store.write(waiting)
    waiting = []
  }
  return {
    add: (vitals: Vitals) => {
      const first = samples[0]
      if (first && bucketOf(first) !== bucketOf(vitals)) close()
      samples.push(vitals)
      if (waiting.length >= bucketsPerWrite) write()
    },
    /** What is not written yet, the running five minutes included. */
    unwritten: (): Vitals[] => [...waiting, ...(samples[0] ? [averageOf(samples, bucketOf(samples[0]))] : [])],
    writeAll: () => {
      close()
      if (waiting.length > 0) write()
    },
  }
}

const grouped = (points: readonly Vitals[], stepMs: number): Vitals[] => {
  const groups = Map.groupBy(points, ({ at }) => Math.floor(Date.parse(at) / stepMs) * stepMs)
  return [...groups].map(([at, members]) => averageOf(members, at))
}

/** Measures this machine every 5 s: the last hour in memory, averages of five minutes in the database. */
export const createVitals = (deps: VitalsDeps) => {
  const { store, emit, log, now } = deps
  const sample = createSampler(deps)
  const averages = createAverages(store)
  let ring: { at: number; vitals: Vitals }[] = []
  let failing = false
  let running: { stop: AbortController; ended: Promise<void> } | null = null

  const measure = async () => {
    const vitals = await sample()
    if (failing) log.info({}, 'this machine can be measured again')
    failing = false
    const at = Date.parse(vitals.at)
    // The clock of a Pi starts wrong and jumps: what lies in the future was measured before a jump back.
    ring = [...ring.filter((one) => one.at > at - ringMs && one.at < at), { at, vitals }]
    averages.add(vitals)
    emit(vitals)
  }

  const history = async (range: HistoryRange): Promise<VitalsHistory> => {
    const { rangeMs, stepMs } = historyRanges[range]
    if (range === '1h') return { stepMs, points: ring.map(({ vitals }) => vitals) }
    const written = await store.read(stepMs, now() - rangeMs, now())
    const known = new Set(written.map(({ at }) => at))
    const newer = grouped(averages.unwritten(), stepMs).filter(({ at }) => !known.has(at))
    return { stepMs, points: [...written, ...newer] }
  }

  return {
    start: () => {
      const stop = new AbortController()
      const onError = (err: unknown) => {
        if (!failing) log.warn({ err }, 'this machine cannot be measured')
        failing = true
      }
      running = { stop, ended: every({ everyMs: sampleEveryMs, signal: stop.signal, run: measure, onError }) }
    },
    stop: async () => {
      running?.stop.abort()
      await running?.ended
      running = null
      averages.writeAll()
    },
    current: (): Vitals | null => ring.at(-1)?.vitals ?? null,
    history,
    /** One reading now, as the loop does it. */
    measure,
  }
}
export type VitalsFeature = ReturnType<typeof createVitals>
