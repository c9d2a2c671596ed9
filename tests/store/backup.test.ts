import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { AppError } from '#protocol/errors.ts'
import { createBackups } from '../../appliance/store/backup.ts'
import { latestVersion } from '../../appliance/store/database.ts'
import { databaseFile } from '../../appliance/store/open.ts'
import { openVault } from '../../appliance/store/vault.ts'
import { dataFolder, open, readRow, storeWith, writeRow } from './data-folder.ts'

const codeOf = async (run: Promise<unknown>) => {
  const cause = await run.then(
    () => null,
    (error: unknown) => error,
  )
  expect(cause).toBeInstanceOf(AppError)
  return (cause as AppError).code
}

describe('a backup', () => {
  it('made while rows are written is whole, and restores to one moment of them', async () => {
    const folder = dataFolder()
    const store = open(folder)
    const insert = store.db.prepare("INSERT INTO vitals (at, data) VALUES (?, '[]')")
    for (let at = 0; at < 5000; at++) insert.run(at)
    const backups = createBackups({ folder, now: Date.now, masterKeyFile: join(folder, 'master.key') })
    let written = 5000
    let done = false
    const backup = backups.create('asked').finally(() => {
      done = true
    })
    while (!done) {
      insert.run(written++)
      await new Promise(setImmediate)
    }
    const { file } = await backup
    await backups.stage(file)
    store.close()
    const again = open(folder)
    const { rows, last } = again.db
      .prepare<[], { rows: number; last: number }>('SELECT count(*) AS rows, max(at) AS last FROM vitals')
      .get() ?? { rows: 0, last: 0 }
    expect(rows).toBe(last + 1)
    expect(rows).toBeGreaterThanOrEqual(5000)
    expect(rows).toBeLessThan(written)
    expect(again.restored).toBe(true)
    again.close()
  })

  it('holds no secret in clear, and never the master key', async () => {
    const folder = dataFolder()
    const store = open(folder)
    const vault = openVault(store.db, join(folder, 'master.key'))
    const id = vault.put('source', 'a-very-secret-token')
    const { file } = await createBackups({ folder, now: Date.now, masterKeyFile: join(folder, 'master.key') }).create(
      'asked',
    )
    const bytes = gunzipSync(readFileSync(file))
    const key = readFileSync(join(folder, 'master.key'), 'utf8').trim()
    expect(bytes.includes(id)).toBe(true)
    for (const secret of ['a-very-secret-token', key, Buffer.from(key, 'base64url')]) {
      expect(bytes.includes(secret)).toBe(false)
    }
    store.close()
  })

  it('opens with the ordinary tools: it is a gzip of a database', async () => {
    const folder = dataFolder()
    const store = open(folder)
    writeRow(store, 'plain')
    const { file } = await createBackups({ folder, now: Date.now, masterKeyFile: join(folder, 'master.key') }).create(
      'asked',
    )
    store.close()
    const plain = join(folder, 'plain.db')
    writeFileSync(plain, execFileSync('gzip', ['-dc', file]))
    const db = new Sqlite(plain, { readonly: true })
    expect(db.prepare("SELECT value FROM settings WHERE name = 'test'").pluck().get()).toBe('"plain"')
    db.close()
  })

  it('leaves no draft behind, and the automatic ones are thinned while asked ones stay', async () => {
    const folder = dataFolder()
    const store = open(folder)
    let now = Date.now()
    const backups = createBackups({ folder, now: () => now++, masterKeyFile: join(folder, 'master.key') })
    for (const reason of ['asked', 'nightly', 'nightly', 'nightly']) await backups.create(reason)
    backups.thin(2)
    expect(backups.list().map(({ reason }) => reason)).toEqual(['nightly', 'nightly', 'asked'])
    expect(readdirSync(join(folder, 'backups'))).toHaveLength(3)
    store.close()
  })

  it('is found by its exact name only', async () => {
    const folder = dataFolder()
    const store = open(folder)
    const backups = createBackups({ folder, now: Date.now, masterKeyFile: join(folder, 'master.key') })
    const { name } = await backups.create('asked')
    expect(backups.find(name).name).toBe(name)
    for (const wrong of [
      '../belfry.db',
      `../backups/${name}`,
      `${name}/`,
      `${name}\0`,
      '',
      'belfry.db',
      'master.key',
    ]) {
      expect(() => backups.find(wrong)).toThrow(AppError)
    }
    store.close()
  })
})

describe('a restore', () => {
  it('refuses what is no backup, is cut short, changed, newer, or another program’s, and stages nothing', async () => {
    const folder = dataFolder()
    const store = open(folder)
    const backups = createBackups({ folder, now: Date.now, masterKeyFile: join(folder, 'master.key') })
    const { file } = await backups.create('asked')
    const whole = readFileSync(file)
    const newer = new Sqlite(gunzipSync(whole))
    newer.pragma(`user_version = ${latestVersion + 1}`)
    const foreign = new Sqlite(':memory:')
    foreign.exec('CREATE TABLE theirs (id)')
    const changed = gunzipSync(whole)
    changed.fill(0x5a, 4096)
    const bad = {
      text: Buffer.from('hello'),
      empty: Buffer.alloc(0),
      short: whole.subarray(0, whole.length / 2),
      changed: gzipSync(changed),
      newer: gzipSync(newer.serialize()),
      foreign: gzipSync(foreign.serialize()),
    }
    for (const [name, bytes] of Object.entries(bad)) {
      const path = join(folder, name)
      writeFileSync(path, bytes)
      expect([name, await codeOf(backups.stage(path))]).toEqual([name, 'invalid_request'])
    }
    expect(existsSync(join(folder, 'restore.pending'))).toBe(false)
    store.close()
  })

  it('keeps a copy of what was there', async () => {
    const folder = dataFolder()
    const store = open(folder)
    writeRow(store, 'then')
    const backups = createBackups({ folder, now: Date.now, masterKeyFile: join(folder, 'master.key') })
    const { file } = await backups.create('asked')
    writeRow(store, 'now')
    await backups.stage(file)
    store.close()
    const again = open(folder)
    expect(readRow(again)).toBe('then')
    again.close()
    const kept = new Sqlite(`${databaseFile(folder)}.before-restore`, { readonly: true })
    expect(kept.prepare("SELECT value FROM settings WHERE name = 'test'").pluck().get()).toBe('"now"')
    kept.close()
  })

  it('goes on after a power cut between its steps', async () => {
    const folder = dataFolder()
    const store = open(folder)
    writeRow(store, 'then')
    const backups = createBackups({ folder, now: Date.now, masterKeyFile: join(folder, 'master.key') })
    await backups.stage((await backups.create('asked')).file)
    store.close()
    renameSync(databaseFile(folder), `${databaseFile(folder)}.before-restore`)
    const again = open(folder)
    expect(readRow(again)).toBe('then')
    expect(again.recovered).toBeNull()
    again.close()
  })

  it('replaces a damaged database that would not start', async () => {
    const from = dataFolder()
    const source = open(from)
    writeRow(source, 'elsewhere')
    const { file } = await createBackups({
      folder: from,
      now: Date.now,
      masterKeyFile: join(from, 'master.key'),
    }).create('asked')
    source.close()
    const folder = dataFolder()
    storeWith(folder, 'damaged')
    writeFileSync(databaseFile(folder), Buffer.alloc(20_000, 7))
    await createBackups({ folder, now: Date.now, masterKeyFile: join(folder, 'master.key') }).stage(file)
    const store = open(folder)
    expect(readRow(store)).toBe('elsewhere')
    store.close()
  })

  it('is refused at the start when the staged file was damaged meanwhile, and the present one stays', () => {
    const folder = dataFolder()
    storeWith(folder, 'present')
    writeFileSync(join(folder, 'restore.pending'), Buffer.alloc(20_000, 7))
    const store = open(folder)
    expect(readRow(store)).toBe('present')
    expect(store.restored).toBe(false)
    store.close()
  })
})

describe('secrets in a restore', () => {
  it('from before a rotation are opened with the retired key, and wrapped anew', async () => {
    const folder = dataFolder()
    const masterKeyFile = join(folder, 'master.key')
    const store = open(folder)
    const vault = openVault(store.db, masterKeyFile)
    const id = vault.put('source', 'old secret')
    const backups = createBackups({ folder, now: Date.now, masterKeyFile })
    const { file } = await backups.create('asked')
    vault.rotate()
    await backups.stage(file)
    store.close()
    const again = open(folder)
    expect(openVault(again.db, masterKeyFile).get(id)).toBe('old secret')
    rmSync(`${masterKeyFile}.retired`)
    expect(openVault(again.db, masterKeyFile).get(id)).toBe('old secret')
    again.close()
  })

  it('of another box are refused until its key is here', async () => {
    const [theirs, folder] = [dataFolder(), dataFolder()]
    const source = open(theirs)
    const id = openVault(source.db, join(theirs, 'master.key')).put('source', 'theirs')
    const { file } = await createBackups({
      folder: theirs,
      now: Date.now,
      masterKeyFile: join(theirs, 'master.key'),
    }).create('asked')
    source.close()
    const masterKeyFile = join(folder, 'master.key')
    const store = open(folder)
    openVault(store.db, masterKeyFile)
    const backups = createBackups({ folder, now: Date.now, masterKeyFile })
    expect(await codeOf(backups.stage(file))).toBe('invalid_request')
    copyFileSync(join(theirs, 'master.key'), `${masterKeyFile}.retired`)
    await backups.stage(file)
    store.close()
    const again = open(folder)
    expect(openVault(again.db, masterKeyFile).get(id)).toBe('theirs')
    again.close()
  })
})
