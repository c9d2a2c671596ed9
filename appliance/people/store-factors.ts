import type { Database } from 'better-sqlite3'

export interface PasskeyRow {
  id: string
  personId: string
  name: string
  publicKey: Uint8Array<ArrayBuffer>
  counter: number
  transports: string
  createdAt: number
  lastUsedAt: number | null
}

const columns = `id, person_id AS personId, name, public_key AS publicKey, counter, transports,
  created_at AS createdAt, last_used_at AS lastUsedAt`

export const createFactorStore = (db: Database) => {
  const passkey = db.prepare<[string], PasskeyRow>(`SELECT ${columns} FROM passkeys WHERE id = ?`)
  const passkeysOf = db.prepare<[string], PasskeyRow>(
    `SELECT ${columns} FROM passkeys WHERE person_id = ? ORDER BY created_at, id`,
  )
  const insert = db.prepare(`INSERT INTO passkeys (id, person_id, name, public_key, counter, transports, created_at)
    VALUES (@id, @personId, @name, @publicKey, @counter, @transports, @createdAt)`)
  const used = db.prepare('UPDATE passkeys SET counter = ?, last_used_at = ? WHERE id = ?')
  const rename = db.prepare('UPDATE passkeys SET name = ? WHERE id = ? AND person_id = ?')
  const remove = db.prepare('DELETE FROM passkeys WHERE id = ? AND person_id = ?')
  const removeAll = db.prepare('DELETE FROM passkeys WHERE person_id = ?')
  const insertCode = db.prepare('INSERT INTO recovery_codes (hash, person_id) VALUES (?, ?)')
  const useCode = db.prepare('DELETE FROM recovery_codes WHERE hash = ? AND person_id = ?')
  const removeCodes = db.prepare('DELETE FROM recovery_codes WHERE person_id = ?')
  const countCodes = db.prepare<[string], { n: number }>('SELECT count(*) AS n FROM recovery_codes WHERE person_id = ?')
  return {
    passkey: (id: string) => passkey.get(id),
    passkeysOf: (personId: string) => passkeysOf.all(personId),
    insertPasskey: (row: Omit<PasskeyRow, 'lastUsedAt'>) => void insert.run(row),
    usedPasskey: (id: string, counter: number, at: number) => void used.run(counter, at, id),
    renamePasskey: (id: string, personId: string, name: string) => rename.run(name, id, personId).changes === 1,
    removePasskey: (id: string, personId: string) => remove.run(id, personId).changes === 1,
    removePasskeys: (personId: string) => void removeAll.run(personId),
    replaceCodes: (personId: string, hashes: readonly string[]) => {
      removeCodes.run(personId)
      for (const hash of hashes) insertCode.run(hash, personId)
    },
    /** True once for each code. */
    useCode: (personId: string, hash: string) => useCode.run(hash, personId).changes === 1,
    codesLeft: (personId: string) => countCodes.get(personId)?.n ?? 0,
  }
}
