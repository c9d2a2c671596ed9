import { expect, test } from 'vitest'
import { Activity, Ranking, ranges, Summary } from '#protocol/play.ts'
import { periodsOf } from '../../appliance/media/analytics/periods.ts'
import { rankingSql } from '../../appliance/media/analytics/store.ts'
import { dimensions } from '../../appliance/media/plays/store-sums.ts'
import { fillWithPlays, sumUp } from '../bench/plays.ts'
import { hourMs, openPast, played } from './past.ts'

const dayMs = 24 * hourMs
const transcoded = (video: 'direct' | 'transcode', hardware: 'full' | 'none' | null) =>
  ({ decision: 'transcode', video, audio: 'transcode', hardware }) as const

const names = ({ body }: { body: Ranking }) => body.items.map(({ name }) => name)

test('the most watched come first, by time or by plays', async () => {
  const { ask, record } = openPast()
  record(
    played('2026-06-14T10:00:00Z', { title: 'Long', playedMs: 2 * hourMs }),
    played('2026-06-14T14:00:00Z', { title: 'Short', playedMs: 600_000 }),
    played('2026-06-15T08:00:00Z', { title: 'Short', playedMs: 600_000 }),
    played('2026-06-14T18:00:00Z', { title: 'Utopia', subtitle: 'S1 E1', mediaType: 'episode', year: 2013 }),
    played('2026-06-14T20:00:00Z', { title: 'Utopia', subtitle: 'S1 E2', mediaType: 'episode', year: 2014 }),
  )
  expect(names(await ask('/analytics/movies?range=7d'))).toEqual(['Long', 'Short'])
  expect(names(await ask('/analytics/movies?range=7d&by=plays'))).toEqual(['Short', 'Long'])
  expect(names(await ask('/analytics/movies?range=7d&limit=1'))).toEqual(['Long'])
  const { body } = await ask<Ranking>('/analytics/shows')
  expect(Ranking.parse(body)).toEqual(body)
  expect(body.items).toMatchObject([{ name: 'Utopia', plays: 2, playedMs: 2 * hourMs, sourceIds: ['jelly'] }])
})

test('libraries and films of one name are one over all servers, viewers are not', async () => {
  const { ask, record } = openPast()
  record(
    played('2026-06-14T10:00:00Z'),
    played('2026-06-14T12:00:00Z', { sourceId: 'attic', source: 'Attic', library: 'FILMS ', title: 'metropolis' }),
    played('2026-06-14T16:00:00Z', { sourceId: 'attic', source: 'Attic', year: 2001 }),
  )
  const { body } = await ask<Ranking>('/analytics/libraries')
  expect(body.items).toMatchObject([{ plays: 3, playedMs: 3 * hourMs }])
  expect(body.items[0]?.sourceIds.sort()).toEqual(['attic', 'jelly'])
  const films = (await ask<Ranking>('/analytics/movies')).body.items
  expect(films.map(({ detail, plays }) => [detail, plays])).toEqual([
    ['1927', 2],
    ['2001', 1],
  ])
  expect((await ask<Ranking>('/analytics/users')).body.items).toHaveLength(2)
  expect((await ask<Ranking>('/analytics/clients')).body.items).toMatchObject([{ name: 'Jellyfin Android', plays: 3 }])
  expect((await ask<Ranking>('/analytics/libraries?sourceId=jelly')).body.items).toMatchObject([{ plays: 1 }])
})

test('the summary counts, rates, and compares with the range before', async () => {
  const { ask, record } = openPast()
  record(
    played('2026-06-14T10:00:00Z', { playedMs: 2 * hourMs }),
    played('2026-06-13T10:00:00Z', { user: 'lena', title: 'B', stream: transcoded('transcode', 'full') }),
    played('2026-06-12T10:00:00Z', { user: 'lena', title: 'C', stream: transcoded('transcode', 'none') }),
    played('2026-06-11T10:00:00Z', { user: 'lena', title: 'D', stream: transcoded('direct', null) }),
    played('2026-06-05T10:00:00Z', { title: 'E' }),
  )
  const { body } = await ask<Summary>('/analytics/summary?range=7d')
  expect(Summary.parse(body)).toEqual(body)
  expect(body).toMatchObject({
    ...{ sessions: 4, activeUsers: 2, watchMs: 5 * hourMs, completionRate: 0.25 },
    transcode: { hardware: 0.25, software: 0.25, audio: 0.25, total: 0.75 },
    before: { sessions: 1, activeUsers: 1, watchMs: hourMs, completionRate: 0, transcode: { total: 0 } },
  })
  const nothing = await ask<Summary>('/analytics/summary', 'ofNone')
  expect(nothing.body).toMatchObject({ sessions: 0, completionRate: null, transcode: null })
})

test('who may not see a source sees nothing of it', async () => {
  const { ask, record } = openPast()
  record(played('2026-06-14T10:00:00Z'), played('2026-06-14T10:00:00Z', { sourceId: 'attic', source: 'Attic' }))
  for (const path of ['users', 'movies', 'libraries', 'devices', 'clients']) {
    const of = async (who: string) => (await ask<Ranking>(`/analytics/${path}`, who)).body.items
    expect((await of('ofJelly')).flatMap(({ sourceIds }) => sourceIds)).toEqual(['jelly'])
    expect(await of('viewer')).toEqual([])
    expect(await ask(`/analytics/${path}?sourceId=attic`, 'ofJelly')).toMatchObject({ status: 403 })
  }
  expect((await ask<Summary>('/analytics/summary', 'ofJelly')).body.sessions).toBe(1)
  const { days } = (await ask<Activity>('/analytics/activity', 'ofJelly')).body
  expect(days.reduce((sum, { plays }) => sum + plays, 0)).toBe(1)
})

test('days, hours and weekdays are those of the site, with nothing left out', async () => {
  const { ask, record } = openPast({ timeZone: 'Asia/Kathmandu' })
  // 00:10 on Sunday the 14th, in a zone that is 5:45 ahead.
  record(played('2026-06-13T18:25:00Z'))
  const { body } = await ask<Activity>('/analytics/activity?range=7d')
  expect(Activity.parse(body)).toEqual(body)
  expect(body.days).toHaveLength(8)
  expect(body.days.filter(({ plays }) => plays > 0)).toEqual([{ day: '2026-06-14', plays: 1, playedMs: hourMs }])
  expect(body.hours.filter(({ plays }) => plays > 0)).toEqual([{ hour: 0, plays: 1, playedMs: hourMs }])
  expect(body.weekdays.filter(({ plays }) => plays > 0)).toEqual([{ weekday: 7, plays: 1, playedMs: hourMs }])
  expect(body.hours).toHaveLength(24)
})

test('on the days on which the clocks change every play is on its own day and hour', async () => {
  const spring = openPast({ now: '2026-03-30T12:00:00Z' })
  // 01:30 and 03:30 in Vienna: there was no 02:30.
  spring.record(played('2026-03-29T00:30:00Z', { title: 'A' }), played('2026-03-29T01:30:00Z', { title: 'B' }))
  const short = (await spring.ask<Activity>('/analytics/activity?range=7d')).body
  expect(short.days.filter(({ plays }) => plays > 0)).toMatchObject([{ day: '2026-03-29', plays: 2 }])
  expect(short.hours.filter(({ plays }) => plays > 0).map(({ hour }) => hour)).toEqual([1, 3])

  const autumn = openPast({ now: '2026-10-26T12:00:00Z' })
  // 02:30 twice, and 23:30 of a day that has 25 hours.
  autumn.record(
    played('2026-10-25T00:30:00Z', { title: 'A' }),
    played('2026-10-25T01:30:00Z', { title: 'B' }),
    played('2026-10-25T22:30:00Z', { title: 'C' }),
  )
  const long = (await autumn.ask<Activity>('/analytics/activity?range=7d')).body
  expect(long.days.filter(({ plays }) => plays > 0)).toMatchObject([{ day: '2026-10-25', plays: 3 }])
  expect(long.hours.filter(({ plays }) => plays > 0)).toMatchObject([
    { hour: 2, plays: 2 },
    { hour: 23, plays: 1 },
  ])
})

test('a span is whole months, whole days and its two ends, and nothing of it counts twice', () => {
  const at = (text: string) => Date.parse(text)
  const { periods, edges } = periodsOf({ from: at('2026-01-30T05:00:00Z'), to: at('2026-04-02T07:00:00Z') })
  expect(periods.filter((period) => period < 0)).toHaveLength(2)
  expect(periods.filter((period) => period > 0)).toEqual([
    at('2026-01-31T00:00:00Z') / dayMs,
    at('2026-04-01T00:00:00Z') / dayMs,
  ])
  expect(edges.map(({ from, to }) => to - from)).toEqual([19 * hourMs, 7 * hourMs])
  const short = periodsOf({ from: at('2026-01-30T05:00:00Z'), to: at('2026-01-30T07:00:00Z') })
  expect(short.periods).toEqual([])
  expect(short.edges.map(({ from, to }) => to - from)).toEqual([2 * hourMs, 0])
})

test('every range gives what counting the plays one by one gives', async () => {
  const now = '2026-06-15T12:34:56Z'
  const { ask, store } = openPast({ now })
  fillWithPlays(store.db, 6000, Date.parse(now), { servers: 2, viewers: 12, movies: 40, shows: 5, episodesEach: 6 })
  for (const range of ranges) {
    const days = { '24h': 1, '7d': 7, '30d': 30, '180d': 180, '365d': 365 }[range]
    const [from, to] = [Date.parse(now) - days * dayMs, Date.parse(now)]
    const one = store.db
      .prepare<unknown[], { sessions: number; watchMs: number; activeUsers: number }>(
        `SELECT count(*) AS sessions, coalesce(sum(played_ms), 0) AS watchMs, count(DISTINCT viewer) AS activeUsers
          FROM plays WHERE started_at BETWEEN ? AND ?`,
      )
      .get(from, to)
    expect((await ask<Summary>(`/analytics/summary?range=${range}`)).body).toMatchObject({ ...one })
    const films = store.db
      .prepare(
        `SELECT t.name, count(*) AS plays, sum(p.played_ms) AS playedMs FROM plays p
          JOIN play_items i ON i.id = p.item JOIN play_titles t ON t.id = i.title
          WHERE t.media_type = 'movie' AND p.started_at BETWEEN ? AND ? GROUP BY t.id ORDER BY 3 DESC, 2 DESC, t.id LIMIT 10`,
      )
      .all(from, to)
    const { items } = (await ask<Ranking>(`/analytics/movies?range=${range}`)).body
    expect(items.map(({ name, plays, playedMs }) => ({ name, plays, playedMs }))).toEqual(films)
  }
})

test('sums that were kept play by play are those of counting them anew', () => {
  const { store, record } = openPast()
  const kinds = [transcoded('transcode', 'full'), transcoded('transcode', 'none'), transcoded('direct', null), {}]
  for (let n = 0; n < 200; n++) {
    const at = Date.parse('2026-02-01T00:00:00Z') + n * 9 * hourMs
    const changes = { title: `Film ${n % 9}`, user: `v${n % 4}`, playedMs: (n % 5) * 1_700_000 + 60_000 }
    const sent = kinds[n % 4] ?? {}
    record(played(at, { ...changes, stream: sent, mediaType: n % 3 ? 'movie' : 'episode' }))
    // The second part of it, which becomes one with the first.
    if (n % 6 === 0) {
      const goesOn = at + changes.playedMs + 60_000
      record(played(goesOn, { ...changes, stream: kinds[(n + 1) % 4] ?? {}, mediaType: n % 3 ? 'movie' : 'episode' }))
    }
  }
  const sums = () => [
    store.db.prepare('SELECT * FROM play_sums ORDER BY 1, 2, 3, 4').all(),
    store.db.prepare('SELECT * FROM play_quarters ORDER BY 1, 2').all(),
  ]
  const kept = sums()
  expect(store.db.prepare('SELECT count(*) AS n FROM plays').get()).toEqual({ n: 200 })
  sumUp(store.db)
  expect(kept).toEqual(sums())
})

test('lists are read from the sums and from the plays at both ends, by their indexes', () => {
  const { store } = openPast()
  const params = { periods: '[]', sources: '[]', from1: 0, to1: 0, from2: 0, to2: 0, limit: 10 }
  for (const dimension of Object.keys(dimensions)) {
    if (dimension === 'all') continue
    const sql = rankingSql(dimension as 'viewer', 'time')
    const plan = store.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(params)
    const reads = plan.map(({ detail }) => detail).filter((detail) => /\b(p|play_sums)\b/.test(detail))
    expect(reads.every((detail) => detail.startsWith('SEARCH'))).toBe(true)
    expect(reads.length).toBeGreaterThanOrEqual(3)
  }
})
