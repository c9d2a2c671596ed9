import { parentPort, workerData } from 'node:worker_threads'
import Sqlite, { type Statement } from 'better-sqlite3'

/** In order, or by name. */
export type Params = unknown[] | Record<string, unknown>

export type Ask =
  | { ask: 'all'; sql: string; params: Params; maxRows: number }
  | { ask: 'open'; sql: string; params: Params }
  | { ask: 'next'; cursor: number; count: number }
  | { ask: 'shut'; cursor: number }
export type Told = { rows: unknown[]; more: boolean; cursor: number } | { cause: unknown }

const statementsToKeep = 50
const db = new Sqlite(String(workerData.path), { readonly: true, fileMustExist: true, timeout: 5000 })
db.pragma('cache_size = -8000')
db.pragma('temp_store = MEMORY')

const statements = new Map<string, Statement>()
const cursors = new Map<number, Iterator<unknown>>()
let lastCursor = 0

const statementOf = (sql: string): Statement => {
  const known = statements.get(sql)
  if (known && !known.busy) return known
  const made = db.prepare(sql)
  statements.set(sql, made)
  const oldest = statements.keys().next().value
  if (statements.size > statementsToKeep && oldest !== undefined) statements.delete(oldest)
  return made
}

const listed = (params: Params) => (Array.isArray(params) ? params : [params])

const take = (rows: Iterator<unknown>, count: number): { rows: unknown[]; more: boolean } => {
  const taken: unknown[] = []
  while (taken.length < count) {
    const { done, value } = rows.next()
    if (done) return { rows: taken, more: false }
    taken.push(value)
  }
  return { rows: taken, more: true }
}

const all = (sql: string, params: Params, maxRows: number): Told => {
  const rows = statementOf(sql).iterate(...listed(params))
  const taken = take(rows, maxRows)
  if (!taken.more) return { ...taken, cursor: 0 }
  const more = !rows.next().done
  rows.return?.()
  return { rows: more ? [] : taken.rows, more, cursor: 0 }
}

const next = (cursor: number, count: number): Told => {
  const rows = cursors.get(cursor)
  if (!rows) return { rows: [], more: false, cursor }
  const taken = take(rows, count)
  if (!taken.more) cursors.delete(cursor)
  return { ...taken, cursor }
}

const answer = (ask: Ask): Told => {
  switch (ask.ask) {
    case 'all':
      return all(ask.sql, ask.params, ask.maxRows)
    case 'open':
      lastCursor++
      cursors.set(lastCursor, statementOf(ask.sql).iterate(...listed(ask.params)))
      return { rows: [], more: true, cursor: lastCursor }
    case 'next':
      return next(ask.cursor, ask.count)
    case 'shut':
      cursors.get(ask.cursor)?.return?.()
      cursors.delete(ask.cursor)
      return { rows: [], more: false, cursor: ask.cursor }
  }
}

parentPort?.on('message', (ask: Ask) => {
  try {
    parentPort?.postMessage(answer(ask))
  } catch (cause) {
    parentPort?.postMessage({ cause })
  }
})
