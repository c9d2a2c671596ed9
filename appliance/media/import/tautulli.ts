import { z } from 'zod'
import type { Reads } from '../analytics/store.ts'
import type { PlayRecord } from '../plays/play.ts'
import type { Told } from './told.ts'

/** What is read, by the table that it stands in. Older files lack some of it, which then counts as not known. */
const wanted = {
  session_history: [
    ...['started', 'stopped', 'paused_counter', 'rating_key', 'user_id', 'user', 'ip_address', 'player', 'product'],
    ...['platform', 'machine_id', 'location', 'media_type'],
  ],
  session_history_metadata: [
    ...['title', 'parent_title', 'grandparent_title', 'media_index', 'parent_media_index', 'year', 'duration'],
    ...['section_id', 'live'],
  ],
  session_history_media_info: [
    ...['transcode_decision', 'video_decision', 'audio_decision', 'container', 'bitrate', 'width', 'height'],
    ...['video_width', 'video_height', 'video_codec', 'video_dynamic_range', 'transcode_hw_encoding'],
    ...['transcode_hw_decoding', 'stream_video_width', 'stream_video_height', 'stream_video_codec'],
  ],
} as const
type Table = keyof typeof wanted
const tables = Object.keys(wanted) as Table[]

const text = z
  .union([z.string(), z.number().transform(String)])
  .nullish()
  .catch(null)
const number = z.coerce.number().nullish().catch(null)
const Row = z.object({
  ...{ started: z.number().int().positive(), stopped: number, paused_counter: number, rating_key: text },
  ...{ user_id: text, user: text, ip_address: text, player: text, product: text, platform: text, machine_id: text },
  ...{ location: text, media_type: text, title: text, parent_title: text, grandparent_title: text },
  ...{ media_index: number, parent_media_index: number, year: number, duration: number, live: number },
  ...{ transcode_decision: text, video_decision: text, audio_decision: text, container: text, bitrate: number },
  ...{ width: number, height: number, video_width: number, video_height: number, video_codec: text },
  ...{ video_dynamic_range: text, transcode_hw_encoding: number, transcode_hw_decoding: number },
  ...{ stream_video_width: number, stream_video_height: number, stream_video_codec: text, library: text },
})
type Row = z.infer<typeof Row>

const mediaTypes: Record<string, PlayRecord['mediaType']> = {
  ...{ movie: 'movie', episode: 'episode', track: 'track', photo: 'photo' },
}
const ranges: Record<string, PlayRecord['stream']['source']['range']> = {
  ...{ SDR: 'SDR', HDR: 'HDR10', HDR10: 'HDR10', 'HDR10+': 'HDR10+', HLG: 'HLG', 'Dolby Vision': 'DV' },
}

const size = (value: number | null | undefined) => (value && value > 0 ? value : null)

const streamOf = (row: Row): PlayRecord['stream'] => {
  const [width, height] = [size(row.video_width ?? row.width), size(row.video_height ?? row.height)]
  const decisions: Record<string, PlayRecord['stream']['decision']> = {
    ...{ transcode: 'transcode', copy: 'direct-stream' },
  }
  const video = row.video_decision === 'transcode' ? 'transcode' : row.video_decision ? 'direct' : null
  const [encodes, decodes] = [row.transcode_hw_encoding === 1, row.transcode_hw_decoding === 1]
  const hardware = encodes ? (decodes ? 'full' : 'encode') : decodes ? 'decode' : 'none'
  return {
    decision: decisions[row.transcode_decision ?? row.video_decision ?? ''] ?? 'direct-play',
    video,
    audio: row.audio_decision === 'transcode' ? 'transcode' : row.audio_decision ? 'direct' : null,
    container: row.container || null,
    hardware: video === 'transcode' ? hardware : null,
    source: {
      ...{ width, height, codec: row.video_codec || null, range: ranges[row.video_dynamic_range ?? ''] ?? null },
      is4k: (width ?? 0) >= 3840 || (height ?? 0) >= 2000,
    },
    target:
      video === 'transcode'
        ? {
            ...{ width: size(row.stream_video_width), height: size(row.stream_video_height) },
            codec: row.stream_video_codec || null,
          }
        : null,
  }
}

const namesOf = (row: Row): { title: string; subtitle: string | null } => {
  const title = row.title || 'Untitled'
  const series = row.grandparent_title
  if (row.media_type === 'episode' && series) {
    const place = [row.parent_media_index, row.media_index].map((at, i) => (at == null ? '' : `${'SE'[i]}${at}`))
    return { title: series, subtitle: [place.filter(Boolean).join(' '), title].filter(Boolean).join(' · ') }
  }
  const by = row.media_type === 'track' ? [series, row.parent_title].filter(Boolean).join(' · ') : ''
  return { title, subtitle: by || null }
}

const placeOf = (location: string | null | undefined) =>
  location === 'lan' ? 'lan' : location === 'wan' || location === 'cellular' ? 'wan' : null

const playOf = (row: Row): Told => {
  const [startedAt, endedAt] = [row.started * 1000, (row.stopped ?? row.started) * 1000]
  const product = row.product || row.player || 'Unknown player'
  return {
    ...{ ...namesOf(row), startedAt, endedAt, playedMs: endedAt - startedAt - (row.paused_counter ?? 0) * 1000 },
    mediaType: row.live ? 'live' : (mediaTypes[row.media_type ?? ''] ?? 'other'),
    library: row.library || null,
    year: row.year ? Math.trunc(row.year) : null,
    user: row.user || 'Unknown',
    durationMs: row.duration && row.duration > 0 ? row.duration : null,
    player: {
      ...{ name: row.player || product, product, platform: row.platform || '' },
      ...{ address: row.ip_address || null, location: placeOf(row.location) },
    },
    ids: { viewer: row.user_id ?? null, item: row.rating_key ?? null, device: row.machine_id ?? null },
    stream: streamOf(row),
    bitrateKbps: size(row.bitrate),
  }
}

const columnsOf = async (file: Reads, table: string): Promise<Set<string>> => {
  const rows = await file.all<{ name: string }>('SELECT name FROM pragma_table_info(?)', [table])
  return new Set(rows.map(({ name }) => name))
}

/** Whether this is a file of that program. */
export const isTautulli = async (file: Reads): Promise<boolean> => {
  const found = await file.all<{ name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
  const names = new Set(found.map(({ name }) => name))
  return tables.every((table) => names.has(table))
}

export const countTautulli = async (file: Reads): Promise<number> => {
  const [row] = await file.all<{ n: number }>('SELECT count(*) AS n FROM session_history')
  return row?.n ?? 0
}

/** All that the file tells of, from the oldest on; null for a row that says too little. */
export async function* readTautulli(file: Reads): AsyncGenerator<Told | null, void, undefined> {
  const picked: string[] = []
  for (const table of tables) {
    const there = await columnsOf(file, table)
    for (const name of wanted[table]) picked.push(there.has(name) ? `${table}.${name} AS ${name}` : `NULL AS ${name}`)
  }
  const hasNames = (await columnsOf(file, 'library_sections')).has('section_name')
  const hasSection = picked.includes('session_history_metadata.section_id AS section_id')
  const library =
    hasNames && hasSection
      ? `(SELECT l.section_name FROM library_sections l
          WHERE l.section_id = session_history_metadata.section_id LIMIT 1)`
      : 'NULL'
  const sql = `SELECT ${picked.join(', ')}, ${library} AS library FROM session_history
    LEFT JOIN session_history_metadata ON session_history_metadata.id = session_history.id
    LEFT JOIN session_history_media_info ON session_history_media_info.id = session_history.id
    ORDER BY session_history.started, session_history.id`
  for await (const row of file.stream(sql)) {
    const { data } = Row.safeParse(row)
    yield data ? playOf(data) : null
  }
}
