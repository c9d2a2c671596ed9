import type { Database } from 'better-sqlite3'
import { Grants, type Role } from '#protocol/person.ts'

export interface AccountRow {
  id: string
  username: string
  nameKey: string
  email: string | null
  emailKey: string | null
  role: Role
  grants: Grants
  passwordHash: string | null
  /** Long enough for an admin. */
  passwordLong: boolean
  mustChangePassword: boolean
  disabled: boolean
  adminSince: number | null
  totpSecretId: string | null
  totpConfirmed: boolean
  totpLastStep: number
  createdAt: number
  lastSignInAt: number | null
  passkeys: number
}

export type RawAccount = {
  id: string
  username: string
  name_key: string
  email: string | null
  email_key: string | null
  role: Role
  grants: string
  password_hash: string | null
  password_long: number
  must_change_password: number
  disabled: number
  admin_since: number | null
  totp_secret_id: string | null
  totp_confirmed: number
  totp_last_step: number
  created_at: number
  last_sign_in_at: number | null
  passkeys: number
}

/** The columns of a person, for a query over `people AS p`. */
export const accountColumns = 'p.*, (SELECT count(*) FROM passkeys k WHERE k.person_id = p.id) AS passkeys'

export const toAccount = (raw: RawAccount): AccountRow => ({
  id: raw.id,
  username: raw.username,
  nameKey: raw.name_key,
  email: raw.email,
  emailKey: raw.email_key,
  role: raw.role,
  grants: Grants.parse(JSON.parse(raw.grants)),
  passwordHash: raw.password_hash,
  passwordLong: raw.password_long === 1,
  mustChangePassword: raw.must_change_password === 1,
  disabled: raw.disabled === 1,
  adminSince: raw.admin_since,
  totpSecretId: raw.totp_secret_id,
  totpConfirmed: raw.totp_confirmed === 1,
  totpLastStep: raw.totp_last_step,
  createdAt: raw.created_at,
  lastSignInAt: raw.last_sign_in_at,
  passkeys: raw.passkeys,
})

const bound = ({ passkeys, ...row }: AccountRow) => ({
  ...row,
  grants: JSON.stringify(row.grants),
  passwordLong: Number(row.passwordLong),
  mustChangePassword: Number(row.mustChangePassword),
  disabled: Number(row.disabled),
  totpConfirmed: Number(row.totpConfirmed),
})

const write = `
  INSERT INTO people (id, username, name_key, email, email_key, role, grants, password_hash, password_long,
    must_change_password, disabled, admin_since, totp_secret_id, totp_confirmed, totp_last_step, created_at, last_sign_in_at)
  VALUES (@id, @username, @nameKey, @email, @emailKey, @role, @grants, @passwordHash, @passwordLong,
    @mustChangePassword, @disabled, @adminSince, @totpSecretId, @totpConfirmed, @totpLastStep, @createdAt, @lastSignInAt)
  ON CONFLICT (id) DO UPDATE SET username = excluded.username, name_key = excluded.name_key, email = excluded.email,
    email_key = excluded.email_key, role = excluded.role, grants = excluded.grants,
    password_hash = excluded.password_hash, password_long = excluded.password_long,
    must_change_password = excluded.must_change_password, disabled = excluded.disabled,
    admin_since = excluded.admin_since, totp_secret_id = excluded.totp_secret_id,
    totp_confirmed = excluded.totp_confirmed, totp_last_step = excluded.totp_last_step,
    last_sign_in_at = excluded.last_sign_in_at`

const page = `SELECT ${accountColumns} FROM people p
  WHERE p.name_key > @after AND (@q = '' OR instr(p.name_key, @q) OR instr(coalesce(p.email_key, ''), @q))
    AND (@role IS NULL OR p.role = @role)
  ORDER BY p.name_key LIMIT @limit`

export const createAccountStore = (db: Database) => {
  const byId = db.prepare<[string], RawAccount>(`SELECT ${accountColumns} FROM people p WHERE p.id = ?`)
  const byName = db.prepare<[string], RawAccount>(`SELECT ${accountColumns} FROM people p WHERE p.name_key = ?`)
  const byEmail = db.prepare<[string], RawAccount>(`SELECT ${accountColumns} FROM people p WHERE p.email_key = ?`)
  const list = db.prepare<[{ after: string; q: string; role: Role | null; limit: number }], RawAccount>(page)
  const save = db.prepare(write)
  const remove = db.prepare('DELETE FROM people WHERE id = ?')
  const otherAdmins = db.prepare<[string], { n: number }>(
    `SELECT count(*) AS n FROM people WHERE role = 'admin' AND disabled = 0 AND id <> ?`,
  )
  const any = db.prepare<[], { one: number }>('SELECT 1 AS one FROM people LIMIT 1')
  const fact = db.prepare<[string], { value: string }>('SELECT value FROM people_facts WHERE name = ?')
  const setFact = db.prepare('INSERT OR REPLACE INTO people_facts (name, value) VALUES (?, ?)')
  const dropFact = db.prepare('DELETE FROM people_facts WHERE name = ?')
  const seen = db.prepare('UPDATE people SET last_sign_in_at = ? WHERE id = ?')
  const step = db.prepare('UPDATE people SET totp_last_step = ? WHERE id = ? AND totp_last_step < ?')
  const rehash = db.prepare('UPDATE people SET password_hash = ? WHERE id = ? AND password_hash = ?')
  const found = (raw: RawAccount | undefined) => raw && toAccount(raw)
  return {
    byId: (id: string) => found(byId.get(id)),
    byName: (nameKey: string) => found(byName.get(nameKey)),
    byEmail: (emailKey: string) => found(byEmail.get(emailKey)),
    list: (o: { after: string; q: string; role: Role | null; limit: number }) => list.all(o).map(toAccount),
    save: (row: AccountRow) => void save.run(bound(row)),
    remove: (id: string) => void remove.run(id),
    /** Admins who can still sign in, without this one. */
    otherAdmins: (id: string) => otherAdmins.get(id)?.n ?? 0,
    any: () => any.get() !== undefined,
    fact: (name: string) => fact.get(name)?.value ?? null,
    setFact: (name: string, value: string) => void setFact.run(name, value),
    dropFact: (name: string) => void dropFact.run(name),
    seen: (id: string, at: number) => void seen.run(at, id),
    /** False when this or a later step was used before. */
    useStep: (id: string, at: number) => step.run(at, id, at).changes === 1,
    rehash: (id: string, from: string, to: string) => void rehash.run(to, id, from),
  }
}
