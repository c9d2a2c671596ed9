import type { Can } from '#protocol/access.ts'
import type { Log } from '../lib/log.ts'
import { every } from '../lib/poll.ts'
import { isNightlyDue } from './nightly.ts'
import type { BackupsPort, Cutoffs } from './ports.ts'
import { createUpkeepRoutes } from './routes.ts'
import { createSettings, type SettingsStore } from './settings.ts'
import type { Db } from './store.ts'

const lookEveryMs = 5 * 60_000
const settleMs = 15 * 60_000
const retryMs = 3600_000
const dayMs = 24 * 3600_000
const halfPastThree = 3 * 60 + 30

export interface UpkeepDeps {
  db: Db
  backups: BackupsPort
  folder: string
  log: Log
  now: () => number
  can: Can
  /** Each removes what its feature holds from before the cut-offs. */
  prune: readonly ((cutoffs: Cutoffs) => void)[]
  /** Ends the process so that it starts again with a staged restore. */
  restart?: () => void
}

const createNightly = (deps: UpkeepDeps, settings: SettingsStore) => {
  const { backups, log, now } = deps
  const startedAt = now()
  let failedAt = Number.NEGATIVE_INFINITY

  const lastDoneAt = () => backups.list().find(({ reason }) => reason === 'nightly')?.at ?? null

  const prune = () => {
    const { vitalsKeepDays, auditKeepDays } = settings.get()
    const cutoffs = { vitals: now() - vitalsKeepDays * dayMs, audit: now() - auditKeepDays * dayMs }
    for (const one of deps.prune) {
      try {
        one(cutoffs)
      } catch (err) {
        log.error({ err }, 'old rows could not be removed')
      }
    }
  }

  const work = async () => {
    prune()
    const { name, bytes } = await backups.create('nightly')
    backups.thin(settings.get().backupsToKeep)
    log.info({ name, bytes }, 'the nightly backup was made')
  }

  const isDue = () =>
    isNightlyDue({
      now: now(),
      timeZone: settings.get().timeZone,
      minuteOfDay: halfPastThree,
      lastDoneAt: lastDoneAt(),
      upForMs: now() - startedAt,
      settleMs,
    })

  /** Does the nightly work when it is due. */
  return async () => {
    if (!isDue() || Math.abs(now() - failedAt) < retryMs) return
    try {
      await work()
    } catch (err) {
      failedAt = now()
      log.error({ err }, 'the nightly backup could not be made: the next try is in an hour')
    }
  }
}

/** Settings, backups and retention: what a box needs to stay well without anybody looking after it. */
export const createUpkeep = (deps: UpkeepDeps) => {
  const { db, log } = deps
  const settings = createSettings(db, log)
  const look = createNightly(deps, settings)
  let running: { stop: AbortController; ended: Promise<void> } | null = null

  return {
    settings,
    siteName: () => settings.get().siteName,
    routes: createUpkeepRoutes({ ...deps, settings }),
    look,
    start: () => {
      const stop = new AbortController()
      const onError = (err: unknown) => log.error({ err }, 'the nightly work could not be looked after')
      running = { stop, ended: every({ everyMs: lookEveryMs, signal: stop.signal, run: look, onError }) }
    },
    stop: async () => {
      running?.stop.abort()
      await running?.ended
      running = null
    },
  }
}
export type Upkeep = ReturnType<typeof createUpkeep>
