import type { Session, VideoRange } from '#protocol/session.ts'
import type { Dialect } from './dialect.ts'
import { reasonsInWords } from './reasons.ts'
import type { ItemWire, SessionWire, StreamWire, TranscodingWire } from './wire.ts'

type Stream = Session['stream']
type PlayStateWire = SessionWire['PlayState']

/** More than any file or network carries: a server that says so does not know. */
const absurdKbps = 1_000_000

const toKbps = (bitsPerSecond: number | null | undefined): number | null => {
  const kbps = Math.round((bitsPerSecond ?? 0) / 1000)
  return kbps > 0 && kbps < absurdKbps ? kbps : null
}

/** The one of the item's files that plays, when the server tells of more. */
const fileOf = (item: ItemWire, playState: PlayStateWire) => {
  const sources = (item.MediaSources ?? []).filter((source) => source !== null)
  const played = sources.find((source) => source.Id && source.Id === playState?.MediaSourceId)
  return played ?? (sources.length === 1 ? sources[0] : undefined)
}

const streamsOf = (item: ItemWire, playState: PlayStateWire): StreamWire[] => {
  const own = (fileOf(item, playState)?.MediaStreams ?? []).filter((stream) => stream !== null)
  return own.length > 0 ? own : (item.MediaStreams ?? []).filter((stream) => stream !== null)
}

const pick = (streams: StreamWire[], type: string, index?: number | null): StreamWire | undefined => {
  const some = streams.filter((stream) => stream.Type === type)
  return some.find((stream) => index != null && stream.Index === index) ?? some.find((one) => one.IsDefault) ?? some[0]
}

/** Ten bits or a wide gamut alone are not HDR: only the transfer is. */
export const rangeOfTransfer = (stream: StreamWire): VideoRange | null => {
  if (stream.ColorTransfer === 'smpte2084') return 'HDR10'
  if (stream.ColorTransfer === 'arib-std-b67') return 'HLG'
  if (stream.VideoRange === 'HDR') return 'HDR10'
  return stream.VideoRange === 'SDR' || stream.ColorTransfer ? 'SDR' : null
}

const size = (value: number | null | undefined): number | null => (value && value > 0 ? value : null)

const sourceOf = (
  item: ItemWire,
  video: StreamWire | undefined,
  audio: StreamWire | undefined,
  rangeOf: Dialect['rangeOf'],
): Stream['source'] => {
  const width = size(video?.Width ?? (item.MediaType === 'Audio' ? null : item.Width))
  const height = size(video?.Height ?? (item.MediaType === 'Audio' ? null : item.Height))
  return {
    width,
    height,
    codec: video?.Codec ?? audio?.Codec ?? null,
    range: video ? rangeOf(video) : null,
    is4k: item.MediaType !== 'Photo' && ((width ?? 0) >= 3840 || (height ?? 0) >= 2000),
  }
}

/** What the server does, in our three words. A transcode that copies both tracks only changes the container. */
export const decisionOf: Dialect['decisionOf'] = ({ method, info, isMusic }) => {
  if (method === 'DirectPlay') return 'direct-play'
  const isVideoDirect = isMusic || info?.IsVideoDirect
  if (method === 'DirectStream' && (isVideoDirect ?? true) && (info?.IsAudioDirect ?? true)) return 'direct-stream'
  if (!info) return method === 'Transcode' ? 'transcode' : 'direct-play'
  return isVideoDirect && info.IsAudioDirect ? 'direct-stream' : 'transcode'
}

const trackOf = (isThere: boolean, decision: Stream['decision'], isDirect: boolean | null | undefined) => {
  if (!isThere) return null
  if (decision !== 'transcode') return 'direct'
  return isDirect == null ? null : isDirect ? 'direct' : 'transcode'
}

const targetOf = (info: TranscodingWire | null, source: Stream['source'], hasVideo: boolean): Stream['target'] => {
  if (!info) return null
  const named = hasVideo ? info.VideoCodec : info.AudioCodec
  const codec = named && named !== 'copy' ? named : source.codec
  return hasVideo ? { width: size(info.Width), height: size(info.Height), codec } : { width: null, height: null, codec }
}

const bitrateOf = (streams: StreamWire[], fileBitrate: number | null | undefined): number | null => {
  const inFile = streams.filter((stream) => !stream.IsExternal)
  return toKbps(fileBitrate) ?? toKbps(inFile.reduce((sum, stream) => sum + Math.max(0, stream.BitRate ?? 0), 0))
}

const first = (containers: string | null | undefined): string | null => containers?.split(',')[0] || null

export const streamOf = (
  item: ItemWire,
  playState: PlayStateWire,
  transcoding: TranscodingWire | null | undefined,
  dialect: Dialect,
): Stream => {
  const streams = streamsOf(item, playState)
  const video = pick(streams, 'Video')
  const audio = pick(streams, 'Audio', playState?.AudioStreamIndex)
  const file = fileOf(item, playState)
  const container = first(file?.Container) ?? first(item.Container)
  const method = playState?.PlayMethod
  const isMusic = item.MediaType === 'Audio'
  // Left over from before when the session says that it plays directly.
  const made = method === 'DirectPlay' ? null : (transcoding ?? null)
  const decision = dialect.decisionOf({ method, info: made, container, isMusic })
  const info = decision === 'direct-play' ? null : made
  const hasVideo = Boolean(video) || (streams.length === 0 && item.MediaType === 'Video')
  const hasAudio = Boolean(audio) || (streams.length === 0 && item.MediaType !== 'Photo')
  const source = sourceOf(item, video, audio, dialect.rangeOf)
  const videoTrack = trackOf(hasVideo, decision, info?.IsVideoDirect)
  return {
    decision,
    video: videoTrack,
    audio: trackOf(hasAudio, decision, info?.IsAudioDirect),
    container: info?.Container ?? container,
    hardware: info && videoTrack === 'transcode' ? dialect.hardwareOf(info) : null,
    bitrateKbps: toKbps(info?.Bitrate) ?? bitrateOf(streams, file?.Bitrate),
    source,
    target: targetOf(info, source, hasVideo),
    reasons: reasonsInWords(info?.TranscodeReasons ?? []),
  }
}
