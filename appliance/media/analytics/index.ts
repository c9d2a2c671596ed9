import type { Activity, Figures as FiguresAnswer, Range, Ranked, RankingQuery, Summary } from '#protocol/play.ts'
import { PlayedStream } from '#protocol/play.ts'
import { type Figures, figuresOf } from '../plays/play.ts'
import { type Dimension, quarterMs } from '../plays/store-sums.ts'
import { periodsOf, rangeMs, type Span } from './periods.ts'
import {
  type ActivityRow,
  activityParams,
  activitySql,
  edgesSql,
  type RankedRow,
  type Reads,
  rankingSql,
  type SummaryRow,
  spanParams,
  usersSql,
  wholeSql,
} from './store.ts'
import { offsetsOf } from './zone.ts'

export interface Analytics {
  /** The most watched of one kind; `sources` are row numbers, see `play_sources`. */
  ranking(
    dimension: Exclude<Dimension, 'all'>,
    query: Pick<RankingQuery, 'range' | 'limit' | 'by'>,
    sources: readonly number[],
  ): Promise<{ range: Range; from: string; to: string; items: Ranked[]; next: null }>
  summary(range: Range, sources: readonly number[]): Promise<Summary>
  activity(range: Range, sources: readonly number[]): Promise<Activity>
}

interface EdgeRow {
  mediaType: string
  playedMs: number
  durationMs: number | null
  body: string
}

const iso = (at: number) => new Date(at).toISOString()

const none: Figures = { plays: 0, playedMs: 0, sized: 0, finished: 0, hardware: 0, software: 0, audio: 0 }

const plus = (a: Figures, b: Figures): Figures => ({
  plays: a.plays + b.plays,
  playedMs: a.playedMs + b.playedMs,
  sized: a.sized + b.sized,
  finished: a.finished + b.finished,
  hardware: a.hardware + b.hardware,
  software: a.software + b.software,
  audio: a.audio + b.audio,
})

const share = (part: number, whole: number) => Math.round((part / whole) * 10_000) / 10_000

const answerOf = (sum: Figures, activeUsers: number): FiguresAnswer => {
  const { plays, playedMs, sized, finished, hardware, software, audio } = sum
  const rate = (part: number) => share(part, plays)
  return {
    ...{ sessions: plays, activeUsers, watchMs: playedMs },
    completionRate: sized > 0 ? share(finished, sized) : null,
    transcode:
      plays > 0
        ? {
            ...{ hardware: rate(hardware), software: rate(software), audio: rate(audio) },
            total: rate(hardware + software + audio),
          }
        : null,
  }
}

/** Few ways of sending make up many plays: each is read once. */
const createStreams = () => {
  const streams = new Map<string, PlayedStream>()
  return (body: string): PlayedStream => {
    const known = streams.get(body)
    if (known) return known
    if (streams.size > 1000) streams.clear()
    const stream = PlayedStream.parse(JSON.parse(body))
    streams.set(body, stream)
    return stream
  }
}
type StreamOf = ReturnType<typeof createStreams>

const figuresOver = async (
  { reads, streamOf }: { reads: Reads; streamOf: StreamOf },
  span: Span,
  sources: readonly number[],
): Promise<FiguresAnswer> => {
  const params = spanParams(periodsOf(span), sources)
  const [whole] = await reads.all<SummaryRow>(wholeSql, params)
  const [users] = await reads.all<SummaryRow>(usersSql, params)
  const edges = await reads.all<EdgeRow>(edgesSql, params)
  let sum = whole ?? none
  for (const { body, ...play } of edges) sum = plus(sum, figuresOf({ ...play, stream: streamOf(body) }))
  return answerOf(sum, users?.users ?? 0)
}

const dayName = (day: number) => iso(day * 24 * 3600_000).slice(0, 10)

/** Every day, hour and weekday stands there, also those on which nothing was played. */
const filled = (rows: ActivityRow[], what: ActivityRow['what'], from: number, to: number) => {
  const found = new Map(rows.filter((row) => row.what === what).map((row) => [row.which, row]))
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const { plays = 0, playedMs = 0 } = found.get(from + index) ?? {}
    return { which: from + index, plays, playedMs }
  })
}

/** Answers from the sums of whole days and months, and from single plays at the two ends of a range only. */
export const createAnalytics = (deps: { reads: Reads; now: () => number; timeZone: () => string }): Analytics => {
  const { reads } = deps
  const from = { reads, streamOf: createStreams() }
  const spanOf = (range: Range): Span => ({ from: deps.now() - rangeMs[range], to: deps.now() + 1 })
  const said = (range: Range, { from, to }: Span) => ({ range, from: iso(from), to: iso(to) })

  return {
    ranking: async (dimension, { range, limit, by }, sources) => {
      const span = spanOf(range)
      const params = { ...spanParams(periodsOf(span), sources), limit }
      const rows = await reads.all<RankedRow>(rankingSql(dimension, by), params)
      const items = rows.map(({ id, name, detail, plays, playedMs, sources: from }) => ({
        ...{ id: String(id), name, detail, plays, playedMs },
        sourceIds: JSON.parse(from) as string[],
      }))
      return { ...said(range, span), items, next: null }
    },
    summary: async (range, sources) => {
      const span = spanOf(range)
      const before = { from: span.from - rangeMs[range], to: span.from }
      const now = await figuresOver(from, span, sources)
      return { ...said(range, span), ...now, before: await figuresOver(from, before, sources) }
    },
    activity: async (range, sources) => {
      const timeZone = deps.timeZone()
      const { from, to } = spanOf(range)
      const [first, last] = [Math.floor(from / quarterMs), Math.ceil(to / quarterMs)]
      const span = { from: first * quarterMs, to: last * quarterMs }
      const offsets = offsetsOf(timeZone, span)
      const rows = await reads.all<ActivityRow>(activitySql, activityParams(first, last, offsets, sources))
      const dayAt = (quarter: number, offset: number) => Math.floor((quarter + offset) / 96)
      const [start, end] = [dayAt(first, offsets[0]?.quarters ?? 0), dayAt(last - 1, offsets.at(-1)?.quarters ?? 0)]
      return {
        ...{ ...said(range, span), timeZone },
        days: filled(rows, 'day', start, end).map(({ which, ...sum }) => ({ day: dayName(which), ...sum })),
        hours: filled(rows, 'hour', 0, 23).map(({ which, ...sum }) => ({ hour: which, ...sum })),
        weekdays: filled(rows, 'weekday', 1, 7).map(({ which, ...sum }) => ({ weekday: which, ...sum })),
      }
    },
  }
}
