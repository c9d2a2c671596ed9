import type { Database } from 'better-sqlite3'
import type { Figures } from './play.ts'
import type { Refs } from './store-names.ts'

/** What sums are kept of; numbers as they stand in the database. */
export const dimensions = { all: 0, viewer: 1, movie: 2, show: 3, library: 4, device: 5, client: 6 } as const
export type Dimension = keyof typeof dimensions

export const dayMs = 24 * 3600_000
export const quarterMs = 15 * 60_000

export const dayOf = (at: number): number => Math.floor(at / dayMs)

/** Below zero, so that it is no day's number. */
export const monthOf = (at: number): number => {
  const date = new Date(at)
  return -(date.getUTCFullYear() * 12 + date.getUTCMonth())
}

const titleDimension: Record<string, 'movie' | 'show'> = { movie: 'movie', episode: 'show' }

const partsOf = (mediaType: string, refs: Refs): [Dimension, number][] => {
  const of = titleDimension[mediaType]
  return [
    ['all', 0],
    ['viewer', refs.viewer],
    ['device', refs.device],
    ['client', refs.client],
    ...(of ? ([[of, refs.title]] as [Dimension, number][]) : []),
    ...(refs.library === null ? [] : ([['library', refs.library]] as [Dimension, number][])),
  ]
}

const addSql = `INSERT INTO play_sums
  VALUES (@period, @dimension, @source, @ref, @plays, @playedMs, @sized, @finished, @hardware, @software, @audio)
  ON CONFLICT DO UPDATE SET plays = plays + excluded.plays, played_ms = played_ms + excluded.played_ms,
    sized = sized + excluded.sized, finished = finished + excluded.finished, hardware = hardware + excluded.hardware,
    software = software + excluded.software, audio = audio + excluded.audio`

const addQuarterSql = `INSERT INTO play_quarters VALUES (@quarter, @source, @plays, @playedMs)
  ON CONFLICT DO UPDATE SET plays = plays + excluded.plays, played_ms = played_ms + excluded.played_ms`

export interface Sums {
  /** Adds what a play is to every sum that it is part of; negative figures take it away again. */
  add(play: { startedAt: number; mediaType: string }, refs: Refs, figures: Figures): void
}

export const createSums = (db: Database): Sums => {
  const add = db.prepare(addSql)
  const addQuarter = db.prepare(addQuarterSql)
  return {
    add: ({ startedAt, mediaType }, refs, figures) => {
      const { source } = refs
      for (const period of [dayOf(startedAt), monthOf(startedAt)]) {
        for (const [name, ref] of partsOf(mediaType, refs)) {
          add.run({ period, dimension: dimensions[name], source, ref, ...figures })
        }
      }
      const { plays, playedMs } = figures
      addQuarter.run({ quarter: Math.floor(startedAt / quarterMs), source, plays, playedMs })
    },
  }
}

export const differenceOf = (after: Figures, before: Figures): Figures => ({
  plays: after.plays - before.plays,
  playedMs: after.playedMs - before.playedMs,
  sized: after.sized - before.sized,
  finished: after.finished - before.finished,
  hardware: after.hardware - before.hardware,
  software: after.software - before.software,
  audio: after.audio - before.audio,
})
