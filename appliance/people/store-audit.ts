import type { Database } from 'better-sqlite3'

export interface AuditRow {
  id: number
  opened: string
  closed: string | null
  closedSeq: number | null
  hash: string
}
export interface ChainRow {
  seq: number
  entryId: number
  hash: string
}
export interface Mark {
  seq: number
  hash: string
  mac: string
}
export interface AuditFilter {
  actor: string | null
  action: string | null
  target: string | null
  outcome: string | null
  from: number | null
  to: number | null
  q: string | null
}

const conditions = {
  actor: '(actor_id = @actor OR belfry_fold(actor_name) = belfry_fold(@actor))',
  action: `(action = @action OR substr(action, 1, length(@action) + 1) = @action || '.')`,
  target: '(target_id = @target OR target_kind = @target OR belfry_fold(target_name) = belfry_fold(@target))',
  outcome: 'outcome = @outcome',
  from: 'at >= @from',
  to: 'at <= @to',
  q: `instr(belfry_fold(concat_ws(char(10), actor_name, actor_id, action, target_kind, target_id, target_name, outcome,
    json_extract(opened, '$.address'), json_extract(opened, '$.agent'),
    json_extract(opened, '$.details'), json_extract(closed, '$.details'))), belfry_fold(@q)) > 0`,
} as const

const fold = (text: unknown) => (typeof text === 'string' ? text.normalize('NFKC').toLowerCase() : text)

const listSql = (filter: AuditFilter) => {
  const names = Object.keys(conditions) as (keyof typeof conditions)[]
  const where = [
    'a.id < @before AND a.id >= @floor',
    ...names.filter((name) => filter[name] !== null).map((name) => conditions[name]),
  ]
  return `SELECT a.id, a.opened, a.closed, a.closed_seq AS closedSeq, coalesce(c.hash, '') AS hash
    FROM audit_log a LEFT JOIN audit_chain c ON c.seq = coalesce(a.closed_seq, a.id)
    WHERE ${where.join(' AND ')} ORDER BY a.id DESC LIMIT @limit`
}

/** Entries that the chain knows nothing of, or whose completion is not the one in the chain. */
const strayEntry = `SELECT a.id FROM audit_log a WHERE a.id >= ? AND a.id < ?
    AND ((a.closed IS NULL) <> (a.closed_seq IS NULL) OR NOT EXISTS
      (SELECT 1 FROM audit_chain c WHERE c.entry_id = a.id AND c.seq = coalesce(a.closed_seq, a.id)))
  ORDER BY a.id LIMIT 1`

const firstToKeep = `SELECT c.seq FROM audit_chain c JOIN audit_log a ON a.id = c.entry_id
  WHERE CASE WHEN c.seq = a.id THEN a.at ELSE a.completed_at END >= ? ORDER BY c.seq LIMIT 1`

export const createAuditStore = (db: Database) => {
  db.function('belfry_fold', { deterministic: true }, fold)
  const entry = db.prepare<[number], Omit<AuditRow, 'hash'>>(
    'SELECT id, opened, closed, closed_seq AS closedSeq FROM audit_log WHERE id = ?',
  )
  const insert = db.prepare('INSERT INTO audit_log (id, opened) VALUES (?, ?)')
  const close = db.prepare('UPDATE audit_log SET closed = ?, closed_seq = ? WHERE id = ?')
  const link = db.prepare('INSERT INTO audit_chain (seq, entry_id, hash) VALUES (?, ?, ?)')
  const chain = db.prepare<[number, number], ChainRow>(
    'SELECT seq, entry_id AS entryId, hash FROM audit_chain WHERE seq > ? ORDER BY seq LIMIT ?',
  )
  const mark = db.prepare<[string], Mark>('SELECT seq, hash, mac FROM audit_marks WHERE name = ?')
  const setMark = db.prepare('INSERT OR REPLACE INTO audit_marks (name, seq, hash, mac) VALUES (?, ?, ?, ?)')
  const stray = db.prepare<[number, number], { id: number }>(strayEntry)
  const ends = db.prepare<[], { first: number | null; last: number | null }>(
    'SELECT (SELECT min(id) FROM audit_log) AS first, (SELECT max(id) FROM audit_log) AS last',
  )
  const keep = db.prepare<[number], { seq: number }>(firstToKeep)
  const link1 = db.prepare<[number], { hash: string }>('SELECT hash FROM audit_chain WHERE seq = ?')
  const cutChain = db.prepare('DELETE FROM audit_chain WHERE seq <= ?')
  const cutLog = db.prepare('DELETE FROM audit_log WHERE id <= ? AND (closed_seq IS NULL OR closed_seq <= ?)')
  return {
    entry: (id: number) => entry.get(id),
    insert: (id: number, opened: string) => void insert.run(id, opened),
    close: (id: number, closed: string, seq: number) => void close.run(closed, seq, id),
    link: (row: ChainRow) => void link.run(row.seq, row.entryId, row.hash),
    chain: (after: number, limit: number) => chain.all(after, limit),
    hashAt: (seq: number) => link1.get(seq)?.hash,
    mark: (name: 'anchor' | 'head') => mark.get(name),
    setMark: (name: 'anchor' | 'head', { seq, hash, mac }: Mark) => void setMark.run(name, seq, hash, mac),
    /** The lowest and the highest id; null when there is nothing. */
    ends: () => {
      const { first, last } = ends.get() ?? { first: null, last: null }
      return first === null || last === null ? null : { first, last }
    },
    stray: (from: number, before: number) => stray.get(from, before)?.id ?? null,
    firstSeqSince: (at: number) => keep.get(at)?.seq ?? null,
    cutUpTo: (seq: number) => {
      cutChain.run(seq)
      return cutLog.run(seq, seq).changes
    },
    /** Those between two ids, newest first. */
    list: (filter: AuditFilter, floor: number, before: number, limit: number) =>
      db
        .prepare<[AuditFilter & { floor: number; before: number; limit: number }], AuditRow>(listSql(filter))
        .all({ ...filter, floor, before, limit }),
    atomically: <T>(work: () => T): T => db.transaction(work).immediate(),
  }
}
export type AuditStore = ReturnType<typeof createAuditStore>
