import type { Session, VideoRange } from '#protocol/session.ts'
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

const ranges: Record<string, VideoRange> = { SDR: 'SDR', HDR10: 'HDR10', HDR10Plus: 'HDR10+', HLG: 'HLG' }

/** Ten bits or a wide gamut alone are not HDR: only the transfer is. */
const rangeOfTransfer = (stream: StreamWire): VideoRange | null => {
  if (stream.ColorTransfer === 'smpte2084') return 'HDR10'
  if (stream.ColorTransfer === 'arib-std-b67') return 'HLG'
  if (stream.VideoRange === 'HDR') return 'HDR10'
  return stream.VideoRange === 'SDR' || stream.ColorTransfer ? 'SDR' : null
}

const rangeOf = (stream: StreamWire): VideoRange | null => {
  const type = stream.VideoRangeType ?? ''
  // Dolby Vision whose parts contradict each other: a player shows its base layer.
  if (type.startsWith('DOVI') && type !== 'DOVIInvalid') return 'DV'
  return ranges[type] ?? rangeOfTransfer(stream)
}

const size = (value: number | null | undefined): number | null => (value && value > 0 ? value : null)

const sourceOf = (item: ItemWire, video: StreamWire | undefined, audio: StreamWire | undefined): Stream['source'] => {
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
const decisionOf = (method: string | null | undefined, info: TranscodingWire | null): Stream['decision'] => {
  if (method === 'DirectPlay') return 'direct-play'
  if (method === 'DirectStream' && (info?.IsVideoDirect ?? true) && (info?.IsAudioDirect ?? true))
    return 'direct-stream'
  if (!info) return method === 'Transcode' ? 'transcode' : 'direct-play'
  return info.IsVideoDirect && info.IsAudioDirect ? 'direct-stream' : 'transcode'
}

const trackOf = (isThere: boolean, decision: Stream['decision'], isDirect: boolean | null | undefined) => {
  if (!isThere) return null
  if (decision !== 'transcode') return 'direct'
  return isDirect == null ? null : isDirect ? 'direct' : 'transcode'
}

/** The server tells what it is set to use, not what it uses: no more than `configured` can be said. */
const hardwareOf = (info: TranscodingWire | null, video: Stream['video']): Stream['hardware'] => {
  if (video !== 'transcode' || info?.IsVideoDirect !== false) return null
  const type = info.HardwareAccelerationType?.toLowerCase()
  return type && type !== 'none' ? 'configured' : 'none'
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

export const streamOf = (
  item: ItemWire,
  playState: PlayStateWire,
  transcoding: TranscodingWire | null | undefined,
): Stream => {
  const streams = streamsOf(item, playState)
  const video = pick(streams, 'Video')
  const audio = pick(streams, 'Audio', playState?.AudioStreamIndex)
  // Left over from before when the session says that it plays directly.
  const info = playState?.PlayMethod === 'DirectPlay' ? null : (transcoding ?? null)
  const decision = decisionOf(playState?.PlayMethod, info)
  const hasVideo = Boolean(video) || (streams.length === 0 && item.MediaType === 'Video')
  const hasAudio = Boolean(audio) || (streams.length === 0 && item.MediaType !== 'Photo')
  const source = sourceOf(item, video, audio)
  const file = fileOf(item, playState)
  const videoTrack = trackOf(hasVideo, decision, info?.IsVideoDirect)
  return {
    decision,
    video: videoTrack,
    audio: trackOf(hasAudio, decision, info?.IsAudioDirect),
    container: info?.Container ?? file?.Container?.split(',')[0] ?? item.Container?.split(',')[0] ?? null,
    hardware: hardwareOf(info, videoTrack),
    bitrateKbps: toKbps(info?.Bitrate) ?? bitrateOf(streams, file?.Bitrate),
    source,
    target: targetOf(info, source, hasVideo),
    reasons: reasonsInWords(info?.TranscodeReasons ?? []),
  }
}
