import type { RankingQuery } from '#protocol/play.ts'
import { type Dimension, dimensions } from '../plays/store-sums.ts'
import type { Periods } from './periods.ts'
import type { Offset } from './zone.ts'

/** Reads outside of the event loop. */
export interface Reads {
  all<T>(sql: string, params?: unknown[] | Record<string, unknown>): Promise<T[]>
  stream<T>(sql: string, params?: unknown[] | Record<string, unknown>): AsyncGenerator<T, void, undefined>
}

export interface RankedRow {
  id: number
  name: string
  detail: string | null
  sources: string
  plays: number
  playedMs: number
}

export interface SummaryRow {
  plays: number
  playedMs: number
  sized: number
  finished: number
  hardware: number
  software: number
  audio: number
  users: number
}

/** What a play counts for in a dimension, when it is read one by one. */
const refOf: Record<Exclude<Dimension, 'all'>, { ref: string; joins: string; where: string }> = {
  viewer: { ref: 'p.viewer', joins: '', where: '1' },
  movie: { ref: 'i.title', joins: 'JOIN play_items i ON i.id = p.item', where: `f.media_type = 'movie'` },
  show: { ref: 'i.title', joins: 'JOIN play_items i ON i.id = p.item', where: `f.media_type = 'episode'` },
  library: { ref: 'p.library', joins: '', where: 'p.library IS NOT NULL' },
  device: { ref: 'p.device', joins: '', where: '1' },
  client: { ref: 'd.client', joins: 'JOIN play_devices d ON d.id = p.device', where: '1' },
}

const nameOf: Record<Exclude<Dimension, 'all'>, { table: string; detail: string }> = {
  viewer: { table: 'play_viewers', detail: 'NULL' },
  movie: { table: 'play_titles', detail: 'nullif(n.year, 0)' },
  show: { table: 'play_titles', detail: 'NULL' },
  library: { table: 'play_libraries', detail: 'NULL' },
  device: { table: 'play_devices', detail: '(SELECT c.name FROM play_clients c WHERE c.id = n.client)' },
  client: { table: 'play_clients', detail: 'NULL' },
}

const chosen = 'SELECT value FROM json_each(@sources)'
const edges = `p.started_at >= @from1 AND p.started_at < @to1`
const edges2 = edges.replaceAll('1', '2')

const singly = (dimension: Exclude<Dimension, 'all'>, span: string) => {
  const { ref, joins, where } = refOf[dimension]
  return `SELECT ${ref} AS ref, f.source, 1 AS plays, p.played_ms FROM plays p INDEXED BY plays_by_start
    JOIN play_facets f ON f.id = p.facet ${joins}
    WHERE ${span} AND f.source IN (${chosen}) AND ${where}`
}

export const rankingSql = (dimension: Exclude<Dimension, 'all'>, by: RankingQuery['by']): string => {
  const { table, detail } = nameOf[dimension]
  return `WITH some (ref, source, plays, played_ms) AS (
      SELECT ref, source, plays, played_ms FROM play_sums
      WHERE period IN (SELECT value FROM json_each(@periods)) AND dimension = ${dimensions[dimension]}
        AND source IN (${chosen})
      UNION ALL ${singly(dimension, edges)} UNION ALL ${singly(dimension, edges2)}
    ), best AS (
      SELECT ref, sum(plays) AS plays, sum(played_ms) AS played FROM some GROUP BY ref HAVING sum(plays) > 0
      ORDER BY ${by === 'plays' ? 'plays DESC, played DESC' : 'played DESC, plays DESC'}, ref LIMIT @limit
    )
    SELECT n.id, n.name, CAST(${detail} AS TEXT) AS detail, b.plays, b.played AS playedMs,
      (SELECT json_group_array(DISTINCT s.source_id) FROM some o JOIN play_sources s ON s.id = o.source
        WHERE o.ref = b.ref) AS sources
    FROM best b JOIN ${table} n ON n.id = b.ref
    ORDER BY ${by === 'plays' ? 'b.plays DESC, b.played DESC' : 'b.played DESC, b.plays DESC'}, b.ref`
}

const sums = ['plays', 'played_ms', 'sized', 'finished', 'hardware', 'software', 'audio']
const summed = sums.map((name) => `coalesce(sum(${name}), 0) AS ${name === 'played_ms' ? 'playedMs' : name}`)

export const wholeSql = `SELECT ${summed.join(', ')} FROM play_sums
  WHERE period IN (SELECT value FROM json_each(@periods)) AND dimension = ${dimensions.all}
    AND source IN (${chosen})`

const viewersAtEdge = (span: string) => `SELECT p.viewer FROM plays p INDEXED BY plays_by_start
  JOIN play_facets f ON f.id = p.facet WHERE ${span} AND f.source IN (${chosen})`

export const usersSql = `SELECT count(*) AS users FROM (
  SELECT ref FROM play_sums WHERE period IN (SELECT value FROM json_each(@periods))
    AND dimension = ${dimensions.viewer} AND source IN (${chosen}) AND plays > 0
  UNION ${viewersAtEdge(edges)} UNION ${viewersAtEdge(edges2)})`

/** The plays at both ends of a span, in as many groups as there are of what figures come from. */
export const edgesSql = `SELECT f.media_type AS mediaType, p.played_ms AS playedMs, p.duration_ms AS durationMs, s.body
  FROM plays p INDEXED BY plays_by_start JOIN play_facets f ON f.id = p.facet JOIN play_streams s ON s.id = p.stream
  WHERE f.source IN (${chosen}) AND ${edges}
  UNION ALL SELECT f.media_type, p.played_ms, p.duration_ms, s.body
  FROM plays p INDEXED BY plays_by_start JOIN play_facets f ON f.id = p.facet JOIN play_streams s ON s.id = p.stream
  WHERE f.source IN (${chosen}) AND ${edges2}`

/** One pass over the quarters; then days, hours and weekdays from local hours. Day 0 of 1970 was a Thursday. */
export const activitySql = `WITH offsets (start, stop, quarters) AS (
    SELECT value ->> 'from', lead(value ->> 'from', 1, 9e15) OVER (ORDER BY value ->> 'from'), value ->> 'quarters'
    FROM json_each(@offsets)
  ), hourly AS MATERIALIZED (
    SELECT (q.quarter + o.quarters) / 4 AS hour, sum(q.plays) AS plays, sum(q.played_ms) AS playedMs
    FROM offsets o CROSS JOIN play_quarters q
    WHERE q.quarter >= max(o.start, @first) AND q.quarter < min(o.stop, @last) AND q.source IN (${chosen})
    GROUP BY 1
  )
  SELECT 'day' AS what, hour / 24 AS which, sum(plays) AS plays, sum(playedMs) AS playedMs FROM hourly GROUP BY 2
  UNION ALL SELECT 'hour', hour % 24, sum(plays), sum(playedMs) FROM hourly GROUP BY 2
  UNION ALL SELECT 'weekday', (hour / 24 + 3) % 7 + 1, sum(plays), sum(playedMs) FROM hourly GROUP BY 2`

export interface ActivityRow {
  what: 'day' | 'hour' | 'weekday'
  which: number
  plays: number
  playedMs: number
}

export const spanParams = ({ periods, edges: [first, last] }: Periods, sources: readonly number[]) => ({
  ...{ periods: JSON.stringify(periods), sources: JSON.stringify(sources) },
  ...{ from1: first.from, to1: first.to, from2: last.from, to2: last.to },
})

export const activityParams = (
  first: number,
  last: number,
  offsets: readonly Offset[],
  sources: readonly number[],
) => ({
  ...{ first, last, offsets: JSON.stringify(offsets), sources: JSON.stringify(sources) },
})
