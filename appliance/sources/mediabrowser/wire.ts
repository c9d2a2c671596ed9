import { z } from 'zod'
import { misshapen } from '../upstream-error.ts'

// Only what is read of either server, and a field that is not as expected counts as absent: versions differ, and one
// odd field must not hide a session.
const text = z.string().nullish().catch(null)
/** Emby counts its items; a number means the same as its digits. */
export const id = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null)
const number = z.number().nullish().catch(null)
const flag = z.boolean().nullish().catch(null)
const texts = z.array(z.string().catch('')).nullish().catch(null)

const Stream = z.object({
  Type: text,
  Index: number,
  Codec: text,
  Width: number,
  Height: number,
  BitRate: number,
  IsDefault: flag,
  IsExternal: flag,
  VideoRange: text,
  VideoRangeType: text,
  ExtendedVideoType: text,
  ExtendedVideoSubType: text,
  ColorTransfer: text,
})
export type StreamWire = z.infer<typeof Stream>

const streams = z.array(Stream.nullable().catch(null)).nullish().catch(null)

const MediaSource = z.object({ Id: id, Bitrate: number, Container: text, MediaStreams: streams })

const Item = z.object({
  Id: id,
  Name: text,
  Type: text,
  MediaType: text,
  SeriesName: text,
  SeriesId: id,
  ParentId: id,
  AlbumId: id,
  ParentIndexNumber: number,
  IndexNumber: number,
  ProductionYear: number,
  Album: text,
  Artists: texts,
  AlbumArtist: text,
  ChannelName: text,
  CurrentProgram: z.object({ Name: text }).nullish().catch(null),
  RunTimeTicks: number,
  Container: text,
  Width: number,
  Height: number,
  MediaStreams: streams,
  MediaSources: z.array(MediaSource.nullable().catch(null)).nullish().catch(null),
})
export type ItemWire = z.infer<typeof Item>

const PlayState = z.object({
  PositionTicks: number,
  IsPaused: flag,
  PlayMethod: text,
  MediaSourceId: id,
  AudioStreamIndex: number,
})

const Transcoding = z.object({
  VideoCodec: text,
  AudioCodec: text,
  Container: text,
  IsVideoDirect: flag,
  IsAudioDirect: flag,
  Bitrate: number,
  Width: number,
  Height: number,
  HardwareAccelerationType: text,
  VideoDecoder: text,
  VideoDecoderIsHardware: flag,
  VideoDecoderHwAccel: text,
  VideoEncoder: text,
  VideoEncoderIsHardware: flag,
  VideoEncoderHwAccel: text,
  // A set of flags: a list of names, or in older servers one text with commas.
  TranscodeReasons: z
    .union([texts, z.string().transform((list) => list.split(/\s*,\s*/))])
    .nullish()
    .catch(null),
})
export type TranscodingWire = z.infer<typeof Transcoding>

const SessionWire = z.object({
  Id: z.string().min(1),
  UserId: text,
  UserName: text,
  Client: text,
  DeviceName: text,
  DeviceId: text,
  RemoteEndPoint: text,
  SupportsRemoteControl: flag,
  SupportsMediaControl: flag,
  PlayState: PlayState.nullish().catch(null),
  NowPlayingItem: Item.nullish().catch(null),
  TranscodingInfo: Transcoding.nullish().catch(null),
})
export type SessionWire = z.infer<typeof SessionWire>

/** The sessions of an answer or a frame. One that is garbage is left out; when nothing else is there, it throws. */
export const parseSessions = (value: unknown): SessionWire[] => {
  if (!Array.isArray(value)) throw misshapen('its sessions are not a list')
  const sessions = value.flatMap((one) => SessionWire.safeParse(one).data ?? [])
  if (value.length > 0 && sessions.length === 0) throw misshapen('none of its sessions can be read')
  return sessions
}

export const PublicInfo = z.object({
  Id: z.string().min(1).max(200),
  ServerName: text,
  Version: z.string().min(1).max(50),
  ProductName: text,
})
export type PublicInfo = z.infer<typeof PublicInfo>

export const SystemInfo = z.object({ Id: text })

export const Ancestors = z.array(z.object({ Name: text, Type: text }))

export const Frame = z.object({ MessageType: z.string(), Data: z.unknown() })
