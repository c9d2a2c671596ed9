import type { Catalogue, Item } from './catalogue.ts'
import { idOf } from './ids.ts'
import type { Playback, PlayMethod, QueueEntry, Session, Transcoding } from './sessions.ts'
import { audioStream, type Range, videoStream } from './streams.ts'

export type ScenarioName =
  | 'direct-play'
  | 'direct-stream'
  | 'remux'
  | 'transcode-hdr'
  | 'transcode-dv'
  | 'audio-transcode'
  | 'episode'
  | 'music'
  | 'live-tv'
  | 'photo'
  | 'idle'
  | 'scope-4k'
  | 'ten-bit-sdr'
  | 'high-bitrate'
  | 'huge-queue'
  | 'stuck-client'
  | 'no-remote-control'
  | 'mapped-address'
  | `range ${Range}`

/** What somebody does with a player; whatever is left out is ordinary. */
export interface PlaySpec {
  user?: string
  client?: string
  device?: string
  deviceId?: string
  appVersion?: string
  remoteEndPoint?: string
  /** A title of the catalogue, an item, or null for a player that is only signed in. */
  item?: string | Item | null
  viewing?: Item
  method?: PlayMethod
  transcoding?: Transcoding
  positionMs?: number
  paused?: boolean
  remoteControl?: boolean
  ignoresCommands?: boolean
  queue?: QueueEntry[]
}

const PC: PlaySpec = { client: 'Jellyfin Web', device: 'Firefox' }
const QUEUE_ENTRIES = 13_500

const SHRUNK: Transcoding = {
  AudioCodec: 'aac',
  VideoCodec: 'h264',
  Container: 'ts',
  IsVideoDirect: false,
  IsAudioDirect: false,
  Bitrate: 8_256_000,
  Framerate: 61.5,
  Width: 1920,
  Height: 1080,
  AudioChannels: 2,
  TranscodeReasons: ['ContainerBitrateExceedsLimit', 'VideoRangeTypeNotSupported', 'AudioCodecNotSupported'],
}

export function scenarioSpec(name: ScenarioName, catalogue: Catalogue): PlaySpec {
  if (name.startsWith('range ')) return { item: filmInRange(name.slice('range '.length) as Range, catalogue) }
  const build = SCENARIOS[name as keyof typeof SCENARIOS]
  return build(catalogue)
}

type Plain = Exclude<ScenarioName, `range ${Range}`>

const SCENARIOS: Record<Plain, (catalogue: Catalogue) => PlaySpec> = {
  'direct-play': () => ({ item: 'Metropolis', client: 'Jellyfin Android TV', device: 'Living room TV' }),
  'direct-stream': () => ({ ...PC, item: 'Nosferatu', method: 'DirectStream' }),
  remux: () => ({
    ...PC,
    item: 'The General',
    method: 'Transcode',
    transcoding: direct({ TranscodeReasons: ['ContainerNotSupported'] }),
  }),
  'transcode-hdr': () => ({ ...PC, item: 'Sintel', method: 'Transcode', transcoding: SHRUNK }),
  'transcode-dv': () => ({ ...PC, item: 'Cosmos Laundromat', method: 'Transcode', transcoding: SHRUNK }),
  'audio-transcode': () => ({
    item: 'Sintel',
    method: 'Transcode',
    transcoding: direct({
      VideoCodec: 'hevc',
      AudioCodec: 'aac',
      IsAudioDirect: false,
      Width: 3840,
      Height: 2160,
      Bitrate: 58_384_000,
      TranscodeReasons: ['AudioCodecNotSupported'],
    }),
  }),
  episode: () => ({ item: 'The Pilot', client: 'Jellyfin iOS', device: 'Tablet' }),
  music: () => ({ item: 'Goldberg Variations: Aria', client: 'Finamp', device: 'Phone' }),
  'live-tv': () => ({
    item: 'Harbour News',
    method: 'DirectStream',
    client: 'Jellyfin Android TV',
    device: 'Kitchen TV',
  }),
  photo: (catalogue) => ({ ...PC, item: null, viewing: catalogue.titled('Lighthouse at dusk') }),
  idle: () => ({ ...PC, item: null }),
  'scope-4k': () => ({ item: 'Tears of Steel', client: 'Jellyfin Media Player', device: 'Projector' }),
  'ten-bit-sdr': (catalogue) => ({
    item: catalogue.add({
      name: 'Caminandes',
      library: 'Films',
      streams: [videoStream({ width: 1920, height: 1080, bitDepth: 10 }), audioStream()],
    }),
  }),
  'high-bitrate': (catalogue) => ({
    item: catalogue.add({
      name: 'Elephants Dream',
      library: 'Films',
      streams: [videoStream({ width: 3840, height: 2160, bitRate: 120_000_000 }), audioStream()],
    }),
  }),
  'huge-queue': () => ({ item: 'Goldberg Variations: Aria', client: 'Finamp', device: 'Jukebox', queue: longQueue() }),
  'stuck-client': () => ({ item: 'Nosferatu', client: 'Jellyfin Roku', device: 'Guest room', ignoresCommands: true }),
  'no-remote-control': () => ({
    item: 'The General',
    client: 'Kodi DLNA',
    device: 'Old television',
    remoteControl: false,
  }),
  'mapped-address': () => ({ item: 'Metropolis', remoteEndPoint: '::ffff:192.168.1.40', device: 'Attic TV' }),
}

function direct(changes: Transcoding): Transcoding {
  const copied = { VideoCodec: 'h264', AudioCodec: 'aac', Width: 1920, Height: 1080, Bitrate: 8_192_000 }
  return { ...SHRUNK, ...copied, IsVideoDirect: true, IsAudioDirect: true, ...changes }
}

function filmInRange(range: Range, catalogue: Catalogue): Item {
  return catalogue.add({
    name: `Agent 327 (${range})`,
    library: 'Films',
    streams: [videoStream({ width: 3840, height: 2160, range }), audioStream({ codec: 'eac3', channels: 6 })],
  })
}

function longQueue(): QueueEntry[] {
  return Array.from({ length: QUEUE_ENTRIES }, (_, index) => ({
    Id: idOf(`queued ${index}`),
    PlaylistItemId: `playlistItem${index}`,
  }))
}

/** The playback that a spec describes, begun now. */
export function playbackOf(spec: PlaySpec, item: Item, now: number, playSessionId: string): Playback {
  return {
    item,
    playSessionId,
    method: spec.method ?? 'DirectPlay',
    transcoding: spec.transcoding ?? null,
    positionMs: spec.positionMs ?? 0,
    since: now,
    pausedAt: spec.paused ? now : null,
    silentSince: null,
    liveStreamId: item.type === 'TvChannel' ? idOf(`stream ${playSessionId}`) : null,
  }
}

export function applySpec(session: Session, spec: PlaySpec): void {
  session.isPlayer = true
  session.remoteControl = spec.remoteControl ?? true
  session.ignoresCommands = spec.ignoresCommands ?? false
  session.queue = spec.queue ?? session.queue
  session.viewing = spec.viewing ?? null
}
