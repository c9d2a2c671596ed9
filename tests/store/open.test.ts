import {
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { BootError } from '../../appliance/lib/boot-error.ts'
import { createBackups } from '../../appliance/store/backup.ts'
import { latestVersion } from '../../appliance/store/database.ts'
import { migrate } from '../../appliance/store/migrate.ts'
import { databaseFile, openStore } from '../../appliance/store/open.ts'
import { dataFolder, open, readableLog, readRow, storeWith, writeRow } from './data-folder.ts'

const damage = (file: string) => {
  const handle = openSync(file, 'r+')
  writeSync(handle, Buffer.alloc(statSync(file).size - 2048, 0x5a), 0, undefined, 2048)
  closeSync(handle)
}

const messageOf = (run: () => unknown): string => {
  try {
    run()
  } catch (cause) {
    expect(cause).toBeInstanceOf(BootError)
    return (cause as Error).message
  }
  throw new Error('It started.')
}

describe('opening the store', () => {
  it('makes a database of the newest version in a folder that is not there yet, readable by its owner only', () => {
    const folder = join(dataFolder(), 'deep', 'data')
    const store = open(folder)
    expect(store.db.pragma('user_version', { simple: true })).toBe(latestVersion)
    expect(store.recovered).toBeNull()
    expect(statSync(store.path).mode & 0o077).toBe(0)
    store.close()
  })

  it('commits with a full sync and checks foreign keys', () => {
    const store = open(dataFolder())
    const pragma = (name: string) => store.db.pragma(name, { simple: true })
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')]).toEqual(['wal', 2, 1])
    store.close()
  })

  it('keeps what was written, and leaves one file after a clean stop', () => {
    const folder = dataFolder()
    storeWith(folder, 'kept')
    expect(readdirSync(folder)).toEqual(['belfry.db'])
    const store = open(folder)
    expect(readRow(store)).toBe('kept')
    store.close()
  })

  it('refuses a database of a newer program with a sentence, and changes nothing', () => {
    const folder = dataFolder()
    storeWith(folder, 'newer')
    const db = new Sqlite(databaseFile(folder))
    db.pragma(`user_version = ${latestVersion + 5}`)
    db.close()
    expect(messageOf(() => open(folder))).toMatch(/newer Belfry .*belfry restore/)
    expect(readdirSync(folder)).toEqual(['belfry.db'])
  })

  it('refuses a folder that cannot be written with a sentence', () => {
    const file = join(dataFolder(), 'file')
    writeFileSync(file, '')
    expect(messageOf(() => open(join(file, 'data')))).toContain('BELFRY_DATA')
  })

  it('does a full check after an unclean stop and once a week, and a quick one else', () => {
    const folder = dataFolder()
    let now = Date.now()
    const checkedAt = () => {
      const store = open(folder, () => now)
      const row = store.db
        .prepare<[], { value: string }>("SELECT value FROM settings WHERE name = 'store.checkedAt'")
        .get()
      store.close()
      return Number(row?.value)
    }
    const first = checkedAt()
    expect(first).toBe(now)
    now += 6 * 24 * 3600_000
    expect(checkedAt()).toBe(first)
    now += 2 * 24 * 3600_000
    expect(checkedAt()).toBe(now)
    now += 1000
    writeFileSync(join(folder, 'running.json'), 'half a')
    expect(checkedAt()).toBe(now)
  })
})

describe('a damaged database', () => {
  it('falls back to the newest good backup, says so for a week, and keeps the bad file', async () => {
    const folder = dataFolder()
    const store = open(folder)
    writeRow(store, 'old')
    const backups = createBackups({ folder, now: Date.now, masterKeyFile: join(folder, 'master.key') })
    await backups.create('nightly')
    writeRow(store, 'good')
    const good = await backups.create('nightly')
    writeRow(store, 'bad')
    const bad = await backups.create('nightly')
    store.close()
    damage(bad.file)
    damage(databaseFile(folder))
    const { log, lines } = readableLog()
    const again = openStore({ folder, log, now: Date.now })
    expect(readRow(again)).toBe('good')
    expect(again.recovered).toMatchObject({ from: good.name })
    expect(lines.some((line) => line.includes('"level":"error"') && line.includes(good.name))).toBe(true)
    expect(readdirSync(folder).some((name) => name.startsWith('belfry.db.damaged-'))).toBe(true)
    again.close()
    const next = open(folder)
    expect(next.recovered).toMatchObject({ from: good.name })
    next.close()
    const later = open(folder, () => Date.now() + 8 * 24 * 3600_000)
    expect(later.recovered).toBeNull()
    later.close()
  })

  it('falls back to a copy made before migrating when there is no backup', () => {
    const folder = dataFolder()
    storeWith(folder, 'copy')
    copyFileSync(databaseFile(folder), `${databaseFile(folder)}.before-1`)
    writeFileSync(databaseFile(folder), 'not a database at all, but long enough to be looked at')
    const store = open(folder)
    expect(readRow(store)).toBe('copy')
    expect(store.recovered?.from).toBe('belfry.db.before-1')
    store.close()
  })

  it('falls back when the file is missing or empty but copies are there', async () => {
    for (const spoil of [(file: string) => rmSync(file), (file: string) => writeFileSync(file, '')]) {
      const folder = dataFolder()
      const store = open(folder)
      writeRow(store, 'kept')
      await createBackups({ folder, now: Date.now, masterKeyFile: join(folder, 'master.key') }).create('nightly')
      store.close()
      spoil(databaseFile(folder))
      const again = open(folder)
      expect(readRow(again)).toBe('kept')
      expect(again.recovered).not.toBeNull()
      again.close()
    }
  })

  it('without a good copy refuses with a sentence that names the way out, and leaves the file as it is', () => {
    const folder = dataFolder()
    storeWith(folder, 'lost')
    damage(databaseFile(folder))
    const { size } = statSync(databaseFile(folder))
    expect(messageOf(() => open(folder))).toMatch(/no good copy .*belfry restore FILE/)
    expect(statSync(databaseFile(folder)).size).toBe(size)
  })

  it('never starts empty beside the remains of a lost database', () => {
    const folder = dataFolder()
    writeFileSync(join(folder, 'belfry.db-wal'), 'x')
    expect(messageOf(() => open(folder))).toContain('belfry restore')
    expect(existsSync(databaseFile(folder))).toBe(false)
  })

  it('does not take a database of another program for its own', () => {
    const folder = dataFolder()
    const db = new Sqlite(databaseFile(folder))
    db.exec('CREATE TABLE theirs (id)')
    db.close()
    expect(messageOf(() => open(folder))).toContain('not a database of Belfry')
  })
})

describe('migrating', () => {
  const steps = [
    { version: latestVersion + 1, name: 'one', sql: 'CREATE TABLE one (id INTEGER) STRICT' },
    { version: latestVersion + 2, name: 'two', sql: 'CREATE TABLE two (id INTEGER) STRICT' },
    { version: latestVersion + 3, name: 'three', sql: 'CREATE TABLE three (id INTEGER) STRICT' },
  ]

  it('copies the file first, and keeps the last two copies', () => {
    const folder = dataFolder()
    const store = open(folder)
    writeRow(store, 'before')
    for (const step of steps) migrate(store.db, [step])
    const copies = readdirSync(folder).filter((name) => name.includes('.before-'))
    expect(copies).toEqual([`belfry.db.before-${latestVersion + 2}`, `belfry.db.before-${latestVersion + 3}`])
    const copy = new Sqlite(join(folder, copies[1] ?? ''), { readonly: true })
    expect(copy.pragma('user_version', { simple: true })).toBe(latestVersion + 2)
    copy.close()
    store.close()
  })

  it('leaves the database at the last whole step when one fails', () => {
    const store = open(dataFolder())
    const broken = { version: latestVersion + 2, name: 'broken', sql: 'CREATE TABLE half (id) STRICT; NONSENSE' }
    expect(messageOf(() => migrate(store.db, [...steps.slice(0, 1), broken]))).toContain('broken')
    expect(store.db.pragma('user_version', { simple: true })).toBe(latestVersion + 1)
    expect(store.db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'half'").get()).toBeUndefined()
    store.close()
  })

  it('refuses a step that leaves rows pointing nowhere', () => {
    const store = open(dataFolder())
    const step = {
      version: latestVersion + 1,
      name: 'loose',
      sql: 'CREATE TABLE a (id INTEGER PRIMARY KEY) STRICT; CREATE TABLE b (a INTEGER REFERENCES a (id)) STRICT; INSERT INTO b VALUES (7)',
    }
    expect(messageOf(() => migrate(store.db, [step]))).toContain('loose')
    store.close()
  })
})
