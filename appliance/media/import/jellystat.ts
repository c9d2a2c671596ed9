import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import type { PlayRecord } from '../plays/play.ts'
import type { Told } from './told.ts'

const activity = 'jf_playback_activity'
const text = z.string().nullish().catch(null)
const number = z.number().nullish().catch(null)
const json = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (typeof value === 'string' ? parsed(value) : value), schema.nullish().catch(null))

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}

const Row = z.object({
  ...{ UserId: text, UserName: text, Client: text, DeviceName: text, DeviceId: text, RemoteEndPoint: text },
  ...{ NowPlayingItemId: text, NowPlayingItemName: text, SeriesName: text, EpisodeId: text, PlayMethod: text },
  PlaybackDuration: z.coerce.number().nonnegative(),
  ActivityDateInserted: z.coerce.date(),
  OriginalContainer: text,
  MediaStreams: json(z.array(z.object({ Type: text, Codec: text, Width: number, Height: number, BitRate: number }))),
  PlayState: json(z.object({ RuntimeTicks: number })),
  TranscodingInfo: json(
    z
      .object({ VideoCodec: text, IsVideoDirect: z.boolean().nullish(), IsAudioDirect: z.boolean().nullish() })
      .extend({ Width: number, Height: number, HardwareAccelerationType: text }),
  ),
})
type Row = z.infer<typeof Row>

const size = (value: number | null | undefined) => (value && value > 0 ? value : null)

const streamOf = (row: Row): PlayRecord['stream'] => {
  const info = row.PlayMethod === 'Transcode' ? row.TranscodingInfo : null
  const source = row.MediaStreams?.find(({ Type }) => Type === 'Video')
  const [width, height] = [size(source?.Width), size(source?.Height)]
  const isVideo = row.PlayMethod === 'Transcode' && info?.IsVideoDirect === false
  return {
    decision:
      row.PlayMethod === 'Transcode'
        ? 'transcode'
        : row.PlayMethod === 'DirectStream'
          ? 'direct-stream'
          : 'direct-play',
    video: source ? (isVideo ? 'transcode' : 'direct') : null,
    audio: info ? (info.IsAudioDirect === false ? 'transcode' : 'direct') : null,
    container: row.OriginalContainer || null,
    hardware: isVideo
      ? info?.HardwareAccelerationType && info.HardwareAccelerationType !== 'none'
        ? 'configured'
        : 'none'
      : null,
    source: {
      ...{ width, height, codec: source?.Codec ?? null, range: null },
      is4k: (width ?? 0) >= 3840 || (height ?? 0) >= 2000,
    },
    target: isVideo ? { width: size(info?.Width), height: size(info?.Height), codec: info?.VideoCodec ?? null } : null,
  }
}

/** The time of a row is that of its end. */
const playOf = (row: Row): Told => {
  const [endedAt, playedMs] = [row.ActivityDateInserted.getTime(), Math.round(row.PlaybackDuration * 1000)]
  const product = row.Client || 'Unknown player'
  const name = row.NowPlayingItemName || 'Untitled'
  const hasVideo = row.MediaStreams?.some(({ Type }) => Type === 'Video') ?? true
  const ticks = row.PlayState?.RuntimeTicks
  return {
    ...{ title: row.SeriesName || name, subtitle: row.SeriesName ? name : null },
    ...{ startedAt: endedAt - playedMs, endedAt, playedMs, library: null, year: null },
    mediaType: row.SeriesName ? 'episode' : hasVideo ? 'movie' : 'track',
    user: row.UserName || 'Unknown',
    durationMs: ticks && ticks > 0 ? Math.round(ticks / 10_000) : null,
    player: {
      ...{ name: row.DeviceName || product, product, platform: product },
      ...{ address: row.RemoteEndPoint || null, location: null },
    },
    ids: {
      viewer: row.UserId ?? null,
      item: row.EpisodeId || row.NowPlayingItemId || null,
      device: row.DeviceId ?? null,
    },
    stream: streamOf(row),
    bitrateKbps: null,
  }
}

const toldOf = (row: unknown): Told | null => {
  const { data } = Row.safeParse(row)
  return data ? playOf(data) : null
}

const Line = z.object({ type: z.literal('row'), table: z.literal(activity), data: z.unknown() })
const Whole = z.array(z.record(z.string(), z.unknown()))

/** The rows of a backup: one list of tables, or in newer versions one JSON object a line. Null when it is neither. */
export const readJellystat = async (file: string): Promise<(Told | null)[] | null> => {
  const rows: (Told | null)[] = []
  let isLines: boolean | null = null
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    isLines ??= /^\{"type":"(table|row)"/.test(line)
    if (!isLines) break
    const { data } = Line.safeParse(parsed(line))
    if (data) rows.push(toldOf(data.data))
  }
  if (isLines) return rows
  const whole = Whole.safeParse(parsed(await readFile(file, 'utf8'))).data
  const table = whole?.find((one) => activity in one)?.[activity]
  return Array.isArray(table) ? table.map(toldOf) : null
}
