import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Database } from 'better-sqlite3'
import Sqlite from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { BootError } from '../../appliance/lib/boot-error.ts'
import { openVault } from '../../appliance/store/vault.ts'
import { dataFolder, open } from './data-folder.ts'

const rotateChild = fileURLToPath(new URL('./rotate-child.ts', import.meta.url))

const setUp = () => {
  const folder = dataFolder()
  const { db, path, close } = open(folder)
  onTestFinished(close)
  const keyFile = join(folder, 'master.key')
  return { folder, db, path, keyFile, vault: openVault(db, keyFile) }
}

const keysIn = (file: string) => readFileSync(file, 'utf8').trim().split('\n').length
const keyNames = (db: Database) =>
  new Set(
    db
      .prepare<[], { sealed: string }>('SELECT sealed FROM secrets')
      .all()
      .map(({ sealed }) => sealed.split('.')[1]),
  )

describe('the vault', () => {
  it('gives back what was put, and keeps it sealed in the database', () => {
    const { db, vault } = setUp()
    const id = vault.put('source', 'a token')
    expect(vault.get(id)).toBe('a token')
    expect(JSON.stringify(db.prepare('SELECT * FROM secrets').all())).not.toContain('a token')
    vault.replace(id, 'another')
    expect(vault.get(id)).toBe('another')
    vault.remove(id)
    expect(() => vault.get(id)).toThrow(`No secret ${id}`)
  })

  it('makes its key readable by the owner only', () => {
    const { keyFile } = setUp()
    expect(statSync(keyFile).mode & 0o777).toBe(0o400)
  })

  it('does not open a secret that was moved to another place', () => {
    const { db, vault } = setUp()
    const [first, second] = [vault.put('source', 'one'), vault.put('source', 'two')]
    db.prepare('UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE id = ?) WHERE id = ?').run(first, second)
    expect(() => vault.get(second)).toThrow()
  })

  it('refuses to make a new key while sealed secrets wait for the old one', () => {
    const { db, keyFile, vault } = setUp()
    vault.put('source', 'one')
    rmSync(keyFile)
    expect(() => openVault(db, keyFile)).toThrow(BootError)
  })

  it('keeps nothing of a put whose transaction is undone', () => {
    const { db, vault } = setUp()
    const undone = db.transaction(() => {
      vault.put('source', 'one')
      throw new Error('undone')
    })
    expect(undone).toThrow('undone')
    expect(db.prepare('SELECT count(*) FROM secrets').pluck().get()).toBe(0)
  })
})

describe('rotating the master key', () => {
  it('wraps every secret anew and forgets the old key', () => {
    const { db, keyFile, vault } = setUp()
    const id = vault.put('source', 'one')
    const before = readFileSync(keyFile, 'utf8')
    expect(vault.rotate()).toBe(1)
    expect(keysIn(keyFile)).toBe(1)
    expect(readFileSync(keyFile, 'utf8')).not.toBe(before)
    expect(keyNames(db).size).toBe(1)
    expect(vault.get(id)).toBe('one')
  })

  it('is noticed by another process that has the vault open', () => {
    const { path, keyFile, vault, db } = setUp()
    const id = vault.put('source', 'one')
    const beside = new Sqlite(path)
    openVault(beside, keyFile).rotate()
    expect(vault.get(id)).toBe('one')
    const next = vault.put('source', 'two')
    vault.replace(id, 'one again')
    expect(keyNames(db).size).toBe(1)
    const fresh = openVault(beside, keyFile)
    expect([fresh.get(id), fresh.get(next)]).toEqual(['one again', 'two'])
    beside.close()
  })

  it('leaves alone what a key that is gone had sealed, and rotates the rest', () => {
    const { db, vault } = setUp()
    const [id, lost] = [vault.put('source', 'one'), vault.put('source', 'lost')]
    db.prepare("UPDATE secrets SET sealed = replace(sealed, substr(sealed, 4, 8), '00000000') WHERE id = ?").run(lost)
    vault.rotate()
    expect(vault.get(id)).toBe('one')
    expect(() => vault.get(lost)).toThrow('00000000')
  })

  it('killed at any of its steps loses no secret, and the next start ends it', { timeout: 60_000 }, () => {
    const { folder, db, path, keyFile, vault } = setUp()
    const ids = ['one', 'two', 'three'].map((text) => vault.put('source', text))
    let killed = 0
    for (let step = 1; ; step++) {
      const { signal, status } = spawnSync(process.execPath, [rotateChild, path, keyFile, String(step)])
      expect(ids.map(vault.get)).toEqual(['one', 'two', 'three'])
      const again = openVault(db, keyFile)
      expect(ids.map(again.get)).toEqual(['one', 'two', 'three'])
      expect(keysIn(keyFile)).toBe(1)
      expect(keyNames(db).size).toBe(1)
      if (signal === null) {
        expect(status).toBe(0)
        break
      }
      killed++
    }
    expect(killed).toBeGreaterThanOrEqual(6)
    expect(readdirSync(folder)).not.toContain('master.key.new')
  })
})
