import { z } from 'zod'
import { Id, PageQuery, Time } from './list.ts'
import { Session } from './session.ts'

const { mediaType, player, stream, library, year, durationMs } = Session.shape

/** What was sent most of the time, without what changes from second to second. */
export const PlayedStream = stream.omit({ bitrateKbps: true, reasons: true })
export type PlayedStream = z.infer<typeof PlayedStream>

/** One playback that is over. */
export const Play = z.object({
  id: Id,
  sourceId: Id,
  source: z.string(),
  viewerId: Id,
  user: z.string(),
  title: z.string(),
  subtitle: z.string().nullable(),
  ...{ mediaType, library, year },
  startedAt: Time,
  endedAt: Time,
  /** Time on the wall while it really played: no pauses, no buffering, no skipping. */
  playedMs: z.number(),
  durationMs,
  /** 0..1 of the duration; null when that is not known. */
  watched: z.number().nullable(),
  player,
  stream: PlayedStream.extend({ bitrateKbps: z.number().nullable() }),
})
export type Play = z.infer<typeof Play>

const Filter = z.strictObject({
  sourceId: Id.optional(),
  /** A viewer's id, or their name. */
  viewer: z.string().trim().min(1).max(200).optional(),
  mediaType: mediaType.optional(),
  decision: stream.shape.decision.optional(),
  from: Time.optional(),
  to: Time.optional(),
  /** Found in title, subtitle and viewer. */
  q: z.string().trim().max(200).optional(),
})
export type HistoryFilter = z.infer<typeof Filter>
export const HistoryQuery = PageQuery.extend(Filter.shape)
export type HistoryQuery = z.infer<typeof HistoryQuery>
export const HistoryExportQuery = Filter.extend({ format: z.enum(['csv', 'ndjson']).default('csv') })

export const ranges = ['24h', '7d', '30d', '180d', '365d'] as const
export const Range = z.enum(ranges)
export type Range = z.infer<typeof Range>

export const AnalyticsQuery = z.strictObject({ range: Range.default('30d'), sourceId: Id.optional() })
export const RankingQuery = AnalyticsQuery.extend({
  limit: z.coerce.number().int().min(1).max(100).default(10),
  by: z.enum(['time', 'plays']).default('time'),
})
export type RankingQuery = z.infer<typeof RankingQuery>

/** One row of a list of the most watched. */
export const Ranked = z.object({
  id: Id,
  name: z.string(),
  /** What else tells it apart: the year of a film, the client of a device, the server of a viewer. */
  detail: z.string().nullable(),
  sourceIds: z.array(Id),
  plays: z.number().int(),
  playedMs: z.number(),
})
export type Ranked = z.infer<typeof Ranked>
export const Ranking = z.object({
  range: Range,
  from: Time,
  to: Time,
  items: z.array(Ranked),
  next: z.null(),
})
export type Ranking = z.infer<typeof Ranking>

const Figures = z.object({
  sessions: z.number().int(),
  activeUsers: z.number().int(),
  watchMs: z.number(),
  /** Share (0..1) of the plays of known length that were watched to 85 % or more; null when there are none. */
  completionRate: z.number().nullable(),
  /** Shares (0..1) of all plays; null when there are none. `total` is their sum. */
  transcode: z.object({ hardware: z.number(), software: z.number(), audio: z.number(), total: z.number() }).nullable(),
})
export type Figures = z.infer<typeof Figures>
export const Summary = Figures.extend({ range: Range, from: Time, to: Time, before: Figures })
export type Summary = z.infer<typeof Summary>

const amount = { plays: z.number().int(), playedMs: z.number() }
/** By the local time at which plays began. Weekday 1 is Monday. */
export const Activity = z.object({
  range: Range,
  from: Time,
  to: Time,
  timeZone: z.string(),
  days: z.array(z.object({ day: z.iso.date(), ...amount })),
  hours: z.array(z.object({ hour: z.number().int().min(0).max(23), ...amount })),
  weekdays: z.array(z.object({ weekday: z.number().int().min(1).max(7), ...amount })),
})
export type Activity = z.infer<typeof Activity>

/** An import under way or over; `log` says in sentences what came of it. */
export const ImportTask = z.object({
  id: Id,
  kind: z.literal('history.import'),
  state: z.enum(['running', 'done', 'failed']),
  percent: z.number().nullable(),
  log: z.array(z.string()),
  error: z.string().nullable(),
})
export type ImportTask = z.infer<typeof ImportTask>
