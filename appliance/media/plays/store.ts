import type { Database } from 'better-sqlite3'
import { PlayedStream } from '#protocol/play.ts'
import { figuresOf, fold, PlayRecord, resumeMs, shortestMs } from './play.ts'
import { createNames, type Names, type Refs } from './store-names.ts'
import { createSums, dayMs, dayOf, differenceOf, monthOf, quarterMs } from './store-sums.ts'

export type PlaysDatabase = Database

const minuteMs = 60_000

interface Earlier {
  id: number
  startedAt: number
  endedAt: number
  playedMs: number
  durationMs: number | null
  bitrateKbps: number | null
  stream: number
  body: string
}

const earlierSql = `SELECT p.id, p.started_at AS startedAt, p.ended_at AS endedAt, p.played_ms AS playedMs,
    p.duration_ms AS durationMs, p.bitrate_kbps AS bitrateKbps, p.stream, s.body
  FROM plays p JOIN play_streams s ON s.id = p.stream
  WHERE p.viewer = @viewer AND p.started_at BETWEEN @since AND @startedAt AND p.item = @item AND p.device = @device
    AND p.ended_at >= @startedAt - ${resumeMs}
  ORDER BY p.started_at DESC LIMIT 1`

const insertSql = `INSERT INTO plays (started_at, ended_at, played_ms, duration_ms, facet, viewer, item, library,
    device, stream, bitrate_kbps, location, address)
  VALUES (@startedAt, @endedAt, @playedMs, @durationMs, @facet, @viewer, @item, @library, @device, @stream,
    @bitrateKbps, @location, @address)`

const extendSql = `UPDATE plays SET ended_at = @endedAt, played_ms = @playedMs, duration_ms = @durationMs,
  facet = @facet, stream = @stream, bitrate_kbps = @bitrateKbps WHERE id = @id`

/** The mean over both parts, each as long as it was. */
const meanBitrate = (a: { playedMs: number; bitrateKbps: number | null }, b: typeof a): number | null => {
  if (a.bitrateKbps === null || b.bitrateKbps === null) return a.bitrateKbps ?? b.bitrateKbps
  const ms = a.playedMs + b.playedMs
  return ms > 0 ? Math.round((a.bitrateKbps * a.playedMs + b.bitrateKbps * b.playedMs) / ms) : a.bitrateKbps
}

const streamOf = (body: string): PlayedStream => PlayedStream.parse(JSON.parse(body))

export interface Facet {
  id: number
  sourceId: string
  mediaType: string
  decision: string
}

export interface PlayStore {
  /**
   * Writes a play down and adds it to the sums; one that goes on with an earlier one is added to that. `running` is
   * the row of `keepRunning` that it came from. Less than 10 s are not kept.
   */
  record(play: PlayRecord, running?: string): 'added' | 'merged' | 'ignored'
  /** Whether there is a play of this viewer and item that was going on when this one began. */
  has(play: PlayRecord): boolean
  keepRunning(plays: readonly { id: string; play: PlayRecord }[]): void
  dropRunning(id: string): void
  running(): { id: string; play: PlayRecord }[]
  sources(): { id: number; sourceId: string }[]
  facets(): Facet[]
  /** Row numbers of the viewers with this id or name. */
  viewersNamed(idOrName: string): number[]
  /** Removes what began before that day (UTC), and its sums. Answers how many plays went. */
  prune(before: number): number
  atomically<T>(work: () => T): T
}

const createRecord = (db: Database, names: Names) => {
  const sums = createSums(db)
  const earlier = db.prepare<[Record<string, number>], Earlier>(earlierSql)
  const insert = db.prepare(insertSql)
  const extend = db.prepare(extendSql)

  const merge = (before: Earlier, play: PlayRecord, refs: Refs) => {
    const goesOn = before.playedMs >= play.playedMs
    const longer = goesOn ? streamOf(before.body) : play.stream
    const { startedAt } = before
    const whole = {
      ...{ ...play, startedAt, stream: longer, endedAt: Math.max(before.endedAt, play.endedAt) },
      playedMs: before.playedMs + play.playedMs,
      durationMs: play.durationMs ?? before.durationMs,
      bitrateKbps: meanBitrate(before, play),
    }
    const facet = names.facetOf(refs.source, play.mediaType, longer.decision)
    const { endedAt, playedMs, durationMs, bitrateKbps } = whole
    const stream = goesOn ? before.stream : refs.stream
    extend.run({ id: before.id, endedAt, playedMs, durationMs, bitrateKbps, facet, stream })
    const { mediaType } = play
    const was = figuresOf({ mediaType, ...before, stream: streamOf(before.body) })
    sums.add({ startedAt, mediaType }, refs, differenceOf(figuresOf(whole), was))
  }

  const add = (play: PlayRecord, refs: Refs) => {
    const { startedAt, endedAt, playedMs, durationMs, bitrateKbps, player } = play
    const { facet, viewer, item, library, device, stream } = refs
    const { location, address } = player
    insert.run({
      ...{ startedAt, endedAt, playedMs, durationMs, bitrateKbps, location, address },
      ...{ facet, viewer, item, library, device, stream },
    })
    sums.add(play, refs, figuresOf(play))
  }

  return (play: PlayRecord): 'added' | 'merged' => {
    const refs = names.refsOf(play)
    const { viewer, item, device } = refs
    const before = earlier.get({ viewer, item, device, startedAt: play.startedAt, since: play.startedAt - dayMs })
    if (before) merge(before, play, refs)
    else add(play, refs)
    return before ? 'merged' : 'added'
  }
}

const orphans = [
  ['play_items', 'NOT EXISTS (SELECT 1 FROM plays p WHERE p.item = play_items.id)'],
  ['play_viewers', 'NOT EXISTS (SELECT 1 FROM plays p WHERE p.viewer = play_viewers.id)'],
  ['play_titles', 'id NOT IN (SELECT title FROM play_items)'],
  ['play_libraries', 'id NOT IN (SELECT library FROM plays WHERE library IS NOT NULL)'],
  ['play_devices', 'id NOT IN (SELECT device FROM plays)'],
  ['play_clients', 'id NOT IN (SELECT client FROM play_devices)'],
  ['play_streams', 'id NOT IN (SELECT stream FROM plays)'],
] as const

const createPrune = (db: Database) => {
  const cutPlays = db.prepare('DELETE FROM plays WHERE started_at < ?')
  const cutSums = db.prepare(
    'DELETE FROM play_sums WHERE period BETWEEN 0 AND @day - 1 OR period BETWEEN @month + 1 AND -1',
  )
  const cutQuarters = db.prepare('DELETE FROM play_quarters WHERE quarter < ?')
  const cutNames = orphans.map(([table, where]) => db.prepare(`DELETE FROM ${table} WHERE ${where}`))
  return (before: number): number => {
    const from = dayOf(before) * dayMs
    const { changes } = cutPlays.run(from)
    if (changes === 0) return 0
    // A month that is cut into keeps its sum: only ranges that begin before it, and so before all plays, read it.
    cutSums.run({ day: dayOf(before), month: monthOf(before) })
    cutQuarters.run(from / quarterMs)
    for (const cut of cutNames) cut.run()
    return changes
  }
}

/** Plays, the sums of them, and what runs now as far as it was written down. */
export const createPlayStore = (db: Database): PlayStore => {
  const names = createNames(db)
  const write = createRecord(db, names)
  const prune = createPrune(db)
  const drop = db.prepare('DELETE FROM plays_running WHERE id = ?')
  const keep = db.prepare('INSERT INTO plays_running VALUES (?, ?) ON CONFLICT DO UPDATE SET data = excluded.data')
  const all = db.prepare<[], { id: string; data: string }>('SELECT id, data FROM plays_running')
  const known = db.prepare<[PlayRecord & { viewer: number }], { id: number }>(
    `SELECT p.id FROM plays p
      WHERE p.started_at BETWEEN @startedAt - ${dayMs} AND @startedAt + ${minuteMs} AND p.ended_at > @startedAt
      AND p.viewer = @viewer
      AND p.item = (SELECT i.id FROM play_items i JOIN play_sources s ON s.id = i.source
        WHERE s.source_id = @sourceId AND i.key = @itemKey)`,
  )
  const viewers = db.prepare<[string, string], { id: number }>(
    'SELECT id FROM play_viewers WHERE CAST(id AS TEXT) = ? OR fold = ?',
  )
  const sources = db.prepare<[], { id: number; sourceId: string }>('SELECT id, source_id AS sourceId FROM play_sources')
  const facets = db.prepare<[], Facet>(
    `SELECT f.id, s.source_id AS sourceId, f.media_type AS mediaType, f.decision
      FROM play_facets f JOIN play_sources s ON s.id = f.source`,
  )
  const atomically = <T>(work: () => T): T => (db.inTransaction ? work() : db.transaction(work).immediate())

  return {
    atomically,
    record: (play, running) =>
      atomically(() => {
        if (running !== undefined) drop.run(running)
        return play.playedMs < shortestMs ? 'ignored' : write(play)
      }),
    viewersNamed: (name) => viewers.all(name, fold(name)).map(({ id }) => id),
    sources: () => sources.all(),
    facets: () => facets.all(),
    has: (play) => {
      const viewer = names.viewerOf(play)
      return viewer !== undefined && known.get({ ...play, viewer }) !== undefined
    },
    keepRunning: (plays) =>
      atomically(() => {
        for (const { id, play } of plays) keep.run(id, JSON.stringify(play))
      }),
    dropRunning: (id) => void drop.run(id),
    running: () =>
      all.all().flatMap(({ id, data }) => {
        const play = PlayRecord.safeParse(JSON.parse(data)).data
        return play ? [{ id, play }] : []
      }),
    prune: (before) => atomically(() => prune(before)),
  }
}
