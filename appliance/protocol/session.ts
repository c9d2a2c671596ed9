import { z } from 'zod'
import { Id, Time } from './list.ts'
import { SourceKind } from './source.ts'

export const VideoRange = z.enum(['SDR', 'HDR10', 'HDR10+', 'HLG', 'DV'])
export type VideoRange = z.infer<typeof VideoRange>

/** One playback on a media server. */
export const Session = z.object({
  id: Id,
  sourceId: Id,
  sourceKind: SourceKind,
  state: z.enum(['playing', 'paused', 'buffering']),
  user: z.string(),
  title: z.string(),
  subtitle: z.string().nullable(),
  mediaType: z.enum(['movie', 'episode', 'track', 'photo', 'live', 'other']),
  library: z.string().nullable(),
  year: z.number().int().nullable(),
  positionMs: z.number(),
  durationMs: z.number().nullable(),
  startedAt: Time,
  player: z.object({
    name: z.string(),
    product: z.string(),
    platform: z.string(),
    address: z.string().nullable(),
    location: z.enum(['lan', 'wan']).nullable(),
  }),
  stream: z.object({
    decision: z.enum(['direct-play', 'direct-stream', 'transcode']),
    video: z.enum(['direct', 'transcode']).nullable(),
    audio: z.enum(['direct', 'transcode']).nullable(),
    container: z.string().nullable(),
    hardware: z.enum(['none', 'decode', 'encode', 'full', 'configured']).nullable(),
    bitrateKbps: z.number().nullable(),
    source: z.object({
      width: z.number().nullable(),
      height: z.number().nullable(),
      codec: z.string().nullable(),
      range: VideoRange.nullable(),
      /** Source width >= 3840 or height >= 2000. */
      is4k: z.boolean(),
    }),
    target: z
      .object({ width: z.number().nullable(), height: z.number().nullable(), codec: z.string().nullable() })
      .nullable(),
    reasons: z.array(z.string()),
  }),
  canTerminate: z.boolean(),
  /** When the 4K rule of its source ends it, unless it changes before; null when the rule does not wait for it. */
  rule: z.object({ endsAt: Time }).nullable(),
  /** When the server last told of it: older than its source's last success when the source is away. */
  seenAt: Time,
})
export type Session = z.infer<typeof Session>

export const TerminateOutcome = z.enum(['ended', 'already-gone', 'ignored', 'signed-out'])
export type TerminateOutcome = z.infer<typeof TerminateOutcome>
export const TerminateBody = z.strictObject({
  reason: z.string().trim().max(500).optional(),
  /** Sign the device out when it does not stop by itself. Off unless asked. */
  force: z.boolean().optional(),
})

export const BandwidthPoint = z.object({
  at: Time,
  lanKbps: z.number(),
  wanKbps: z.number(),
  totalKbps: z.number(),
  sources: z.record(Id, z.number()),
})
export type BandwidthPoint = z.infer<typeof BandwidthPoint>
export const Bandwidth = z.object({ stepMs: z.number(), points: z.array(BandwidthPoint) })
export type Bandwidth = z.infer<typeof Bandwidth>
