import { randomBytes } from 'node:crypto'
import Sqlite, { type Database } from 'better-sqlite3'
import { BootError } from '../lib/boot-error.ts'
import { keyNameOf, type MasterKey, masterKeyOf, rewrap, seal, unseal } from '../lib/seal.ts'
import { ulid } from '../lib/ulid.ts'
import { hasKeyFile, type KeyFile, openKeyFile } from './key-file.ts'

/** Secrets at rest. Others keep the id; the text is sealed here and nowhere else. */
export interface Vault {
  put(context: string, plain: string): string
  get(id: string): string
  replace(id: string, plain: string): void
  remove(id: string): void
  /** Makes a new master key and wraps every item's key with it; answers how many there were. */
  rotate(): number
}

interface Row {
  id: string
  context: string
  sealed: string
}

const first = (keys: readonly MasterKey[]): MasterKey => keys[0] as MasterKey

const isOpenWith = (keys: readonly MasterKey[], sealed: string) => keys.some(({ id }) => id === keyNameOf(sealed))

const prepare = (db: Database) => ({
  all: db.prepare<[], Row>('SELECT id, context, sealed FROM secrets'),
  one: db.prepare<[string], Omit<Row, 'id'>>('SELECT context, sealed FROM secrets WHERE id = ?'),
  insert: db.prepare("INSERT INTO secrets (id, context, sealed) VALUES (?, ?, '')"),
  update: db.prepare('UPDATE secrets SET sealed = ? WHERE id = ?'),
  remove: db.prepare('DELETE FROM secrets WHERE id = ?'),
})
type Statements = ReturnType<typeof prepare>

const openKeys = (file: string, sql: Statements): KeyFile => {
  const keyFile = openKeyFile(file)
  if (hasKeyFile(file)) return keyFile
  if (sql.all.get()) {
    throw new BootError(
      `The database holds sealed secrets, but their master key ${file} is missing. Put the file back from your copy of it.`,
    )
  }
  keyFile.write([masterKeyOf(randomBytes(32))])
  return keyFile
}

/**
 * Every change of the key file and every reading of the key to seal with happens while holding the database's write
 * lock, so that rotations and writers in two processes never cross. The file holds the new and the old key until no
 * row needs the old one: a power cut at any moment loses nothing, and opening the vault finishes what was begun. The
 * old key is kept aside for backups from before; what a restore brings back is wrapped anew at the next opening.
 */
const createRotation = (db: Database, sql: Statements, keyFile: KeyFile) => {
  const wrapAll = db.transaction((fresh: boolean) => {
    const keys = fresh ? [masterKeyOf(randomBytes(32)), ...keyFile.read()] : keyFile.read()
    if (fresh) keyFile.write(keys)
    const rows = sql.all.all()
    const known = [...keys, ...keyFile.retired()]
    for (const { id, context, sealed } of rows) {
      if (keyNameOf(sealed) === first(keys).id || !isOpenWith(known, sealed)) continue
      sql.update.run(rewrap(known, first(keys), sealed, `${context}:${id}`), id)
    }
    return rows.length
  })
  const dropUnused = db.transaction(() => {
    const used = new Set(sql.all.all().map(({ sealed }) => keyNameOf(sealed)))
    const keys = keyFile.read()
    const kept = keys.filter((key, index) => index === 0 || used.has(key.id))
    if (kept.length === keys.length) return
    // First there, then gone here: a power cut in between leaves it in both.
    keyFile.retire(keys.filter((key) => !kept.includes(key)))
    keyFile.write(kept)
  })
  return {
    rotate: () => {
      const count = wrapAll.immediate(true)
      dropUnused.immediate()
      return count
    },
    finish: () => {
      const { id } = first(keyFile.read())
      if (keyFile.read().length < 2 && sql.all.all().every(({ sealed }) => keyNameOf(sealed) === id)) return
      wrapAll.immediate(false)
      dropUnused.immediate()
    },
  }
}

/** Opens the vault with the master key in `file`, made (mode 0400) when neither it nor any sealed row exists. */
export const openVault = (db: Database, file: string): Vault => {
  const sql = prepare(db)
  const keyFile = openKeys(file, sql)
  const rotation = createRotation(db, sql, keyFile)
  rotation.finish()
  const find = (id: string) => {
    const row = sql.one.get(id)
    if (!row) throw new Error(`No secret ${id}.`)
    return row
  }
  // The writes before `read` take the write lock, also inside a transaction of the caller.
  const put = db.transaction((id: string, context: string, plain: string) => {
    sql.insert.run(id, context)
    sql.update.run(seal(first(keyFile.read()), plain, `${context}:${id}`), id)
  })
  const replace = db.transaction((id: string, plain: string) => {
    const { context } = find(id)
    sql.update.run('', id)
    sql.update.run(seal(first(keyFile.read()), plain, `${context}:${id}`), id)
  })
  return {
    put: (context, plain) => {
      const id = ulid()
      put(id, context, plain)
      return id
    },
    get: (id) => {
      let row = find(id)
      // Another process may have rotated between the two readings: then the row is read again under its new key.
      if (!isOpenWith(keyFile.read(), row.sealed)) row = find(id)
      return unseal(keyFile.read(), row.sealed, `${row.context}:${id}`)
    },
    replace: (id, plain) => replace(id, plain),
    remove: (id) => void sql.remove.run(id),
    rotate: rotation.rotate,
  }
}

/** How many secrets of the database in `path` no key opens, as when it comes from another box. */
export const countUnreadable = (path: string, masterKeyFile: string): number => {
  const keyFile = openKeyFile(masterKeyFile)
  const keys = [...(hasKeyFile(masterKeyFile) ? keyFile.read() : []), ...keyFile.retired()]
  const db = new Sqlite(path, { readonly: true, fileMustExist: true })
  try {
    return prepare(db)
      .all.all()
      .filter(({ sealed }) => !isOpenWith(keys, sealed)).length
  } finally {
    db.close()
  }
}
