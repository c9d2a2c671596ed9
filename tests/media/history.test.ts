import { expect, test } from 'vitest'
import { listOf } from '#protocol/list.ts'
import { Play } from '#protocol/play.ts'
import { pageSql } from '../../appliance/media/history/store.ts'
import { fillWithPlays } from '../bench/plays.ts'
import { hourMs, openPast, played } from './past.ts'

interface Page {
  items: Play[]
  next: string | null
}

const day = (n: number) => Date.parse('2026-06-01T20:00:00Z') + n * 24 * hourMs
const titles = ({ body }: { body: Page }) => body.items.map(({ title }) => title)

test('history tells of each play all that is known, newest first', async () => {
  const { ask, record } = openPast()
  record(played('2026-06-10T20:00:00Z', { title: 'Sintel' }), played('2026-06-11T20:00:00Z'))
  const { body } = await ask<Page>('/history')
  expect(titles({ body })).toEqual(['Metropolis', 'Sintel'])
  expect(listOf(Play).parse(body)).toEqual(body)
  expect(body.items[0]).toMatchObject({
    ...{ sourceId: 'jelly', source: 'Jelly', user: 'jonas', year: 1927, library: 'Films', watched: 0.5 },
    ...{ startedAt: '2026-06-11T20:00:00.000Z', endedAt: '2026-06-11T21:00:00.000Z', playedMs: hourMs },
    player: { name: 'Pixel 8', address: '192.168.1.20', location: 'lan' },
    stream: { decision: 'direct-play', bitrateKbps: 8000, source: { width: 1920 } },
  })
})

test('pages stay as they are while plays are added, and none is missing or there twice', async () => {
  const { ask, record } = openPast()
  record(...Array.from({ length: 25 }, (_, n) => played(day(Math.floor(n / 2)), { title: `Film ${n}` })))
  const seen: string[] = []
  let cursor = ''
  for (let page = 0; page < 3; page++) {
    const { body } = await ask<Page>(`/history?limit=10${cursor}`)
    seen.push(...titles({ body }))
    record(played(day(40 + page), { title: `Later ${page}` }))
    cursor = `&cursor=${body.next}`
    if (page === 2) expect(body.next).toBeNull()
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => `Film ${24 - n}`))
})

test('history is narrowed by source, viewer, kind, decision, time and words', async () => {
  const { ask, record } = openPast()
  record(
    played(day(1), { title: 'Sintel', user: 'lena' }),
    played(day(2), { sourceId: 'attic', source: 'Attic', title: 'Nosferatu' }),
    played(day(3), { title: 'Utopia', subtitle: 'S1 E2 · Chaos', mediaType: 'episode' }),
    played(day(4), { title: 'Alarm', stream: { decision: 'transcode', video: 'transcode' } }),
  )
  const found = async (query: string) => titles(await ask<Page>(`/history?${query}`))
  expect(await found('sourceId=attic')).toEqual(['Nosferatu'])
  expect(await found('viewer=LENA')).toEqual(['Sintel'])
  expect(await found('mediaType=episode')).toEqual(['Utopia'])
  expect(await found('decision=transcode')).toEqual(['Alarm'])
  expect(await found('mediaType=episode&decision=transcode')).toEqual([])
  expect(await found('from=2026-06-04T00:00:00Z&to=2026-06-05T00:00:00Z')).toEqual(['Utopia'])
  expect(await found('q=CHAOS')).toEqual(['Utopia'])
  expect(await found('q=len')).toEqual(['Sintel'])
  expect(await found('q=os&viewer=jonas')).toEqual(['Utopia', 'Nosferatu'])
  expect(await found('q="')).toEqual([])
  const [first] = (await ask<Page>('/history?viewer=lena')).body.items
  expect(await found(`viewer=${first?.viewerId}`)).toEqual(['Sintel'])
  expect((await ask('/history?colour=red')).status).toBe(400)
  expect((await ask('/history?cursor=nonsense')).status).toBe(400)
  expect((await ask('/history?limit=101')).status).toBe(400)
})

test('a word that is rare is found behind thousands of newer plays', async () => {
  const { ask, record, store, clock } = openPast()
  record(played('2020-01-01T20:00:00Z', { title: 'Lost world' }), played('2020-01-03T20:00:00Z', { title: 'Wor' }))
  store.db.transaction(() => {
    for (let n = 0; n < 5000; n++) {
      store.db
        .prepare(
          `INSERT INTO plays SELECT NULL, ?, ?, 60000, NULL, facet, viewer, (SELECT max(id) FROM play_items), library,
            device, stream, NULL, NULL, NULL FROM plays WHERE id = 1`,
        )
        .run(clock.now - n * 1000, clock.now)
    }
  })()
  expect(titles(await ask<Page>('/history?q=lost'))).toEqual(['Lost world'])
})

test('people see the plays of sources whose analytics they may see, and nobody else’s', async () => {
  const { ask, record } = openPast()
  record(played(day(1)), played(day(2), { sourceId: 'attic', source: 'Attic', title: 'Nosferatu' }))
  expect(titles(await ask<Page>('/history', 'support'))).toEqual(['Nosferatu', 'Metropolis'])
  expect(titles(await ask<Page>('/history', 'ofJelly'))).toEqual(['Metropolis'])
  expect(titles(await ask<Page>('/history?q=nosferatu', 'ofJelly'))).toEqual([])
  expect(titles(await ask<Page>('/history?viewer=jonas', 'ofJelly'))).toEqual(['Metropolis'])
  expect(titles(await ask<Page>('/history', 'ofNone'))).toEqual([])
  expect(titles(await ask<Page>('/history', 'viewer'))).toEqual([])
  expect(await ask('/history?sourceId=attic', 'ofJelly')).toMatchObject({ status: 403 })
})

test('the export is a file that no spreadsheet runs, narrowed as the list, and stands in the audit log', async () => {
  const { fetch, record, actions } = openPast()
  record(played(day(1), { title: '=HYPERLINK("x")' }), played(day(2), { title: 'One, two', user: 'lena' }))
  const answer = await fetch('/history/export')
  expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="belfry-history-2026-06-15.csv"')
  const [head, ...lines] = (await answer.text()).trimEnd().split('\r\n')
  expect(head?.split(',').slice(0, 3)).toEqual(['startedAt', 'endedAt', 'playedMs'])
  expect(lines[0]).toContain('lena,"One, two"')
  expect(lines[1]).toContain(`"'=HYPERLINK(""x"")"`)
  const narrowed = await fetch('/history/export?format=ndjson&viewer=lena')
  expect(
    (await narrowed.text())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).title),
  ).toEqual(['One, two'])
  expect(actions).toEqual(['history.export', 'history.export'])
})

test('no page wades through the table: each is read by an index, without sorting more than a page', () => {
  const { store } = openPast()
  const world = { servers: 2, viewers: 20, movies: 200, shows: 10, episodesEach: 10 }
  fillWithPlays(store.db, 2000, Date.parse('2026-06-15T12:00:00Z'), world)
  const none = { facets: null, viewers: null, before: null }
  const asked = {
    newest: none,
    next: { ...none, before: { startedAt: 1, id: 1 }, from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
    facets: { ...none, facets: [1, 2, 3] },
    viewer: { ...none, viewers: [1], facets: [1, 2] },
    words: { ...none, q: 'film' },
  }
  for (const [name, one] of Object.entries(asked)) {
    for (const deep of [false, true]) {
      const { sql, params } = pageSql(one, 10, deep)
      const plan = store.db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(params)
      const full = plan.filter(({ detail }) => /^SCAN (plays|i|v)$|^SCAN play_items/.test(detail))
      expect([name, deep, full]).toEqual([name, deep, []])
    }
  }
})
