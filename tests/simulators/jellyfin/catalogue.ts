import { idOf } from './ids.ts'
import { audioStream, type Stream, subtitleStream, videoStream } from './streams.ts'

export interface Library {
  id: string
  name: string
  collectionType: 'movies' | 'tvshows' | 'music' | 'homevideos' | null
  locations: string[]
}

export interface Item {
  id: string
  name: string
  type: 'Movie' | 'Episode' | 'Audio' | 'TvChannel' | 'Photo' | 'Video'
  mediaType: 'Video' | 'Audio' | 'Photo'
  libraryId: string | null
  runtimeMs: number | null
  container: string | null
  year: number | null
  streams: Stream[]
  /** Further fields of the wire, such as SeriesName or Artists. */
  more: Record<string, unknown>
}

export interface Catalogue {
  libraries(): Library[]
  items(): Item[]
  add(item: ItemSpec): Item
  item(id: string): Item | null
  /** By its name; throws when there is none, since then the test is wrong. */
  titled(name: string): Item
}

export type ItemSpec = Partial<Omit<Item, 'id' | 'libraryId'>> & { name: string; library?: string }

const MINUTE = 60_000

/** `idFor` makes the id that a text stands for. */
export function createCatalogue(seed: number, idFor: (text: string) => string = idOf): Catalogue {
  const libraries = LIBRARIES.map((library) => ({ ...library, id: idFor(`library ${seed} ${library.name}`) }))
  const items: Item[] = []
  const catalogue: Catalogue = {
    libraries: () => libraries,
    items: () => items,
    item: (id) => items.find((item) => item.id === id) ?? null,
    titled(name) {
      const item = items.find((candidate) => candidate.name === name)
      if (item === undefined) throw new Error(`the catalogue has no ${name}`)
      return item
    },
    add({ library, ...spec }) {
      const libraryId = libraries.find((candidate) => candidate.name === library)?.id ?? null
      const item = { ...PLAIN, ...spec, libraryId, id: idFor(`item ${seed} ${items.length} ${spec.name}`) }
      items.push(item)
      return item
    },
  }
  for (const spec of ITEMS) catalogue.add(spec)
  return catalogue
}

const PLAIN: Omit<Item, 'id' | 'name' | 'libraryId'> = {
  type: 'Movie',
  mediaType: 'Video',
  runtimeMs: 90 * MINUTE,
  container: 'mkv',
  year: null,
  streams: [videoStream({ width: 1920, height: 1080, codec: 'h264' }), audioStream()],
  more: {},
}

const LIBRARIES: Omit<Library, 'id'>[] = [
  { name: 'Films', collectionType: 'movies', locations: ['/media/films'] },
  { name: 'Shows', collectionType: 'tvshows', locations: ['/media/shows'] },
  { name: 'Music', collectionType: 'music', locations: ['/media/music'] },
  { name: 'Photos', collectionType: 'homevideos', locations: ['/media/photos'] },
]

const SURROUND = audioStream({ codec: 'truehd', channels: 8, bitRate: 4_200_000 })
const uhd = { width: 3840, height: 2160, bitRate: 58_000_000 }

const ITEMS: ItemSpec[] = [
  {
    name: 'Metropolis',
    library: 'Films',
    year: 1927,
    runtimeMs: 153 * MINUTE,
    streams: [
      videoStream({ width: 1440, height: 1080, codec: 'h264', bitRate: 9_500_000 }),
      audioStream(),
      subtitleStream(),
    ],
  },
  { name: 'A Trip to the Moon', library: 'Films', year: 1902, runtimeMs: 15 * MINUTE, container: 'mp4' },
  { name: 'Nosferatu', library: 'Films', year: 1922, runtimeMs: 94 * MINUTE },
  { name: 'The General', library: 'Films', year: 1926, runtimeMs: 78 * MINUTE },
  {
    name: 'Tears of Steel',
    library: 'Films',
    year: 2012,
    runtimeMs: 12 * MINUTE,
    streams: [
      videoStream({ ...uhd, height: 1600, bitRate: 40_000_000, bitDepth: 10 }),
      audioStream({ codec: 'eac3', channels: 6 }),
    ],
  },
  {
    name: 'Sintel',
    library: 'Films',
    year: 2010,
    runtimeMs: 15 * MINUTE,
    streams: [videoStream({ ...uhd, range: 'HDR10' }), SURROUND, subtitleStream('pgssub')],
  },
  {
    name: 'Cosmos Laundromat',
    library: 'Films',
    year: 2015,
    runtimeMs: 12 * MINUTE,
    streams: [videoStream({ ...uhd, range: 'DOVIWithHDR10', bitRate: 72_000_000 }), SURROUND],
  },
  {
    name: 'The Pilot',
    library: 'Shows',
    type: 'Episode',
    year: 1951,
    runtimeMs: 26 * MINUTE,
    more: { SeriesName: 'One Step Beyond', SeasonName: 'Season 1', ParentIndexNumber: 1, IndexNumber: 3 },
  },
  {
    name: 'Goldberg Variations: Aria',
    library: 'Music',
    type: 'Audio',
    mediaType: 'Audio',
    year: 2012,
    runtimeMs: 5 * MINUTE,
    container: 'flac',
    streams: [audioStream({ codec: 'flac', bitRate: 920_000, index: 0 })],
    more: {
      Album: 'Open Goldberg Variations',
      Artists: ['Kimiko Ishizaka'],
      AlbumArtist: 'Kimiko Ishizaka',
      IndexNumber: 1,
    },
  },
  {
    name: 'Harbour News',
    type: 'TvChannel',
    runtimeMs: null,
    container: 'ts',
    streams: [videoStream({ width: 1920, height: 1080, codec: 'h264', frameRate: 25 }), audioStream({ codec: 'ac3' })],
    more: { ChannelName: 'Harbour News', ChannelNumber: '7', ChannelType: 'TV' },
  },
  {
    name: 'Lighthouse at dusk',
    library: 'Photos',
    type: 'Photo',
    mediaType: 'Photo',
    runtimeMs: null,
    container: 'jpg',
    streams: [],
  },
]
