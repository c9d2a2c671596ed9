import type { Database } from 'better-sqlite3'
import { fold, type PlayRecord } from './play.ts'

type Row = { id: number }

/** The rows of all that a play points to. */
export interface Refs {
  source: number
  facet: number
  viewer: number
  title: number
  item: number
  library: number | null
  client: number
  device: number
  stream: number
}

/** Finds the row of a key, or makes it; what is shown of it follows the newest play. */
const lookUp = (db: Database, table: string, key: readonly string[], shown: readonly string[]) => {
  const all = [...key, ...shown]
  const found = db.prepare<unknown[], Row & Record<string, unknown>>(
    `SELECT * FROM ${table} WHERE ${key.map((name) => `${name} = ?`).join(' AND ')}`,
  )
  const insert = db.prepare(`INSERT INTO ${table} (${all.join(', ')}) VALUES (${all.map(() => '?').join(', ')})`)
  const update =
    shown.length > 0
      ? db.prepare(`UPDATE ${table} SET ${shown.map((name) => `${name} = ?`).join(', ')} WHERE id = ?`)
      : null
  return (keys: unknown[], values: unknown[] = []): number => {
    const row = found.get(...keys)
    if (!row) return Number(insert.run(...keys, ...values).lastInsertRowid)
    if (update && shown.some((name, index) => row[name] !== values[index])) update.run(...values, row.id)
    return row.id
  }
}

const titleKey = ({ mediaType, title, year }: PlayRecord) => [
  mediaType,
  fold(title),
  mediaType === 'episode' ? 0 : (year ?? 0),
]

/**
 * A viewer who comes under another id has another name too, unless the server was set up anew or another program told
 * of them: names are given once on a server. Answers the key under which they are known.
 */
const createViewerKeys = (db: Database) => {
  const known = db.prepare<[number, string, string, string], { key: string }>(
    'SELECT key FROM play_viewers WHERE source = ? AND (key = ? OR fold = ?) ORDER BY key = ? DESC, id LIMIT 1',
  )
  return (source: number, { viewerKey, user }: PlayRecord): string =>
    known.get(source, viewerKey, fold(user), viewerKey)?.key ?? viewerKey
}

export const createNames = (db: Database) => {
  const source = lookUp(db, 'play_sources', ['source_id'], ['name'])
  const viewerKey = createViewerKeys(db)
  const viewer = lookUp(db, 'play_viewers', ['source', 'key'], ['name', 'fold'])
  const title = lookUp(db, 'play_titles', ['media_type', 'fold', 'year'], ['name'])
  const item = lookUp(db, 'play_items', ['source', 'key'], ['title', 'year', 'subtitle', 'fold'])
  const library = lookUp(db, 'play_libraries', ['fold'], ['name'])
  const client = lookUp(db, 'play_clients', ['fold'], ['name'])
  const device = lookUp(db, 'play_devices', ['source', 'key'], ['name', 'client', 'platform'])
  const stream = lookUp(db, 'play_streams', ['body'], [])
  const known = db.prepare<[string], Row>('SELECT id FROM play_sources WHERE source_id = ?')
  const viewers = db.prepare<[number, string], Row>('SELECT id FROM play_viewers WHERE source = ? AND key = ?')
  const facet = lookUp(db, 'play_facets', ['source', 'media_type', 'decision'], [])

  return {
    /** Of somebody who is known here already. */
    viewerOf: (play: PlayRecord): number | undefined => {
      const from = known.get(play.sourceId)?.id
      return from && viewers.get(from, viewerKey(from, play))?.id
    },
    facetOf: (from: number, mediaType: string, decision: string) => facet([from, mediaType, decision]),
    refsOf: (play: PlayRecord): Refs => {
      const { player } = play
      const from = source([play.sourceId], [play.source])
      const about = title(titleKey(play), [play.title])
      const words = fold(`${play.title}\n${play.subtitle ?? ''}`)
      const with_ = client([fold(player.product)], [player.product])
      return {
        source: from,
        title: about,
        client: with_,
        facet: facet([from, play.mediaType, play.stream.decision]),
        viewer: viewer([from, viewerKey(from, play)], [play.user, fold(play.user)]),
        item: item([from, play.itemKey], [about, play.year, play.subtitle, words]),
        library: play.library === null ? null : library([fold(play.library)], [play.library]),
        device: device([from, play.deviceKey], [player.name, with_, player.platform]),
        stream: stream([JSON.stringify(play.stream)]),
      }
    },
  }
}
export type Names = ReturnType<typeof createNames>
