import { existsSync } from 'node:fs'
import Sqlite, { type Database } from 'better-sqlite3'
import { migrations } from './migrations/index.ts'

/** 'BELF', in the header of every database of ours: another program's file is never taken for one. */
export const applicationId = 0x42454c46
export const latestVersion = migrations.at(-1)?.version ?? 0

/** What a look at a database file found; `reason` is for people. */
export type Inspection =
  | { state: 'good'; version: number }
  | { state: 'newer'; version: number }
  | { state: 'foreign' | 'damaged'; reason: string }

const damageCodes = /^SQLITE_(CORRUPT|NOTADB|IOERR)/

/** Whether the error says that the file itself is bad, and not that it is busy, locked or out of reach. */
export const isDamage = (cause: unknown): cause is Error =>
  cause instanceof Sqlite.SqliteError && damageCodes.test(cause.code)

/**
 * WAL with synchronous FULL: a commit that returned survives a power cut. The log grows to 16 MB before it is folded
 * into the file, so that a page written often reaches the card once. No mmap: a read error of the card would be a
 * SIGBUS that nobody can catch, where read() gives an error.
 */
export const configure = (db: Database): Database => {
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('busy_timeout = 5000')
  db.pragma('cache_size = -8000')
  db.pragma('mmap_size = 0')
  db.pragma('temp_store = MEMORY')
  db.pragma('wal_autocheckpoint = 4000')
  db.pragma('journal_size_limit = 33554432')
  return db
}

export const versionOf = (db: Database): number => Number(db.pragma('user_version', { simple: true }))

/** Looks at an open database. `full` also compares every index with its table. */
export const inspect = (db: Database, full: boolean): Inspection => {
  try {
    const found = db.pragma(full ? 'integrity_check(3)' : 'quick_check(3)', { simple: true })
    if (found !== 'ok') return { state: 'damaged', reason: String(found) }
    if (db.pragma('application_id', { simple: true }) !== applicationId) {
      return { state: 'foreign', reason: 'it is not a database of Belfry' }
    }
    const version = versionOf(db)
    return { state: version > latestVersion ? 'newer' : 'good', version }
  } catch (cause) {
    if (!isDamage(cause)) throw cause
    return { state: 'damaged', reason: cause.message }
  }
}

/** Looks at a database file that nobody writes to, such as a copy or a backup. */
export const inspectFile = (file: string): Inspection => {
  try {
    const db = new Sqlite(file, { readonly: true, fileMustExist: true })
    try {
      return inspect(db, true)
    } finally {
      db.close()
    }
  } catch (cause) {
    if (!isDamage(cause)) throw cause
    return { state: 'damaged', reason: cause.message }
  }
}

/** Opens an existing database of exactly this version beside the appliance that may be running on it. */
export const openBeside = (path: string): Database | null => {
  if (!existsSync(path)) return null
  const db = configure(new Sqlite(path, { fileMustExist: true }))
  if (versionOf(db) === latestVersion) return db
  db.close()
  throw new Error(`${path} belongs to another version of Belfry. Restart the appliance first.`)
}
