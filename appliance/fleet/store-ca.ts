import type { Database } from 'better-sqlite3'

export type CaKind = 'root' | 'issuing' | 'server'

/** A certificate whose key Belfry holds. `notBefore` and `notAfter` are ms UTC. */
export interface CaRow {
  id: string
  kind: CaKind
  issuerId: string | null
  names: string[]
  pem: string
  secretId: string
  notBefore: number
  notAfter: number
}

interface Raw {
  id: string
  kind: CaKind
  issuer_id: string | null
  names: string
  pem: string
  secret_id: string
  not_before: number
  not_after: number
}

const fromRaw = (raw: Raw): CaRow => ({
  id: raw.id,
  kind: raw.kind,
  issuerId: raw.issuer_id,
  names: JSON.parse(raw.names),
  pem: raw.pem,
  secretId: raw.secret_id,
  notBefore: raw.not_before,
  notAfter: raw.not_after,
})

export const createCaStore = (db: Database) => {
  const newest = db.prepare<[CaKind], Raw>(
    'SELECT * FROM certificates WHERE kind = ? ORDER BY not_before DESC, id DESC LIMIT 1',
  )
  const one = db.prepare<[string], Raw>('SELECT * FROM certificates WHERE id = ?')
  const latest = db.prepare<[], { at: number | null }>(
    `SELECT max(not_before) AS at FROM certificates WHERE kind IN ('issuing', 'server')`,
  )
  const insert = db.prepare(
    `INSERT INTO certificates (id, kind, issuer_id, names, pem, secret_id, not_before, not_after)
     VALUES (@id, @kind, @issuerId, @names, @pem, @secretId, @notBefore, @notAfter)`,
  )
  const servers = db.prepare<[], Raw>(`SELECT * FROM certificates WHERE kind = 'server'`)
  const remove = db.prepare('DELETE FROM certificates WHERE id = ?')
  const future = db.prepare<[number], Raw>(
    `SELECT * FROM certificates WHERE kind IN ('issuing', 'server') AND not_before > ? ORDER BY kind DESC`,
  )
  return {
    newest: (kind: CaKind): CaRow | null => {
      const raw = newest.get(kind)
      return raw ? fromRaw(raw) : null
    },
    get: (id: string): CaRow | null => {
      const raw = one.get(id)
      return raw ? fromRaw(raw) : null
    },
    /** When the youngest certificate below the root starts to be valid; null when there is none. */
    latestStart: (): number | null => latest.get()?.at ?? null,
    add: (row: CaRow): void => void insert.run({ ...row, names: JSON.stringify(row.names) }),
    remove: (id: string): void => void remove.run(id),
    servers: (): CaRow[] => servers.all().map(fromRaw),
    /** What starts to be valid after `at`; servers before the CAs that signed them. */
    startingAfter: (at: number): CaRow[] => future.all(at).map(fromRaw),
    inOneStep: <T>(run: () => T): T => db.transaction(run)(),
  }
}
export type CaStore = ReturnType<typeof createCaStore>
export type CaDatabase = Parameters<typeof createCaStore>[0]
