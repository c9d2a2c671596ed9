import type { HistoryFilter } from '#protocol/play.ts'
import { fold } from '../plays/play.ts'

/** A play as it is read; `body` is the JSON of its stream. */
export interface PlayRow {
  id: number
  startedAt: number
  endedAt: number
  playedMs: number
  durationMs: number | null
  bitrateKbps: number | null
  location: 'lan' | 'wan' | null
  address: string | null
  sourceId: string
  source: string
  mediaType: string
  viewerId: number
  user: string
  title: string
  subtitle: string | null
  year: number | null
  library: string | null
  device: string
  platform: string
  product: string
  body: string
}

/** What a person may see, narrowed by what they asked for. */
export interface Narrowed extends HistoryFilter {
  /** Row numbers of `play_viewers`; null = all. */
  viewers: number[] | null
  /** Row numbers of `play_facets` that remain; null = all there are. */
  facets: number[] | null
  before: { startedAt: number; id: number } | null
}

export interface Asked {
  sql: string
  params: Record<string, unknown>
}

const columns = `p.id, p.started_at AS startedAt, p.ended_at AS endedAt, p.played_ms AS playedMs,
  p.duration_ms AS durationMs, p.bitrate_kbps AS bitrateKbps, p.location, p.address, s.source_id AS sourceId,
  s.name AS source, f.media_type AS mediaType, p.viewer AS viewerId, v.name AS user, t.name AS title, i.subtitle,
  i.year, l.name AS library, d.name AS device, d.platform, c.name AS product, st.body`

/** Left joins, so that the order of the plays alone decides how they are read. */
const joined = (picked: string, order: string) => `SELECT ${columns} FROM (${picked}) p
  LEFT JOIN play_facets f ON f.id = p.facet LEFT JOIN play_sources s ON s.id = f.source
  LEFT JOIN play_viewers v ON v.id = p.viewer LEFT JOIN play_items i ON i.id = p.item
  LEFT JOIN play_titles t ON t.id = i.title LEFT JOIN play_libraries l ON l.id = p.library
  LEFT JOIN play_devices d ON d.id = p.device LEFT JOIN play_clients c ON c.id = d.client
  LEFT JOIN play_streams st ON st.id = p.stream ${order}`

const newestFirst = 'ORDER BY started_at DESC, id DESC'
const theirs = 'ORDER BY p.started_at DESC, p.id DESC'
const inFacets = 'facet IN (SELECT value FROM json_each(@facets))'
const inViewers = 'viewer IN (SELECT value FROM json_each(@viewers))'
/** Each term of a union reads a page at most; above this many the plain walk is as good. */
const maxTerms = 200
/** A look at the newest finds what is common; what is not there is rare enough to be gathered by its index. */
const walkRows = 2000
/** The word index knows pieces of three letters. */
const shortestWord = 3

const heardViewers = 'SELECT id FROM play_viewers WHERE instr(fold, @q) > 0'
const heardItem = '(SELECT instr(i.fold, @q) FROM play_items i WHERE i.id = item) > 0'
const heard = `(${heardItem} OR viewer IN (${heardViewers}))`

const isWord = (q: string | undefined) => Array.from(fold(q ?? '')).length >= shortestWord

const heardItems = (q: string | undefined) =>
  isWord(q)
    ? 'SELECT rowid FROM play_words WHERE play_words MATCH @match'
    : 'SELECT id FROM play_items WHERE instr(fold, @q) > 0'

const spanOf = ({ from, to, before }: Narrowed): string[] => [
  ...(from === undefined ? [] : ['started_at >= @from']),
  ...(to === undefined ? [] : ['started_at < @to']),
  ...(before === null ? [] : ['(started_at, id) < (@at, @id)']),
]

const where = (conditions: readonly string[]) => (conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '')

const paramsOf = (asked: Narrowed, limit: number): Record<string, unknown> => ({
  facets: JSON.stringify(asked.facets ?? []),
  from: asked.from === undefined ? null : Date.parse(asked.from),
  to: asked.to === undefined ? null : Date.parse(asked.to),
  at: asked.before?.startedAt ?? null,
  id: asked.before?.id ?? null,
  viewers: JSON.stringify(asked.viewers ?? []),
  q: fold(asked.q ?? ''),
  match: `"${fold(asked.q ?? '').replaceAll('"', '""')}"`,
  limit,
})

/** The newest of each by its own index, and the newest of those: none is waded through for the sake of another. */
const byEach = (column: 'facet' | 'viewer', ids: readonly number[], conditions: readonly string[]): string => {
  const term = (id: number) =>
    `SELECT * FROM (SELECT * FROM plays INDEXED BY plays_by_${column} ${where([`${column} = ${id}`, ...conditions])}
      ${newestFirst} LIMIT @limit)`
  return `SELECT * FROM (${ids.map(term).join(' UNION ALL ')}) ${newestFirst} LIMIT @limit`
}

const plainly = (conditions: readonly string[]) =>
  `SELECT * FROM plays INDEXED BY plays_by_start ${where(conditions)} ${newestFirst} LIMIT @limit`

/** What is looked for is often found among the newest; `deep` says that it was not. */
const byWords = (q: string, conditions: { span: readonly string[]; others: readonly string[] }, deep: boolean) => {
  const { span, others } = conditions
  if (!deep) {
    const newest = `SELECT * FROM plays INDEXED BY plays_by_start ${where(span)} ${newestFirst} LIMIT ${walkRows}`
    return `SELECT * FROM (${newest}) ${where([heard, ...others])} LIMIT @limit`
  }
  const best = (column: 'item' | 'viewer', which: string) =>
    `SELECT * FROM (SELECT started_at, id FROM plays INDEXED BY plays_by_${column}
      ${where([`${column} IN (${which})`, ...span, ...others])} ${newestFirst} LIMIT @limit)`
  const found = `${best('item', heardItems(q))} UNION ${best('viewer', heardViewers)}`
  return `SELECT * FROM plays WHERE id IN (SELECT id FROM (${found})) ${newestFirst} LIMIT @limit`
}

const pick = (asked: Narrowed, deep: boolean): string => {
  const { facets, viewers, q } = asked
  const span = spanOf(asked)
  const narrow = facets === null ? [] : [inFacets]
  if (facets?.length === 0 || viewers?.length === 0) return plainly(['0'])
  if (viewers !== null && viewers.length <= maxTerms) {
    return byEach('viewer', viewers, [...span, ...narrow, ...(q ? [heard] : [])])
  }
  const others = [...narrow, ...(viewers === null ? [] : [inViewers])]
  if (q) return byWords(q, { span, others }, deep)
  if (facets === null || facets.length > maxTerms || viewers !== null) return plainly([...span, ...others])
  return byEach('facet', facets, span)
}

/** The newest `limit` plays; `deep` after a first look for words did not fill the page. */
export const pageSql = (asked: Narrowed, limit: number, deep = false): Asked => ({
  sql: joined(pick(asked, deep), theirs),
  params: paramsOf(asked, limit),
})

/** All of them for an export, newest first, without holding them anywhere. */
export const exportSql = (asked: Narrowed): Asked => {
  const conditions = [
    ...spanOf(asked),
    ...(asked.facets === null ? [] : [inFacets]),
    ...(asked.viewers === null ? [] : [inViewers]),
    ...(asked.q ? [heard] : []),
  ]
  return { sql: joined(plainly(conditions), theirs), params: paramsOf(asked, -1) }
}
