import type { Catalogue, Item } from './catalogue.ts'
import { filmIn } from './items.ts'
import type { Device, State } from './sessions.ts'
import type { Range } from './streams.ts'
import type { TranscodeSpec } from './transcode.ts'

/** What somebody does with a player; whatever is left out is ordinary. */
export interface PlaySpec {
  user?: string
  /** A title of the catalogue, or an item. */
  item?: string | Item
  /** Which of its versions, from 0. */
  version?: number
  device?: Partial<Device>
  location?: 'lan' | 'wan' | 'cellular'
  bandwidthKbps?: number
  transcode?: TranscodeSpec
  positionMs?: number
  state?: State
  hasNoSession?: boolean
  isSilent?: boolean
  hasAbsurdRates?: boolean
  ignoresStop?: boolean
}

type Plain = keyof typeof SCENARIOS
export type ScenarioName = Plain | `range ${Range}`

const SHRUNK: TranscodeSpec = {
  video: 'transcode',
  audio: 'transcode',
  hardwareRequested: true,
  decoder: 'vaapi',
  encoder: 'vaapi',
  fullPipeline: true,
}
const TV = { title: 'Living room TV', product: 'Plex for Android (TV)', platform: 'Android', device: 'BRAVIA' }
const WEB = { title: 'Firefox', product: 'Plex Web', platform: 'Firefox', device: 'Linux' }
const PHONE = { title: 'Phone', product: 'Plex for iOS', platform: 'iOS', device: 'iPhone' }
const AMP = { title: 'Kitchen', product: 'Plexamp', platform: 'Linux', device: 'Raspberry Pi' }

const SCENARIOS = {
  'direct-play': { item: 'Metropolis', device: TV },
  'direct-play-silent': { item: 'Metropolis', device: TV, isSilent: true },
  'direct-stream': { item: 'Nosferatu', device: WEB, transcode: { video: 'copy', audio: 'copy', protocol: 'hls' } },
  'transcode-hdr': { item: 'Sintel', device: WEB, transcode: { ...SHRUNK, subtitle: 'burn' } },
  'transcode-software': {
    item: 'Sintel',
    device: WEB,
    transcode: { video: 'transcode', audio: 'transcode', speed: 0.8 },
  },
  'transcode-wished': {
    item: 'Sintel',
    device: WEB,
    transcode: { video: 'transcode', audio: 'copy', hardwareRequested: true },
  },
  'transcode-warming': { item: 'Sintel', device: WEB, transcode: { ...SHRUNK, warmUpMs: 5000 } },
  'audio-transcode': { item: 'Sintel', device: TV, transcode: { video: 'copy', audio: 'transcode', container: 'mkv' } },
  'scope-4k': { item: 'Tears of Steel', device: TV },
  'scope-4k-transcode': { item: 'Tears of Steel', device: WEB, transcode: SHRUNK },
  'ten-bit-sdr': { item: 'Caminandes', device: TV },
  'two-versions': { item: 'Big Buck Bunny', version: 0, device: TV },
  'two-versions-transcode': { item: 'Big Buck Bunny', version: 1, device: WEB, transcode: SHRUNK },
  episode: { item: 'The Pilot', device: PHONE },
  music: { item: 'Goldberg Variations: Aria', device: { ...PHONE, product: 'Plex for iOS' } },
  plexamp: { item: 'Goldberg Variations: Aria', device: AMP, hasNoSession: true },
  'theme-music': { item: 'One Step Beyond', device: TV, hasNoSession: true },
  'live-tv': { item: 'Harbour News', device: TV, transcode: { video: 'copy', audio: 'transcode', protocol: 'hls' } },
  photo: { item: 'Lighthouse at dusk', device: WEB },
  'absurd-bandwidth': { item: 'Nosferatu', device: TV, bandwidthKbps: 10_000_000, hasAbsurdRates: true },
  relayed: {
    item: 'Nosferatu',
    location: 'wan',
    bandwidthKbps: 2000,
    device: { ...PHONE, relayed: true, address: '198.51.100.7', remotePublicAddress: '198.51.100.7' },
    transcode: { ...SHRUNK, width: 1280, height: 720, bitrateKbps: 1800 },
  },
  wan: {
    item: 'Nosferatu',
    location: 'wan',
    device: { ...TV, address: '203.0.113.24', remotePublicAddress: '203.0.113.24' },
  },
  cellular: { item: 'The Pilot', location: 'cellular', device: { ...PHONE, remotePublicAddress: '203.0.113.80' } },
  'lan-taken-for-wan': { item: 'Nosferatu', location: 'wan', device: { ...TV, address: '172.18.0.1' } },
  'stuck-client': { item: 'Nosferatu', device: { ...TV, title: 'Guest room' }, ignoresStop: true },
} as const satisfies Record<string, PlaySpec>

/** Named situations that are worth a test. */
export function scenarioSpec(name: ScenarioName, catalogue: Catalogue): PlaySpec {
  if (isPlain(name)) return SCENARIOS[name]
  const film = filmIn(name.slice('range '.length) as Range)
  return { item: catalogue.items().find(({ title }) => title === film.title) ?? catalogue.add(film), device: TV }
}

function isPlain(name: ScenarioName): name is Plain {
  return Object.hasOwn(SCENARIOS, name)
}
