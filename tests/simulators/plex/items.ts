import type { ItemSpec } from './catalogue.ts'
import { audioStream, type Stream, subtitleStream, videoStream } from './streams.ts'

const MINUTE = 60_000
const UHD = { width: 3840, height: 2160 }

const surround = audioStream('truehd', 8, 4200)
const hd = () => file(videoStream({ width: 1920, height: 1080, codec: 'h264' }), audioStream())

export function file(...streams: Stream[]): { container: string; streams: Stream[] } {
  return { container: 'mkv', streams }
}

/** A film in 4K, as its range says. */
export function filmIn(range: NonNullable<Parameters<typeof videoStream>[0]['range']>): ItemSpec {
  const video = videoStream({ ...UHD, range, bitrate: 60_000 })
  return { title: `Agent 327 (${range})`, section: 'Films', versions: [file(video, surround)] }
}

export const ITEMS: readonly ItemSpec[] = [
  {
    title: 'Metropolis',
    section: 'Films',
    durationMs: 153 * MINUTE,
    more: { year: 1927 },
    versions: [file(videoStream({ width: 1440, height: 1080, codec: 'h264', bitrate: 9500 }), audioStream())],
  },
  {
    title: 'A Trip to the Moon',
    section: 'Films',
    durationMs: 15 * MINUTE,
    more: { year: 1902 },
    versions: [{ ...hd(), container: 'mp4' }],
  },
  { title: 'Nosferatu', section: 'Films', durationMs: 94 * MINUTE, more: { year: 1922 }, versions: [hd()] },
  { title: 'The General', section: 'Films', durationMs: 78 * MINUTE, more: { year: 1926 }, versions: [hd()] },
  {
    title: 'Tears of Steel',
    section: 'Films',
    durationMs: 12 * MINUTE,
    more: { year: 2012 },
    versions: [file(videoStream({ width: 3840, height: 1600, bitDepth: 10, bitrate: 40_000 }), audioStream('eac3', 6))],
  },
  {
    title: 'Sintel',
    section: 'Films',
    durationMs: 15 * MINUTE,
    more: { year: 2010 },
    versions: [file(videoStream({ ...UHD, range: 'HDR10', bitrate: 58_000 }), surround, subtitleStream('pgs'))],
  },
  {
    title: 'Big Buck Bunny',
    section: 'Films',
    durationMs: 10 * MINUTE,
    more: { year: 2008 },
    versions: [hd(), file(videoStream({ ...UHD, range: 'HDR10', bitrate: 52_000 }), surround)],
  },
  {
    title: 'Caminandes',
    section: 'Films',
    durationMs: 3 * MINUTE,
    versions: [file(videoStream({ width: 1920, height: 1080, bitDepth: 10, wide: true }), audioStream())],
  },
  {
    title: 'The Pilot',
    section: 'Shows',
    type: 'episode',
    durationMs: 26 * MINUTE,
    versions: [hd()],
    more: { grandparentTitle: 'One Step Beyond', parentTitle: 'Season 1', parentIndex: 1, index: 3, year: 1951 },
  },
  {
    title: 'Goldberg Variations: Aria',
    section: 'Music',
    type: 'track',
    durationMs: 5 * MINUTE,
    versions: [{ container: 'flac', streams: [audioStream('flac', 2, 920, 0)] }],
    more: { grandparentTitle: 'Kimiko Ishizaka', parentTitle: 'Open Goldberg Variations', index: 1, parentIndex: 1 },
  },
  {
    title: 'One Step Beyond',
    type: 'track',
    durationMs: 40_000,
    guid: 'library://6f0f3ac0/item/%2Flibrary%2Fmetadata%2F309%2Ftheme',
    versions: [{ container: 'mp3', streams: [audioStream('mp3', 2, 256, 0)] }],
  },
  {
    title: 'Harbour News',
    type: 'episode',
    durationMs: null,
    isLive: true,
    ratingKey: 'tv.plex.xmltv:episode/harbour-news-2000',
    key: '/livetv/sessions/4b1d6f52-2f0e-4c85-9a5a-3f1c6d6f0a11',
    guid: 'tv.plex.xmltv://episode/harbour-news-2000',
    versions: [
      {
        container: 'mpegts',
        streams: [
          { streamType: 1, codec: '*', index: 0, height: 1080, width: 1920 },
          { streamType: 2, codec: '*', index: 1, channels: 2 },
        ],
      },
    ],
    more: { grandparentTitle: 'Harbour News', parentTitle: 'Season 2026', index: 60, parentIndex: 2026 },
  },
  {
    title: 'Lighthouse at dusk',
    section: 'Photos',
    type: 'photo',
    durationMs: null,
    versions: [{ container: 'jpeg', streams: [] }],
    more: { year: 2024 },
  },
]
