import type { Database } from 'better-sqlite3'
import type { SignIn } from '#protocol/person.ts'
import { accountColumns, type RawAccount, toAccount } from './store-accounts.ts'

export interface SignInRow {
  id: string
  personId: string
  createdAt: number
  lastUsedAt: number
  expiresAt: number
  address: string
  agent: string
  method: SignIn['method']
}

export interface RefreshRow {
  hash: string
  signInId: string
  createdAt: number
  usedAt: number | null
}

const columns = `id, person_id AS personId, created_at AS createdAt, last_used_at AS lastUsedAt,
  expires_at AS expiresAt, address, agent, method`

export const createSignInStore = (db: Database) => {
  const behind = db.prepare<[string, string, number], RawAccount>(
    `SELECT ${accountColumns} FROM sign_ins s JOIN people p ON p.id = s.person_id
     WHERE s.id = ? AND s.person_id = ? AND s.expires_at > ?`,
  )
  const one = db.prepare<[string], SignInRow>(`SELECT ${columns} FROM sign_ins WHERE id = ?`)
  const of = db.prepare<[string, number], SignInRow>(
    `SELECT ${columns} FROM sign_ins WHERE person_id = ? AND expires_at > ? ORDER BY created_at DESC, id DESC`,
  )
  const known = db.prepare<[string, string, number], { one: number }>(
    'SELECT 1 AS one FROM sign_ins WHERE person_id = ? AND address = ? AND expires_at > ? LIMIT 1',
  )
  const insert =
    db.prepare(`INSERT INTO sign_ins (id, person_id, created_at, last_used_at, expires_at, address, agent, method)
    VALUES (@id, @personId, @createdAt, @lastUsedAt, @expiresAt, @address, @agent, @method)`)
  const used = db.prepare(`UPDATE sign_ins SET last_used_at = @at, expires_at = @expiresAt, address = @address,
    agent = @agent WHERE id = @id`)
  const remove = db.prepare('DELETE FROM sign_ins WHERE id = ?')
  const removeExpired = db.prepare<[number], { id: string }>('DELETE FROM sign_ins WHERE expires_at <= ? RETURNING id')
  const token = db.prepare<[string], RefreshRow>(
    'SELECT hash, sign_in_id AS signInId, created_at AS createdAt, used_at AS usedAt FROM refresh_tokens WHERE hash = ?',
  )
  const insertToken = db.prepare('INSERT INTO refresh_tokens (hash, sign_in_id, created_at) VALUES (?, ?, ?)')
  const useToken = db.prepare('UPDATE refresh_tokens SET used_at = ? WHERE hash = ?')
  const removeOldTokens = db.prepare('DELETE FROM refresh_tokens WHERE sign_in_id = ? AND created_at < ?')
  return {
    /** Who stands behind a sign-in that is alive, as they are now. */
    person: (id: string, personId: string, now: number) => {
      const raw = behind.get(id, personId, now)
      return raw && toAccount(raw)
    },
    one: (id: string) => one.get(id),
    of: (personId: string, now: number) => of.all(personId, now),
    isKnown: (personId: string, address: string, now: number) => known.get(personId, address, now) !== undefined,
    insert: (row: SignInRow) => void insert.run(row),
    used: (o: { id: string; at: number; expiresAt: number; address: string; agent: string }) => void used.run(o),
    remove: (id: string) => remove.run(id).changes === 1,
    removeExpired: (now: number) => removeExpired.all(now).map(({ id }) => id),
    token: (hash: string) => token.get(hash),
    insertToken: (hash: string, signInId: string, at: number) => void insertToken.run(hash, signInId, at),
    useToken: (hash: string, at: number) => void useToken.run(at, hash),
    removeTokensBefore: (signInId: string, at: number) => void removeOldTokens.run(signInId, at),
  }
}
