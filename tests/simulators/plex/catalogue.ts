import { ITEMS } from './items.ts'
import type { Scalar } from './node.ts'
import type { Stream } from './streams.ts'

export interface Section {
  key: number
  type: 'movie' | 'show' | 'artist' | 'photo'
  title: string
  agent: string
  uuid: string
}

/** One file of an item. */
export interface Version {
  id: number
  container: string
  streams: Stream[]
}

export interface Item {
  ratingKey: string
  key: string
  guid: string
  title: string
  type: 'movie' | 'episode' | 'track' | 'photo' | 'clip'
  section: Section | null
  durationMs: number | null
  versions: Version[]
  addedAt: number
  /** A broadcast: it has no place in a library, and nobody knows its codecs. */
  isLive: boolean
  /** Further fields of the wire, such as grandparentTitle or year. */
  more: Record<string, Scalar>
}

export interface ItemSpec {
  title: string
  section?: string
  type?: Item['type']
  durationMs?: number | null
  versions?: Omit<Version, 'id'>[]
  ratingKey?: string
  key?: string
  guid?: string
  isLive?: boolean
  more?: Record<string, Scalar>
}

export interface Catalogue {
  sections(): Section[]
  items(): Item[]
  add(spec: ItemSpec): Item
  remove(title: string): void
  item(ratingKey: string): Item | null
  /** By its name; throws when there is none, since then the test is wrong. */
  titled(title: string): Item
}

const SECTIONS: Omit<Section, 'uuid'>[] = [
  { key: 1, type: 'movie', title: 'Films', agent: 'tv.plex.agents.movie' },
  { key: 2, type: 'show', title: 'Shows', agent: 'tv.plex.agents.series' },
  { key: 5, type: 'artist', title: 'Music', agent: 'tv.plex.agents.music' },
  { key: 7, type: 'photo', title: 'Photos', agent: 'com.plexapp.agents.none' },
]

const FIRST_KEY = 300

export function createCatalogue(now: () => number, uuid: () => string): Catalogue {
  const sections = SECTIONS.map((section) => ({ ...section, uuid: uuid() }))
  const items: Item[] = []
  let nextKey = FIRST_KEY
  let nextVersion = 1
  const catalogue: Catalogue = {
    sections: () => sections,
    items: () => items,
    item: (ratingKey) => items.find((item) => item.ratingKey === ratingKey && !item.isLive) ?? null,
    titled(title) {
      const item = items.find((candidate) => candidate.title === title)
      if (item === undefined) throw new Error(`the catalogue has no ${title}`)
      return item
    },
    add(spec) {
      nextKey += 1
      const versions = (spec.versions ?? []).map((version) => ({ ...version, id: nextVersion++ }))
      const section = sections.find(({ title }) => title === spec.section) ?? null
      const item = itemOf(spec, section, versions, String(nextKey), Math.floor(now() / 1000))
      items.push(item)
      return item
    },
    remove(title) {
      items.splice(items.indexOf(catalogue.titled(title)), 1)
    },
  }
  for (const spec of ITEMS) catalogue.add(spec)
  return catalogue
}

function itemOf(spec: ItemSpec, section: Section | null, versions: Version[], key: string, addedAt: number): Item {
  const ratingKey = spec.ratingKey ?? key
  const type = spec.type ?? 'movie'
  return {
    ratingKey,
    key: spec.key ?? `/library/metadata/${ratingKey}`,
    guid: spec.guid ?? `plex://${type}/${Number(key).toString(16).padStart(24, '5')}`,
    title: spec.title,
    type,
    section,
    durationMs: spec.durationMs === undefined ? 90 * 60_000 : spec.durationMs,
    versions,
    addedAt,
    isLive: spec.isLive ?? false,
    more: spec.more ?? {},
  }
}
