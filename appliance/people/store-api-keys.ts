import type { Database } from 'better-sqlite3'
import { Grants } from '#protocol/person.ts'

export interface ApiKeyRow {
  id: string
  hash: string
  personId: string
  name: string
  prefix: string
  readOnly: boolean
  grants: Grants | null
  createdAt: number
  expiresAt: number | null
  lastUsedAt: number | null
}

type Raw = Omit<ApiKeyRow, 'readOnly' | 'grants'> & { readOnly: number; grants: string | null }

const columns = `id, hash, person_id AS personId, name, prefix, read_only AS readOnly, grants,
  created_at AS createdAt, expires_at AS expiresAt, last_used_at AS lastUsedAt`

const toRow = (raw: Raw): ApiKeyRow => ({
  ...raw,
  readOnly: raw.readOnly === 1,
  grants: raw.grants === null ? null : Grants.parse(JSON.parse(raw.grants)),
})

export const createApiKeyStore = (db: Database) => {
  const byHash = db.prepare<[string], Raw>(`SELECT ${columns} FROM api_keys WHERE hash = ?`)
  const of = db.prepare<[string], Raw>(`SELECT ${columns} FROM api_keys WHERE person_id = ? ORDER BY created_at, id`)
  const insert =
    db.prepare(`INSERT INTO api_keys (id, hash, person_id, name, prefix, read_only, grants, created_at, expires_at)
    VALUES (@id, @hash, @personId, @name, @prefix, @readOnly, @grants, @createdAt, @expiresAt)`)
  const used = db.prepare('UPDATE api_keys SET last_used_at = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM api_keys WHERE id = ? AND person_id = ?')
  return {
    byHash: (hash: string) => {
      const raw = byHash.get(hash)
      return raw && toRow(raw)
    },
    of: (personId: string) => of.all(personId).map(toRow),
    insert: ({ lastUsedAt, ...row }: ApiKeyRow) =>
      void insert.run({ ...row, readOnly: Number(row.readOnly), grants: row.grants && JSON.stringify(row.grants) }),
    used: (id: string, at: number) => void used.run(at, id),
    remove: (id: string, personId: string) => remove.run(id, personId).changes === 1,
  }
}
