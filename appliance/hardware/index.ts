import { statSync } from 'node:fs'
import { uptime } from 'node:os'
import type { Caller, Can } from '#protocol/access.ts'
import type { LivePart } from '#protocol/live.ts'
import type { System, Vitals } from '#protocol/system.ts'
import type { Log } from '../lib/log.ts'
import { machineFacts } from './machine.ts'
import type { Readings } from './readings.ts'
import { readingsOfMachine } from './readings-of-machine.ts'
import { createHardwareRoutes } from './routes.ts'
import { createVitalsStore, type Db, type Reads } from './store.ts'
import { createVitals } from './vitals.ts'

export interface HardwareDeps {
  db: Db
  reads: Reads
  can: Can
  bus: { emit(type: 'system', vitals: Vitals): void }
  log: Log
  now: () => number
  version: string
  dataFolder: string
  databasePath: string
  recovered: System['recovered']
  readings?: Readings
}

const bytesOf = (path: string) =>
  ['', '-wal'].reduce((sum, suffix) => sum + (statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0), 0)

/** This box itself: its facts, its vitals now and over time. */
export const createHardware = (deps: HardwareDeps) => {
  const { db, reads, bus, log, now, version, dataFolder, databasePath, recovered } = deps
  const store = createVitalsStore(db, reads)
  const readings = deps.readings ?? readingsOfMachine(dataFolder, now)
  const vitals = createVitals({ readings, store, emit: (one) => bus.emit('system', one), log, now })
  let facts: ReturnType<typeof machineFacts> | null = null

  // Counted back from now: the clock of a Pi is wrong until it has found the time.
  const ago = (seconds: number) => new Date(Math.round(now() / 1000 - seconds) * 1000).toISOString()

  const system = (): System => {
    facts ??= machineFacts()
    return {
      ...facts,
      version,
      startedAt: ago(process.uptime()),
      bootedAt: ago(uptime()),
      dataFolder,
      databaseBytes: bytesOf(databasePath),
      vitals: vitals.current(),
      recovered,
    }
  }

  const sees = ({ person }: Caller) => deps.can(person, 'view-box', { kind: 'box' })
  const live: LivePart = {
    snapshot: (caller) => ({ system: sees(caller) ? system() : null }),
    sight: { system: (caller, one) => (sees(caller) ? one : null) },
  }

  return {
    live,
    start: vitals.start,
    stop: vitals.stop,
    system,
    current: vitals.current,
    /** Removes averages from before `before` (ms). */
    prune: store.prune,
    routes: createHardwareRoutes({ system, history: vitals.history }),
  }
}
export type Hardware = ReturnType<typeof createHardware>
