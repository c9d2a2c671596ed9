import type { Node } from './node.ts'
import { type Scalar, single } from './node.ts'
import { type Session, viewOffsetOf } from './sessions.ts'
import type { Stream } from './streams.ts'

export type Decision = 'copy' | 'transcode'
export type Engine = 'vaapi' | 'qsv' | 'nvenc' | 'nvdec' | 'videotoolbox' | 'mf' | 'dxva2'

export interface TranscodeSpec {
  video?: Decision
  audio?: Decision
  /** Left out when there are no subtitles. */
  subtitle?: Decision | 'burn'
  width?: number
  height?: number
  videoCodec?: string
  audioCodec?: string
  audioChannels?: number
  bitrateKbps?: number
  container?: string
  protocol?: 'dash' | 'hls' | 'http'
  /** Wished for by the settings, which proves nothing. */
  hardwareRequested?: boolean
  decoder?: Engine
  encoder?: Engine
  fullPipeline?: boolean
  speed?: number
  throttled?: boolean
  /** Until then the answer looks like software: no engine has a name yet. */
  warmUpMs?: number
}

export interface Transcode extends TranscodeSpec {
  key: string
}

const TITLES: Record<Engine, string> = {
  vaapi: 'Intel (VA-API)',
  qsv: 'Intel (QuickSync)',
  nvenc: 'NVIDIA (NVENC)',
  nvdec: 'NVIDIA (NVDEC)',
  videotoolbox: 'Apple (VideoToolbox)',
  mf: 'Windows (Media Foundation)',
  dxva2: 'Windows (DXVA2)',
}

/** Nothing that is copied changes, so an output inherits from its source what is not transcoded. */
export function outputOf(transcode: TranscodeSpec, streams: readonly Stream[]): Record<string, Scalar> {
  const video = streams.find(({ streamType }) => streamType === 1)
  const audio = streams.find(({ streamType }) => streamType === 2)
  const isVideoNew = transcode.video === 'transcode'
  const isAudioNew = transcode.audio === 'transcode'
  const bitrate = Number(video?.['bitrate'] ?? 0) + Number(audio?.['bitrate'] ?? 0)
  return {
    width: isVideoNew ? (transcode.width ?? 1920) : video?.['width'],
    height: isVideoNew ? (transcode.height ?? 1080) : video?.['height'],
    videoCodec: isVideoNew ? (transcode.videoCodec ?? 'h264') : video?.codec,
    audioCodec: isAudioNew ? (transcode.audioCodec ?? 'aac') : audio?.codec,
    audioChannels: isAudioNew ? (transcode.audioChannels ?? 2) : audio?.['channels'],
    bitrate: transcode.bitrateKbps ?? (isVideoNew ? 8000 : bitrate),
  }
}

export function transcodeNode(session: Session, transcode: Transcode, now: number): Node {
  const streams = session.version?.streams ?? []
  const output = outputOf(transcode, streams)
  const isWarm = now - session.startedAt >= (transcode.warmUpMs ?? 0)
  const durationMs = session.item.durationMs ?? 0
  const progress =
    isWarm && durationMs > 0 ? (100 * Math.min(durationMs, viewOffsetOf(session, now) + 60_000)) / durationMs : 0
  return single('TranscodeSession', {
    key: transcode.key,
    throttled: transcode.throttled ?? false,
    complete: progress >= 100,
    progress: Math.round(progress * 10) / 10,
    size: -22,
    speed: isWarm ? (transcode.speed ?? 4.2) : 0,
    error: false,
    duration: session.item.durationMs,
    remaining: isWarm ? 120 : null,
    context: 'streaming',
    sourceVideoCodec: streams.find(({ streamType }) => streamType === 1)?.codec,
    sourceAudioCodec: streams.find(({ streamType }) => streamType === 2)?.codec,
    videoDecision: session.item.type === 'track' ? null : transcode.video,
    audioDecision: transcode.audio,
    subtitleDecision: transcode.subtitle,
    protocol: transcode.protocol ?? 'dash',
    container: transcode.container ?? 'mp4',
    videoCodec: output['videoCodec'],
    audioCodec: output['audioCodec'],
    audioChannels: output['audioChannels'],
    width: transcode.video === 'transcode' ? output['width'] : null,
    height: transcode.video === 'transcode' ? output['height'] : null,
    ...hardware(transcode, isWarm),
    timeStamp: session.startedAt / 1000,
    maxOffsetAvailable: isWarm ? viewOffsetOf(session, now) / 1000 + 60 : 0,
    minOffsetAvailable: 0,
  })
}

function hardware(transcode: Transcode, isWarm: boolean): Record<string, Scalar> {
  if (transcode.video !== 'transcode') return { transcodeHwRequested: transcode.hardwareRequested ?? false }
  const { decoder, encoder } = transcode
  if (!isWarm) {
    const empty = decoder === undefined ? {} : { transcodeHwDecodingTitle: 'Intel ()' }
    return { transcodeHwRequested: false, ...empty, transcodeHwFullPipeline: false }
  }
  return {
    transcodeHwRequested: transcode.hardwareRequested ?? (decoder !== undefined || encoder !== undefined),
    transcodeHwDecoding: decoder,
    transcodeHwDecodingTitle: decoder && TITLES[decoder],
    transcodeHwEncoding: encoder,
    transcodeHwEncodingTitle: encoder && TITLES[encoder],
    transcodeHwFullPipeline: transcode.fullPipeline ?? false,
  }
}
