import { chmodSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import Sqlite, { type Database } from 'better-sqlite3'
import { BootError } from '../lib/boot-error.ts'
import { applicationId, configure, versionOf } from './database.ts'
import { moveDurably, syncFile } from './durable.ts'
import { migrations } from './migrations/index.ts'

export type Migration = (typeof migrations)[number]

const copiesToKeep = 2

/** The copies made before migrating, newest first. */
export const copiesOf = (path: string): { file: string; before: number }[] => {
  const start = `${basename(path)}.before-`
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(start) && /^\d+$/.test(name.slice(start.length)))
    .map((name) => ({ file: join(dirname(path), name), before: Number(name.slice(start.length)) }))
    .sort((a, b) => b.before - a.before)
}

const copyBefore = (db: Database, version: number) => {
  const draft = `${db.name}.draft`
  rmSync(draft, { force: true })
  db.prepare('VACUUM INTO ?').run(draft)
  chmodSync(draft, 0o600)
  syncFile(draft)
  moveDurably(draft, `${db.name}.before-${version}`)
  for (const old of copiesOf(db.name).slice(copiesToKeep)) rmSync(old.file, { force: true })
}

const apply = (db: Database, { version, name, sql }: Migration) => {
  try {
    db.transaction(() => {
      db.exec(sql)
      db.pragma(`user_version = ${version}`)
      const broken = db.pragma('foreign_key_check') as unknown[]
      if (broken.length > 0) throw new Error(`${broken.length} rows point to rows that are not there.`)
    }).immediate()
  } catch (cause) {
    throw new BootError(`The database could not be brought to version ${version} (${name}). It is as it was before.`, {
      cause,
    })
  }
}

/** Brings the database to the newest version, one transaction a step, after a copy of the file. */
export const migrate = (db: Database, steps: readonly Migration[] = migrations): void => {
  const missing = steps.filter(({ version }) => version > versionOf(db))
  const first = missing[0]
  if (!first) return
  if (versionOf(db) > 0) {
    try {
      copyBefore(db, first.version)
    } catch (cause) {
      throw new BootError('The database could not be copied before it is changed. Is the disk full?', { cause })
    }
  }
  // Rebuilding a table needs this off, and it cannot be switched inside a transaction.
  db.pragma('foreign_keys = OFF')
  for (const step of missing) apply(db, step)
  db.pragma('foreign_keys = ON')
}

/** Makes a new database beside `path` and moves it there whole: a half-made one is never seen. */
export const createFresh = (path: string): void => {
  const draft = `${path}.new`
  for (const suffix of ['', '-wal', '-shm']) rmSync(draft + suffix, { force: true })
  const db = configure(new Sqlite(draft))
  db.pragma(`application_id = ${applicationId}`)
  migrate(db)
  db.close()
  chmodSync(draft, 0o600)
  syncFile(draft)
  moveDurably(draft, path)
}
