import { existsSync, mkdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { z } from 'zod'
import { BootError } from '../lib/boot-error.ts'
import type { Log } from '../lib/log.ts'
import { configure, type Inspection, inspect, isDamage, latestVersion } from './database.ts'
import { copiesOf, createFresh, migrate } from './migrate.ts'
import { fallBack, hasTraces } from './recover.ts'
import { applyPending } from './restore.ts'
import { type Claim, claimFolder } from './running.ts'

const fullCheckEveryMs = 7 * 24 * 3600_000
const tellRecoveredForMs = 7 * 24 * 3600_000

const Recovered = z.object({ at: z.string(), from: z.string(), reason: z.string() })
export type Recovered = z.infer<typeof Recovered>

export interface Store {
  db: Database
  path: string
  /** Said for a week after a start that had to fall back to an older copy. */
  recovered: Recovered | null
  /** A staged restore was put in place at this start: what was signed in then must not count again. */
  restored: boolean
  announce(url: string): void
  /** Facts that the box keeps about itself, beside what a person set. */
  remember(name: string, value: unknown): void
  recall(name: string): unknown
  /** Folds the log into the file and says that this stop was a clean one. */
  close(): void
}

interface Options {
  folder: string
  log: Log
  now: () => number
}

export const databaseFile = (folder: string) => join(folder, 'belfry.db')

/** Facts that the store keeps about itself, beside the settings of the person. */
const remember = (db: Database, name: string, value: unknown) =>
  db
    .prepare('INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
    .run(`store.${name}`, JSON.stringify(value))

const recall = (db: Database, name: string): unknown => {
  const row = db.prepare<[string], { value: string }>('SELECT value FROM settings WHERE name = ?').get(`store.${name}`)
  return row ? JSON.parse(row.value) : undefined
}

const isFullCheckDue = (db: Database, now: number) => {
  try {
    const last = Number(recall(db, 'checkedAt') ?? 0)
    return now - last > fullCheckEveryMs || last > now
  } catch (cause) {
    if (!(cause instanceof Sqlite.SqliteError)) throw cause
    return true
  }
}

const openChecked = (path: string, unclean: boolean, now: number): { db: Database } | Inspection => {
  let db: Database | undefined
  try {
    db = new Sqlite(path, { fileMustExist: true, timeout: 5000 })
    const full = unclean || isFullCheckDue(db, now)
    const found = inspect(db, full)
    if (found.state === 'good') {
      configure(db)
      if (full) remember(db, 'checkedAt', now)
      return { db }
    }
    db.close()
    return found
  } catch (cause) {
    db?.close()
    if (!isDamage(cause)) throw new BootError(`${path} cannot be opened.`, { cause })
    return { state: 'damaged', reason: cause.message }
  }
}

const refuseNewer = (path: string, version: number): never => {
  const copies = copiesOf(path).map(({ file }) => basename(file))
  throw new BootError(
    `The database was written by a newer Belfry (its version is ${version}, this program knows ${latestVersion}). ` +
      'Install that version again, or bring back an older state with `belfry restore FILE`' +
      `${copies.length > 0 ? ` (copies made before the update: ${copies.join(', ')})` : ''}.`,
  )
}

const recover = (
  path: string,
  { folder, log, now }: Options,
  reason: string,
): { db: Database; recovered: Recovered } => {
  const used = fallBack(path, folder, now(), log)
  if (!used) {
    throw new BootError(
      `The database ${path} is not usable (${reason}), and there is no good copy of it here. Nothing was changed. ` +
        'Bring back a backup with `belfry restore FILE`.',
    )
  }
  const opened = openChecked(path, true, now())
  if (!('db' in opened)) throw new BootError(`The copy ${used.from} could not be put in place of the database.`)
  const recovered = { at: new Date(now()).toISOString(), from: used.from, reason }
  remember(opened.db, 'recovered', recovered)
  log.error(
    { ...recovered, copyOf: new Date(used.at).toISOString(), keptAs: used.keptAs },
    'the database was not usable: an older copy of it is in use now, and what was written since is missing',
  )
  return { db: opened.db, recovered }
}

const openOrRecover = (path: string, unclean: boolean, options: Options): Database => {
  if (!existsSync(path)) {
    if (hasTraces(path, options.folder)) return recover(path, options, 'the file was missing').db
    createFresh(path)
  }
  const opened = openChecked(path, unclean, options.now())
  if ('db' in opened) return opened.db
  if (opened.state === 'newer') return refuseNewer(path, opened.version)
  return recover(path, options, 'reason' in opened ? opened.reason : opened.state).db
}

const prepareFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o750 })
  } catch (cause) {
    throw new BootError(`The data folder ${folder} cannot be made. Set BELFRY_DATA to one that can.`, { cause })
  }
}

const claim = (folder: string): Claim => {
  try {
    return claimFolder(folder)
  } catch (cause) {
    if (cause instanceof BootError) throw cause
    throw new BootError(`The data folder ${folder} cannot be written. Set BELFRY_DATA to one that can.`, { cause })
  }
}

const tellRecovered = (db: Database, now: number): Recovered | null => {
  const last = Recovered.safeParse(recall(db, 'recovered')).data
  return last && now - Date.parse(last.at) < tellRecoveredForMs ? last : null
}

const openClaimed = (path: string, unclean: boolean, options: Options) => {
  const pending = applyPending(path, options.folder)
  if (pending === 'applied') options.log.warn({ path }, 'the database was restored from a backup')
  if (typeof pending === 'object')
    options.log.error(pending, 'the staged restore was refused: the database is as it was')
  const db = openOrRecover(path, unclean, options)
  try {
    migrate(db)
    return { db, path, restored: pending === 'applied', recovered: tellRecovered(db, options.now()) }
  } catch (cause) {
    db.close()
    throw cause
  }
}

/**
 * Opens the database of a data folder for the appliance: applies a staged restore, checks it, falls back to the newest
 * good copy when it is damaged, and migrates it. Throws BootError with a sentence when it cannot.
 */
export const openStore = (options: Options): Store => {
  const path = databaseFile(options.folder)
  prepareFolder(options.folder)
  const claimed = claim(options.folder)
  try {
    const opened = openClaimed(path, claimed.unclean, options)
    return {
      ...opened,
      announce: claimed.announce,
      remember: (name, value) => void remember(opened.db, name, value),
      recall: (name) => recall(opened.db, name),
      close: () => {
        opened.db.pragma('optimize')
        opened.db.pragma('wal_checkpoint(TRUNCATE)')
        opened.db.close()
        claimed.release()
      },
    }
  } catch (cause) {
    if (!claimed.unclean) claimed.release()
    throw cause
  }
}
