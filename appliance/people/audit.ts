import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { setImmediate as breathe } from 'node:timers/promises'
import type { AuditEntry, AuditLog, AuditQuery } from '#protocol/audit.ts'
import { AppError } from '#protocol/errors.ts'
import type { List } from '#protocol/list.ts'
import { canonical, clean } from './audit-text.ts'
import type { AuditFilter, AuditRow, AuditStore, ChainRow, Mark } from './store-audit.ts'

export interface AuditCheck {
  ok: boolean
  /** Links of the chain that were compared. */
  checked: number
  /** The first thing that is not as it was written; null when all is well. */
  problem: { entryId: number | null; reason: string } | null
}

type Target = { kind: string; id: string; name: string | null } | null
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
  outcome: string
  target: Target
  details: Record<string, unknown>
}

const origin: Omit<Mark, 'mac'> = { seq: 0, hash: '0'.repeat(64) }
const pageSize = 500

/** A link covers the one before it and the texts of its entry: opening one, the opening; closing one, both. */
const linkHash = (previous: string, seq: number, entryId: number, texts: readonly string[]): string =>
  createHash('sha256')
    .update([previous, seq, entryId, ...texts].join('\n'))
    .digest('hex')

const targetOf = (target: { kind: string; id: string; name?: string } | null | undefined): Target =>
  target ? { kind: target.kind, id: target.id, name: target.name ?? null } : null

const toEntry = (row: AuditRow): AuditEntry => {
  const opened = JSON.parse(row.opened) as Opened
  const closed = row.closed === null ? null : (JSON.parse(row.closed) as Closed)
  return {
    id: row.id,
    at: new Date(opened.at).toISOString(),
    actor: opened.actor,
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
  const id = Number(cursor)
  if (!/^\d{1,15}$/.test(cursor) || !Number.isSafeInteger(id)) {
    throw new AppError('invalid_request', 'cursor: This is not a cursor of this list.')
  }
  return id
}

const filterOf = (query: Partial<AuditQuery>): AuditFilter => ({
  before: beforeOf(query.cursor),
  actor: query.actor ?? null,
  action: query.action ?? null,
  target: query.target ?? null,
  outcome: query.outcome ?? null,
  from: query.from === undefined ? null : Date.parse(query.from),
  to: query.to === undefined ? null : Date.parse(query.to),
  q: query.q || null,
})

/** The two ends of the chain, each with a MAC under a key of the vault: who can only write the file cannot move them. */
const createMarks = (store: AuditStore, key: () => Buffer) => {
  const mac = (name: string, { seq, hash }: Omit<Mark, 'mac'>) =>
    createHmac('sha256', key()).update(`${name}\n${seq}\n${hash}`).digest('hex')
  return {
    get: (name: 'anchor' | 'head'): Omit<Mark, 'mac'> => store.mark(name) ?? origin,
    set: (name: 'anchor' | 'head', mark: Omit<Mark, 'mac'>) => store.setMark(name, { ...mark, mac: mac(name, mark) }),
    isTrue: (name: 'anchor' | 'head') => {
      const mark = store.mark(name)
      return !mark || timingSafeEqual(Buffer.from(mac(name, mark)), Buffer.from(mark.mac.padEnd(64).slice(0, 64)))
    },
  }
}

const textsOf = (store: AuditStore, link: ChainRow): string[] | string => {
  const row = store.entry(link.entryId)
  if (!row) return 'The entry is gone.'
  if (link.seq === link.entryId) return [row.opened]
  if (row.closed === null || row.closedSeq !== link.seq) return 'The completion is gone or is not the one written.'
  return [row.opened, row.closed]
}

export const createAudit = (deps: { store: AuditStore; now: () => number; key: () => Buffer }) => {
  const { store, now } = deps
  const marks = createMarks(store, deps.key)

  const append = (entryId: number | null, texts: (seq: number) => readonly string[]): number => {
    const head = marks.get('head')
    const seq = head.seq + 1
    const hash = linkHash(head.hash, seq, entryId ?? seq, texts(seq))
    store.link({ seq, entryId: entryId ?? seq, hash })
    marks.set('head', { seq, hash })
    return seq
  }

  const log: AuditLog = {
    open: (row) => {
      const { actor, address, agent, action } = row
      const opened = canonical({
        ...{ at: now(), actor, address, agent, action },
        target: targetOf(row.target),
        details: clean(row.details ?? {}),
      })
      return store.atomically(() =>
        append(null, (seq) => {
          store.insert(seq, opened)
          return [opened]
        }),
      )
    },
    complete: (id, outcome, more) => {
      const closed = canonical({
        ...{ at: now(), outcome, target: targetOf(more?.target) },
        details: clean(more?.details ?? {}),
      })
      store.atomically(() => {
        const row = store.entry(id)
        if (!row || row.closed !== null) throw new Error(`Audit entry ${id} is not open.`)
        append(id, (seq) => {
          store.close(id, closed, seq)
          return [row.opened, closed]
        })
      })
    },
  }

  const list = (query: AuditQuery): List<AuditEntry> => {
    const rows = store.list(filterOf(query), query.limit + 1)
    const items = rows.slice(0, query.limit).map(toEntry)
    return { items, next: rows.length > query.limit ? String(items.at(-1)?.id) : null }
  }

  /** Everything that fits the query, newest first, page by page, so that no reader makes us hold it all. */
  const pages = function* (query: Partial<AuditQuery>): Generator<AuditEntry[]> {
    const filter = filterOf(query)
    while (true) {
      const rows = store.list(filter, pageSize)
      if (rows.length > 0) yield rows.map(toEntry)
      const last = rows.at(-1)
      if (rows.length < pageSize || !last) return
      filter.before = last.id
    }
  }

  const problemAt = (previous: Omit<Mark, 'mac'>, link: ChainRow): string | null => {
    if (link.seq !== previous.seq + 1) return 'A link of the chain is missing before this one.'
    const texts = textsOf(store, link)
    if (typeof texts === 'string') return texts
    const expected = linkHash(previous.hash, link.seq, link.entryId, texts)
    return expected === link.hash ? null : 'The entry is not what was written.'
  }

  const endProblem = (last: Omit<Mark, 'mac'>): AuditCheck['problem'] => {
    const head = marks.get('head')
    if (last.seq < head.seq || (last.seq === head.seq && last.hash !== head.hash)) {
      return { entryId: null, reason: 'The newest entries are gone.' }
    }
    const stray = store.stray()
    return stray === null ? null : { entryId: stray, reason: 'The chain does not know this entry as it stands.' }
  }

  /** Compares every link with its entry; yields to others every few hundred. */
  const verify = async (): Promise<AuditCheck> => {
    let last = marks.get('anchor')
    let checked = 0
    const found = (problem: AuditCheck['problem']): AuditCheck => ({ ok: problem === null, checked, problem })
    if (!marks.isTrue('anchor') || !marks.isTrue('head')) {
      return found({ entryId: null, reason: 'An end of the chain was moved.' })
    }
    for (let links = store.chain(last.seq, pageSize); links.length > 0; links = store.chain(last.seq, pageSize)) {
      for (const link of links) {
        const reason = problemAt(last, link)
        if (reason) return found({ entryId: link.entryId, reason })
        last = link
        checked += 1
      }
      await breathe()
    }
    return found(endProblem(last))
  }

  /** Forgets what is older; the chain goes on from the last link that went. Answers how many entries went. */
  const prune = (keepDays: number): number =>
    store.atomically(() => {
      const first = store.firstSeqSince(now() - keepDays * 86_400_000) ?? marks.get('head').seq + 1
      const hash = store.hashAt(first - 1)
      if (hash === undefined) return 0
      marks.set('anchor', { seq: first - 1, hash })
      return store.cutUpTo(first - 1)
    })

  return { ...log, list, pages, verify, prune }
}
export type Audit = ReturnType<typeof createAudit>
