import { setImmediate as breathe } from 'node:timers/promises'
import type { AuditEntry, AuditLog, AuditQuery } from '#protocol/audit.ts'
import { AppError } from '#protocol/errors.ts'
import type { List } from '#protocol/list.ts'
import { createAuditChain } from './audit-chain.ts'
import { canonical, clean } from './audit-text.ts'
import type { AuditFilter, AuditRow, AuditStore } from './store-audit.ts'

type Target = AuditEntry['target']
interface Opened {
  at: number
  actor: AuditEntry['actor']
  address: string
  agent: string
  action: string
  target: Target
  details: Record<string, unknown>
}
interface Closed {
  at: number
  actor?: { id: string; name: string }
  outcome: string
  target: Target
  details: Record<string, unknown>
}

/** Ids looked at before others run again: a search through everything must not hold the box up. */
const windowSize = 1000
const dayMs = 86_400_000

const targetOf = (target: { kind: string; id: string; name?: string } | null | undefined): Target =>
  target ? { kind: target.kind, id: target.id, name: target.name ?? null } : null

const toEntry = (row: AuditRow): AuditEntry => {
  const opened = JSON.parse(row.opened) as Opened
  const closed = row.closed === null ? null : (JSON.parse(row.closed) as Closed)
  return {
    id: row.id,
    at: new Date(opened.at).toISOString(),
    actor: { ...opened.actor, ...closed?.actor },
    address: opened.address,
    agent: opened.agent,
    action: opened.action,
    target: closed?.target ?? opened.target,
    outcome: closed?.outcome ?? 'requested',
    completedAt: closed ? new Date(closed.at).toISOString() : null,
    details: { ...opened.details, ...closed?.details },
    hash: row.hash,
  }
}

const beforeOf = (cursor: string | undefined): number => {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER
  if (!/^\d{1,15}$/.test(cursor)) throw new AppError('invalid_request', 'cursor: This is not a cursor of this list.')
  return Number(cursor)
}

const filterOf = (query: Partial<AuditQuery>): AuditFilter => ({
  actor: query.actor ?? null,
  action: query.action ?? null,
  target: query.target ?? null,
  outcome: query.outcome ?? null,
  from: query.from === undefined ? null : Date.parse(query.from),
  to: query.to === undefined ? null : Date.parse(query.to),
  q: query.q || null,
})

/** Everything that fits the query, newest first, a window of ids at a time, so that no reader makes us hold it all. */
const windowsOf = async function* (
  store: AuditStore,
  query: Partial<AuditQuery>,
  limit: number,
): AsyncGenerator<AuditEntry[]> {
  const ends = store.ends()
  const filter = filterOf(query)
  let before = Math.min(beforeOf(query.cursor), (ends?.last ?? 0) + 1)
  while (ends && before > ends.first) {
    const floor = before - windowSize
    const rows = store.list(filter, floor, before, limit)
    before = floor
    if (rows.length > 0) yield rows.map(toEntry)
    await breathe()
  }
}

const listOf = async (store: AuditStore, query: AuditQuery): Promise<List<AuditEntry>> => {
  const found: AuditEntry[] = []
  for await (const entries of windowsOf(store, query, query.limit + 1)) {
    found.push(...entries)
    if (found.length > query.limit) break
  }
  const items = found.slice(0, query.limit)
  return { items, next: found.length > query.limit ? String(items.at(-1)?.id) : null }
}

/** `key` gives the key of the vault that the ends of the chain are held with. */
export const createAudit = (deps: { store: AuditStore; now: () => number; key: () => Buffer }) => {
  const { store, now } = deps
  const chain = createAuditChain(store, deps.key)

  const open: AuditLog['open'] = ({ actor, address, agent, action, target, details = {} }) => {
    const facts = { at: now(), actor, address, agent, action }
    const opened = canonical({ ...facts, target: targetOf(target), details: clean(details) })
    return store.atomically(() =>
      chain.append(null, (seq) => {
        store.insert(seq, opened)
        return [opened]
      }),
    )
  }

  const complete: AuditLog['complete'] = (id, outcome, { target, details = {}, actor } = {}) => {
    const facts = { at: now(), outcome, target: targetOf(target), details: clean(details) }
    const closed = canonical({ ...facts, ...(actor ? { actor } : {}) })
    store.atomically(() => {
      const row = store.entry(id)
      if (!row || row.closed !== null) throw new Error(`Audit entry ${id} is not open.`)
      chain.append(id, (seq) => {
        store.close(id, closed, seq)
        return [row.opened, closed]
      })
    })
  }

  return {
    open,
    complete,
    list: (query: AuditQuery) => listOf(store, query),
    pages: (query: Partial<AuditQuery>) => windowsOf(store, query, windowSize),
    verify: chain.verify,
    prune: (keepDays: number) => chain.prune(now() - keepDays * dayMs),
  }
}
export type Audit = ReturnType<typeof createAudit>
