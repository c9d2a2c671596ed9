import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { Database } from 'better-sqlite3'
import { type MasterKey, masterKeyOf, rewrap, seal, unseal } from '../lib/seal.ts'
import { ulid } from '../lib/ulid.ts'

/** Secrets at rest. Others keep the id; the text is sealed here and nowhere else. */
export interface Vault {
  put(context: string, plain: string): string
  get(id: string): string
  replace(id: string, plain: string): void
  remove(id: string): void
  /** Makes a new master key and wraps every item's key with it; answers how many there were. */
  rotate(): number
}

const readKeys = (file: string): MasterKey[] => {
  const keys = readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => Buffer.from(line, 'base64url'))
  if (keys.length === 0 || keys.some((key) => key.length !== 32)) {
    throw new Error(`${file} is not a master key of Belfry: it must hold 32 bytes in base64url, one key a line.`)
  }
  return keys.map(masterKeyOf)
}

const writeKeys = (file: string, keys: readonly MasterKey[]) => {
  const draft = `${file}.new`
  writeFileSync(draft, keys.map(({ key }) => `${key.toString('base64url')}\n`).join(''), { mode: 0o400, flush: true })
  chmodSync(draft, 0o400)
  renameSync(draft, file)
}

/**
 * Opens the vault with the master key in `file`, made (mode 0400) when neither it nor any sealed row exists.
 * During a rotation the file holds the new and the old key, so that a power cut at any moment loses nothing.
 */
export const openVault = (db: Database, file: string): Vault => {
  const rows = db.prepare<[], { id: string; context: string; sealed: string }>(
    'SELECT id, context, sealed FROM secrets',
  )
  const one = db.prepare<[string], { context: string; sealed: string }>(
    'SELECT context, sealed FROM secrets WHERE id = ?',
  )
  const insert = db.prepare('INSERT INTO secrets (id, context, sealed) VALUES (?, ?, ?)')
  const update = db.prepare('UPDATE secrets SET sealed = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM secrets WHERE id = ?')
  if (!existsSync(file)) {
    if (rows.get()) throw new Error(`The database holds sealed secrets, but their master key ${file} is missing.`)
    writeKeys(file, [masterKeyOf(randomBytes(32))])
  }
  let keys = readKeys(file)
  const first = () => keys[0] as MasterKey
  const find = (id: string) => {
    const row = one.get(id)
    if (!row) throw new Error(`No secret ${id}.`)
    return row
  }
  return {
    put: (context, plain) => {
      const id = ulid()
      insert.run(id, context, seal(first(), plain, `${context}:${id}`))
      return id
    },
    get: (id) => {
      const row = find(id)
      return unseal(keys, row.sealed, `${row.context}:${id}`)
    },
    replace: (id, plain) => void update.run(seal(first(), plain, `${find(id).context}:${id}`), id),
    remove: (id) => void remove.run(id),
    rotate: () => {
      const next = masterKeyOf(randomBytes(32))
      keys = [next, ...keys]
      writeKeys(file, keys)
      const count = db.transaction(() => {
        const all = rows.all()
        for (const { id, context, sealed } of all) update.run(rewrap(keys, next, sealed, `${context}:${id}`), id)
        return all.length
      })()
      keys = [next]
      writeKeys(file, keys)
      return count
    },
  }
}
