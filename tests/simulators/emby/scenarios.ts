import type { Catalogue } from '../jellyfin/catalogue.ts'
import { type ScenarioName as Kin, scenarioSpec as kinSpec, type PlaySpec } from '../jellyfin/scenarios.ts'
import type { Transcoding } from '../jellyfin/sessions.ts'
import type { Range } from '../jellyfin/streams.ts'

export type ScenarioName =
  | 'direct-play'
  | 'app-direct-stream'
  | 'same-container'
  | 'remux'
  | 'transcode-hdr'
  | 'transcode-dv'
  | 'transcode-decode'
  | 'transcode-encode'
  | 'transcode-software'
  | 'audio-transcode'
  | 'episode'
  | 'music'
  | 'live-tv'
  | 'idle'
  | 'scope-4k'
  | 'ten-bit-sdr'
  | 'high-bitrate'
  | 'stuck-client'
  | 'no-remote-control'
  | 'mapped-address'
  | `range ${Range}`

const SHRUNK: Transcoding = {
  AudioCodec: 'aac',
  VideoCodec: 'h264',
  Container: 'ts',
  IsVideoDirect: false,
  IsAudioDirect: false,
  Bitrate: 8_256_000,
  VideoBitrate: 8_000_000,
  AudioBitrate: 256_000,
  Framerate: 61.5,
  Width: 1920,
  Height: 1080,
  AudioChannels: 2,
  TranscodeReasons: ['ContainerBitrateExceedsLimit', 'AudioCodecNotSupported'],
}

/** What decodes and what encodes: the truth of this transcode and not a setting. */
function pipeline(decodes: boolean, encodes: boolean): Transcoding {
  return {
    VideoDecoder: decodes ? 'hevc_vaapi' : 'hevc',
    VideoDecoderIsHardware: decodes,
    VideoDecoderMediaType: 'hevc',
    VideoDecoderHwAccel: decodes ? 'VAAPI' : null,
    VideoEncoder: encodes ? 'h264_vaapi' : 'libx264',
    VideoEncoderIsHardware: encodes,
    VideoEncoderMediaType: 'h264',
    VideoEncoderHwAccel: encodes ? 'VAAPI' : null,
  }
}

function copied(changes: Transcoding): Transcoding {
  const kept = { VideoCodec: 'h264', AudioCodec: 'aac', Width: 1920, Height: 1080, Bitrate: 8_192_000 }
  return { ...SHRUNK, ...kept, IsVideoDirect: true, IsAudioDirect: true, ...changes }
}

const PC: PlaySpec = { client: 'Emby Web', device: 'Firefox' }

const shrunk = (item: string, decodes: boolean, encodes: boolean): PlaySpec => ({
  ...PC,
  item,
  method: 'Transcode',
  transcoding: { ...SHRUNK, ...pipeline(decodes, encodes) },
})

type Plain = Exclude<ScenarioName, `range ${Range}`>

/** Ways of playing that Jellyfin's players know too, with the app that is Emby's. */
const KIN: Partial<Record<Plain, { name: Kin; client: string }>> = {
  episode: { name: 'episode', client: 'Emby for iOS' },
  music: { name: 'music', client: 'Emby for Android' },
  'scope-4k': { name: 'scope-4k', client: 'Emby Theater' },
  'ten-bit-sdr': { name: 'ten-bit-sdr', client: 'Emby Web' },
  'high-bitrate': { name: 'high-bitrate', client: 'Emby for Apple TV' },
  'stuck-client': { name: 'stuck-client', client: 'Emby for Roku' },
  'no-remote-control': { name: 'no-remote-control', client: 'Emby for LG' },
  'mapped-address': { name: 'mapped-address', client: 'Emby for Android TV' },
}

const OWN: Partial<Record<Plain, PlaySpec>> = {
  'direct-play': { item: 'Metropolis', client: 'Emby for Android TV', device: 'Living room TV' },
  'app-direct-stream': { item: 'Nosferatu', client: 'Emby for Apple TV', device: 'Bedroom', method: 'DirectStream' },
  'same-container': {
    item: 'Nosferatu',
    client: 'Emby for Samsung',
    device: 'Kitchen',
    method: 'DirectStream',
    transcoding: copied({ Container: 'mkv', SubProtocol: null, TranscodeReasons: [] }),
  },
  remux: {
    ...PC,
    item: 'The General',
    method: 'DirectStream',
    transcoding: copied({ TranscodeReasons: ['ContainerNotSupported'] }),
  },
  'transcode-hdr': shrunk('Sintel', true, true),
  'transcode-dv': shrunk('Cosmos Laundromat', true, true),
  'transcode-decode': shrunk('Sintel', true, false),
  'transcode-encode': shrunk('Sintel', false, true),
  'transcode-software': shrunk('Sintel', false, false),
  'audio-transcode': {
    item: 'Sintel',
    client: 'Emby for Android TV',
    device: 'Projector',
    method: 'Transcode',
    transcoding: copied({
      VideoCodec: 'hevc',
      IsAudioDirect: false,
      Width: 3840,
      Height: 2160,
      Bitrate: 58_384_000,
      TranscodeReasons: ['AudioCodecNotSupported'],
    }),
  },
  'live-tv': { item: 'Harbour News', method: 'DirectStream', client: 'Emby for Android TV', device: 'Kitchen TV' },
  idle: { ...PC, item: null },
}

export function scenarioSpec(name: ScenarioName, catalogue: Catalogue): PlaySpec {
  if (name.startsWith('range ')) return kinSpec(name as `range ${Range}`, catalogue)
  const own = OWN[name as Plain]
  if (own !== undefined) return own
  const kin = KIN[name as Plain]
  if (kin === undefined) throw new Error(`there is no scenario ${name}`)
  return { ...kinSpec(kin.name, catalogue), client: kin.client }
}
