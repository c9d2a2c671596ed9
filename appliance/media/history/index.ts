import { AppError } from '#protocol/errors.ts'
import type { List } from '#protocol/list.ts'
import type { HistoryFilter, HistoryQuery, Play } from '#protocol/play.ts'
import { PlayedStream } from '#protocol/play.ts'
import { Session } from '#protocol/session.ts'
import type { Reads } from '../analytics/store.ts'
import { exportSql, type Narrowed, type PlayRow, pageSql } from './store.ts'

export interface History {
  /** Newest first; a page that is asked for again is the same, whatever was played since. */
  page(query: HistoryQuery, facets: number[] | null): Promise<List<Play>>
  /** All of it, newest first, as fast as it is taken. */
  all(filter: HistoryFilter, facets: number[] | null): AsyncGenerator<Play, void, undefined>
}

const iso = (at: number) => new Date(at).toISOString()
const { mediaType: MediaType } = Session.shape

const playOf = (row: PlayRow): Play => {
  const { playedMs, durationMs, bitrateKbps, sourceId, source, user, title, subtitle, library, year } = row
  return {
    ...{ id: String(row.id), sourceId, source, viewerId: String(row.viewerId), user, title, subtitle },
    ...{ mediaType: MediaType.parse(row.mediaType), library, year },
    ...{ startedAt: iso(row.startedAt), endedAt: iso(row.endedAt), playedMs, durationMs },
    watched: durationMs ? Math.min(1, Math.round((playedMs / durationMs) * 1000) / 1000) : null,
    player: {
      ...{ name: row.device, product: row.product, platform: row.platform },
      ...{ address: row.address, location: row.location },
    },
    stream: { ...PlayedStream.parse(JSON.parse(row.body)), bitrateKbps },
  }
}

const cursorOf = ({ startedAt, id }: PlayRow) => Buffer.from(`${startedAt}.${id}`).toString('base64url')

const placeOf = (cursor: string | undefined): Narrowed['before'] => {
  if (cursor === undefined) return null
  const [, at, id] = /^(-?\d{1,16})\.(\d{1,16})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (at === undefined || id === undefined) throw new AppError('invalid_request', 'cursor: This is no cursor of ours.')
  return { startedAt: Number(at), id: Number(id) }
}

/** What was played, from the newest back; every read is outside of the event loop. */
export const createHistory = (deps: { reads: Reads; viewersNamed(idOrName: string): number[] }): History => {
  const { reads } = deps
  const viewersOf = ({ viewer }: HistoryFilter) => (viewer === undefined ? null : deps.viewersNamed(viewer))

  const rowsOf = async (asked: Narrowed, limit: number): Promise<PlayRow[]> => {
    const first = pageSql(asked, limit)
    const rows = await reads.all<PlayRow>(first.sql, first.params)
    if (rows.length >= limit || !asked.q || asked.viewers !== null) return rows
    const deep = pageSql(asked, limit, true)
    return reads.all<PlayRow>(deep.sql, deep.params)
  }

  return {
    page: async ({ limit, cursor, ...filter }, facets) => {
      const rows = await rowsOf({ ...filter, viewers: viewersOf(filter), facets, before: placeOf(cursor) }, limit + 1)
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return { items: shown.map(playOf), next: last && rows.length > limit ? cursorOf(last) : null }
    },
    all: async function* (filter, facets) {
      const { sql, params } = exportSql({ ...filter, viewers: viewersOf(filter), facets, before: null })
      for await (const row of reads.stream<PlayRow>(sql, params)) yield playOf(row)
    },
  }
}
