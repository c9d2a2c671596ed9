import type { Database } from 'better-sqlite3'
import type { SourceKind } from '#protocol/source.ts'

export interface SourceRow {
  id: string
  kind: SourceKind
  name: string
  url: string
  secretId: string
  fingerprint: string | null
  options: Record<string, unknown>
  enabled: boolean
  /** What the upstream called itself when it was added: another one under the same address is noticed. */
  identity: string | null
  version: string | null
  createdAt: number
}

interface RawRow {
  id: string
  kind: string
  name: string
  url: string
  secret_id: string
  fingerprint: string | null
  options: string
  enabled: number
  identity: string | null
  version: string | null
  created_at: number
}

const toRow = (raw: RawRow): SourceRow => ({
  id: raw.id,
  kind: raw.kind as SourceKind,
  name: raw.name,
  url: raw.url,
  secretId: raw.secret_id,
  fingerprint: raw.fingerprint,
  options: JSON.parse(raw.options) as Record<string, unknown>,
  enabled: raw.enabled === 1,
  identity: raw.identity,
  version: raw.version,
  createdAt: raw.created_at,
})

export type SourcesDatabase = Database

export interface SourceStore {
  /** All or nothing. */
  atomically<T>(run: () => T): T
  all(): SourceRow[]
  find(id: string): SourceRow | undefined
  insert(row: SourceRow): void
  update(row: SourceRow): void
  remove(id: string): void
}

export const createSourceStore = (db: Database): SourceStore => {
  const all = db.prepare<[], RawRow>('SELECT * FROM sources ORDER BY created_at, id')
  const one = db.prepare<[string], RawRow>('SELECT * FROM sources WHERE id = ?')
  const insert =
    db.prepare(`INSERT INTO sources (id, kind, name, url, secret_id, fingerprint, options, enabled, identity, version, created_at)
    VALUES (@id, @kind, @name, @url, @secretId, @fingerprint, @options, @enabled, @identity, @version, @createdAt)`)
  const update =
    db.prepare(`UPDATE sources SET name = @name, url = @url, fingerprint = @fingerprint, options = @options,
    enabled = @enabled, identity = @identity, version = @version WHERE id = @id`)
  const remove = db.prepare('DELETE FROM sources WHERE id = ?')
  const bound = (row: SourceRow) => ({ ...row, options: JSON.stringify(row.options), enabled: row.enabled ? 1 : 0 })
  return {
    atomically: (run) => db.transaction(run)(),
    all: () => all.all().map(toRow),
    find: (id) => {
      const raw = one.get(id)
      return raw && toRow(raw)
    },
    insert: (row) => void insert.run(bound(row)),
    update: (row) => {
      const { kind, secretId, createdAt, ...rest } = bound(row)
      update.run(rest)
    },
    remove: (id) => void remove.run(id),
  }
}
