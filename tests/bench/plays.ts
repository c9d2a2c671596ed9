import type { Database } from 'better-sqlite3'
import { fold } from '../../appliance/media/plays/play.ts'
import { dimensions } from '../../appliance/media/plays/store-sums.ts'

const yearMs = 365 * 24 * 3600_000

/** The same sequence for the same seed. */
const createDice = (seed: number) => {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    next,
    upTo: (count: number) => Math.floor(next() * count),
    /** Few are much liked, most are not. */
    liked: (count: number) => Math.floor(count * next() ** 3),
  }
}

const stream = (index: number) => {
  const decision = (['direct-play', 'direct-play', 'direct-stream', 'transcode'] as const)[index % 4]
  const video = decision === 'transcode' && index % 3 !== 0 ? 'transcode' : 'direct'
  const [width, height] = index % 5 === 0 ? [3840, 1600 + index] : [1920, 800 + index]
  return {
    decision,
    body: JSON.stringify({
      ...{ decision, video, audio: decision === 'transcode' ? 'transcode' : 'direct', container: 'mkv' },
      hardware: video === 'transcode' ? (index % 2 ? 'full' : 'none') : null,
      source: { width, height, codec: 'hevc', range: 'SDR', is4k: width >= 3840 },
      target: video === 'transcode' ? { width: 1280, height: 720, codec: 'h264' } : null,
    }),
  }
}

export interface World {
  servers: number
  viewers: number
  movies: number
  shows: number
  episodesEach: number
}
export const largeWorld: World = { servers: 6, viewers: 200, movies: 4000, shows: 600, episodesEach: 40 }

const libraryNames = ['Films', 'Series', 'Documentaries', 'Kids']
const devicesEach = 3
const streamCount = 240

/** The names that plays point to. Numbers are given so that a play can point without looking up. */
const fillNames = (db: Database, world: World) => {
  const run = (sql: string) => {
    const statement = db.prepare(sql)
    return (...values: unknown[]) => void statement.run(...values)
  }
  const source = run('INSERT INTO play_sources VALUES (?, ?, ?)')
  const viewer = run('INSERT INTO play_viewers VALUES (?, ?, ?, ?, ?)')
  const title = run('INSERT INTO play_titles VALUES (?, ?, ?, ?, ?)')
  const item = run('INSERT INTO play_items VALUES (?, ?, ?, ?, ?, ?, ?)')
  const device = run('INSERT INTO play_devices VALUES (?, ?, ?, ?, ?, ?)')
  for (let s = 1; s <= world.servers; s++) source(s, `server-${s}`, `Server ${s}`)
  for (let v = 1; v <= world.viewers; v++) viewer(v, (v % world.servers) + 1, `v${v}`, `Viewer ${v}`, `viewer ${v}`)
  libraryNames.forEach(
    (name, index) => void db.prepare('INSERT INTO play_libraries VALUES (?, ?, ?)').run(index + 1, fold(name), name),
  )
  for (let c = 1; c <= 12; c++)
    db.prepare('INSERT INTO play_clients VALUES (?, ?, ?)').run(c, `client ${c}`, `Client ${c}`)
  for (let d = 1; d <= world.viewers * devicesEach; d++) {
    device(d, (Math.ceil(d / devicesEach) % world.servers) + 1, `d${d}`, `Device ${d}`, (d % 12) + 1, 'Android')
  }
  for (let m = 1; m <= world.movies; m++) title(m, 'movie', `film ${m}`, 1980 + (m % 45), `Film ${m}`)
  for (let t = 1; t <= world.shows; t++) title(world.movies + t, 'episode', `show ${t}`, 0, `Show ${t}`)
  const items = world.movies + world.shows * world.episodesEach
  for (let s = 0; s < world.servers; s++) {
    for (let i = 0; i < items; i++) {
      const movie = i < world.movies
      const show = Math.floor((i - world.movies) / world.episodesEach)
      const [about, words] = movie ? [i + 1, `film ${i + 1}`] : [world.movies + show + 1, `show ${show + 1}\ne${i}`]
      item(s * items + i + 1, s + 1, `i${i}`, about, movie ? 1980 : null, movie ? null : `E${i}`, words)
    }
  }
  for (let k = 1; k <= streamCount; k++) db.prepare('INSERT INTO play_streams VALUES (?, ?)').run(k, stream(k).body)
  let facet = 0
  for (let s = 1; s <= world.servers; s++) {
    for (const type of ['movie', 'episode']) {
      for (const decision of ['direct-play', 'direct-stream', 'transcode']) {
        db.prepare('INSERT INTO play_facets VALUES (?, ?, ?, ?)').run(++facet, s, type, decision)
      }
    }
  }
  return { items }
}

const decisions = ['direct-play', 'direct-stream', 'transcode']

const fillPlays = (db: Database, world: World, items: number, count: number, now: number) => {
  const dice = createDice(7)
  const insert = db.prepare(`INSERT INTO plays (started_at, ended_at, played_ms, duration_ms, facet, viewer, item,
    library, device, stream, bitrate_kbps, location, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const step = (3 * yearMs) / count
  for (let n = 0; n < count; n++) {
    const at = Math.round(now - 3 * yearMs + n * step + dice.next() * step)
    const viewer = dice.liked(world.viewers) + 1
    const server = viewer % world.servers
    const isMovie = dice.next() < 0.35
    const which = isMovie
      ? dice.liked(world.movies)
      : world.movies + dice.liked(world.shows) * world.episodesEach + dice.upTo(world.episodesEach)
    const durationMs = (isMovie ? 80 + (which % 70) : 20 + (which % 40)) * 60_000
    const playedMs = Math.round(durationMs * Math.min(1, 0.1 + dice.next() * 1.2))
    const sent = dice.upTo(streamCount) + 1
    const facet = server * 6 + (isMovie ? 0 : 3) + decisions.indexOf(stream(sent).decision ?? '') + 1
    const device = (viewer - 1) * devicesEach + dice.upTo(devicesEach) + 1
    const library = isMovie ? (which % 7 === 0 ? 3 : 1) : which % 9 === 0 ? 4 : 2
    insert.run(
      ...[at, at + playedMs, playedMs, durationMs, facet, viewer, server * items + which + 1, library, device, sent],
      ...[8000, 'lan', '192.168.1.20'],
    )
  }
}

const month = `-(CAST(strftime('%Y', p.started_at / 1000, 'unixepoch') AS INTEGER) * 12
  + CAST(strftime('%m', p.started_at / 1000, 'unixepoch') AS INTEGER) - 1)`
const refs: Record<Exclude<keyof typeof dimensions, 'all'>, [ref: string, where: string]> = {
  viewer: ['p.viewer', '1'],
  movie: ['i.title', `f.media_type = 'movie'`],
  show: ['i.title', `f.media_type = 'episode'`],
  library: ['p.library', 'p.library IS NOT NULL'],
  device: ['p.device', '1'],
  client: ['d.client', '1'],
}

/** All sums anew from the plays themselves: what was kept play by play must be the same. */
export const sumUp = (db: Database): void => {
  db.exec('DELETE FROM play_sums; DELETE FROM play_quarters')
  db.exec(`CREATE TEMP TABLE facts AS SELECT p.id, ${month} AS month, p.started_at / 86400000 AS day, f.source,
      f.media_type, p.played_ms, p.viewer, i.title, p.library, p.device, d.client,
      CASE WHEN f.media_type IN ('movie', 'episode', 'track') AND p.duration_ms > 0 THEN 1 ELSE 0 END AS sized,
      p.played_ms >= p.duration_ms * 0.85 AS most,
      st.body ->> 'decision' = 'transcode' AND coalesce(st.body ->> 'video', '') = 'transcode' AS video,
      st.body ->> 'decision' = 'transcode' AND coalesce(st.body ->> 'audio', '') = 'transcode' AS audio,
      coalesce(st.body ->> 'hardware', 'none') NOT IN ('none', 'decode') AS hardware
    FROM plays p JOIN play_facets f ON f.id = p.facet JOIN play_items i ON i.id = p.item
    JOIN play_devices d ON d.id = p.device JOIN play_streams st ON st.id = p.stream`)
  for (const [name, [ref, where]] of Object.entries({ all: ['0', '1'], ...refs })) {
    for (const period of ['day', 'month']) {
      db.exec(`INSERT INTO play_sums SELECT ${period}, ${dimensions[name as keyof typeof dimensions]}, source,
          ${ref.replace(/^\w\./, '')}, count(*), sum(played_ms), sum(sized), sum(sized AND most),
          sum(video AND hardware), sum(video AND NOT hardware), sum(audio AND NOT video)
        FROM facts WHERE ${where.replace(/\b\w\./g, '')} GROUP BY 1, 3, 4`)
    }
  }
  db.exec(`INSERT INTO play_quarters SELECT p.started_at / 900000, f.source, count(*), sum(p.played_ms)
    FROM plays p JOIN play_facets f ON f.id = p.facet GROUP BY 1, 2`)
  db.exec('DROP TABLE facts')
}

/** Makes that many plays over the three years before `now`, spread as people do. */
export const fillWithPlays = (db: Database, count: number, now: number, world: World = largeWorld): void => {
  db.transaction(() => {
    const { items } = fillNames(db, world)
    fillPlays(db, world, items, count, now)
    sumUp(db)
  }).immediate()
  db.pragma('optimize')
  db.pragma('wal_checkpoint(TRUNCATE)')
}
