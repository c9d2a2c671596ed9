import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ObservedSession } from '../../appliance/media/ports.ts'
import { memoryDatabase } from '../store/memory.ts'
import { observed, start } from './harness.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

interface Row {
  started_at: number
  ended_at: number
  played_ms: number
  bitrate_kbps: number | null
}

const minute = 60_000

const setup = (overrides: Parameters<typeof start>[0] = {}) => {
  const running = start(overrides)
  const { clock, db, media } = running
  clock.steady = 5000
  const pass = (ms: number) => {
    clock.now += ms
    clock.steady = (clock.steady ?? 0) + ms
    vi.advanceTimersByTime(ms)
  }
  const see = (...sessions: ObservedSession[]) => media.observe('jelly', 'jellyfin', sessions)
  /** Observed once a minute, as when nothing changes. */
  const play = (minutes: number, session: () => ObservedSession = () => observed('a')) => {
    see(session())
    for (let i = 0; i < minutes; i++) {
      pass(minute)
      see(session())
    }
  }
  const end = () => {
    see()
    see()
  }
  const plays = () => db.prepare<[], Row>('SELECT * FROM plays ORDER BY id').all()
  return { ...running, pass, see, play, end, plays }
}

const sumsOf = (running: ReturnType<typeof setup>) =>
  running.db
    .prepare<[], { plays: number; played_ms: number }>(
      'SELECT plays, played_ms FROM play_sums WHERE period >= 0 AND dimension = 0',
    )
    .get()

test('what counts is the time on the wall, wherever the playhead is', () => {
  const { play, see, pass, end, plays, clock } = setup()
  const from = clock.now
  play(10)
  see(observed('a', { positionMs: 600_000 }))
  pass(minute)
  see(observed('a', { positionMs: 100 }))
  end()
  expect(plays()).toMatchObject([{ started_at: from, ended_at: from + 11 * minute, played_ms: 11 * minute }])
})

test('pauses and buffering do not count', () => {
  const { play, see, pass, end, plays } = setup()
  play(2)
  see(observed('a', { state: 'paused' }))
  pass(minute)
  see(observed('a', { state: 'buffering' }))
  pass(minute)
  see(observed('a'))
  pass(minute)
  end()
  expect(plays()).toMatchObject([{ played_ms: 3 * minute }])
})

test('the bitrate is the mean over time, and the way of sending the one that was used longest', () => {
  const { play, end, plays, db } = setup()
  play(3)
  play(1, () => observed('a', { stream: { decision: 'transcode', video: 'transcode', bitrateKbps: 4000 } }))
  end()
  expect(plays()).toMatchObject([{ bitrate_kbps: 7000 }])
  const body = db.prepare<[], { body: string }>('SELECT body FROM play_streams s JOIN plays p ON p.stream = s.id').get()
  expect(JSON.parse(body?.body ?? '')).toMatchObject({ decision: 'direct-play' })
})

test('less than ten seconds are not written down', () => {
  const { see, pass, end, plays } = setup()
  see(observed('a'))
  pass(9000)
  end()
  expect(plays()).toEqual([])
  see(observed('a'))
  pass(10_000)
  end()
  expect(plays()).toHaveLength(1)
})

test('a play ends fifteen seconds after it was seen last, without another look', () => {
  const { play, see, pass, plays } = setup()
  play(1)
  see()
  pass(14_000)
  expect(plays()).toEqual([])
  pass(1000)
  expect(plays()).toMatchObject([{ played_ms: minute }])
})

test('one that is missing once and comes back is one play, without the time in between', () => {
  const { play, see, pass, end, plays } = setup()
  play(1)
  see()
  pass(5000)
  play(1)
  end()
  expect(plays()).toMatchObject([{ played_ms: 2 * minute }])
})

test('who goes on within half an hour with the same on the same device plays on', () => {
  const running = setup()
  const { play, pass, end, plays } = running
  play(20)
  end()
  pass(29 * minute)
  play(30, () => observed('b'))
  end()
  expect(plays()).toMatchObject([{ played_ms: 50 * minute }])
  expect(sumsOf(running)).toEqual({ plays: 1, played_ms: 50 * minute })
})

test('after half an hour, on another device, as somebody else or with another film it is a new play', () => {
  const running = setup()
  const { play, pass, end, plays } = running
  play(1)
  end()
  pass(31 * minute)
  play(1)
  end()
  play(1, () => observed('b', { player: { name: 'Living room' } }))
  end()
  play(1, () => observed('c', { user: 'lena' }))
  end()
  play(1, () => observed('d', { title: 'Sintel' }))
  end()
  expect(plays()).toHaveLength(5)
  expect(sumsOf(running)).toEqual({ plays: 5, played_ms: 5 * minute })
})

test('two things that have one name are told apart by the server’s own ids', () => {
  const { play, end, plays } = setup()
  play(1, () => observed('a', { ids: { item: '1' } }))
  end()
  play(1, () => observed('b', { ids: { item: '2' } }))
  end()
  expect(plays()).toHaveLength(2)
})

test('somebody who comes back under another id of the server is the same viewer', () => {
  const { play, pass, end, db } = setup()
  play(1, () => observed('a', { ids: { viewer: '1' } }))
  end()
  pass(60 * minute)
  play(1, () => observed('b', { ids: { viewer: '700' } }))
  end()
  expect(db.prepare('SELECT count(*) AS n FROM play_viewers').get()).toEqual({ n: 1 })
  play(1, () => observed('c', { user: 'Lena', ids: { viewer: '2' } }))
  end()
  pass(60 * minute)
  play(1, () => observed('d', { user: 'Lena M.', ids: { viewer: '2' } }))
  end()
  expect(db.prepare('SELECT name FROM play_viewers ORDER BY id').all()).toEqual([
    { name: 'jonas' },
    { name: 'Lena M.' },
  ])
})

test('a session that plays the next episode under the same key is a new play', () => {
  const { play, end, plays } = setup()
  play(2, () => observed('a', { ids: { item: '1' } }))
  play(3, () => observed('a', { ids: { item: '2' } }))
  end()
  expect(plays().map(({ played_ms }) => played_ms)).toEqual([2 * minute, 3 * minute])
})

test('what happens while the source is away does not count', () => {
  const { media, play, pass, end, plays } = setup()
  play(2)
  media.sourceState('jelly', 'unreachable')
  pass(10 * minute)
  media.sourceState('jelly', 'ok')
  play(1)
  end()
  expect(plays()).toMatchObject([{ played_ms: 3 * minute }])
})

test('a source that stays away ends its plays at what was seen of them last', () => {
  const { media, play, pass, plays, clock } = setup()
  const from = clock.now
  play(2)
  media.sourceState('jelly', 'unreachable')
  pass(31 * minute)
  expect(plays()).toMatchObject([{ played_ms: 2 * minute, ended_at: from + 2 * minute }])
})

test('a source that is switched off or removed ends its plays at once', () => {
  const { media, play, plays } = setup()
  play(2)
  media.sourceState('jelly', 'disabled')
  play(1, () => observed('b', { title: 'Sintel' }))
  media.forget('jelly')
  expect(plays()).toHaveLength(2)
})

test('a clock that is set while something plays changes nothing of how long it played', () => {
  const { clock, play, end, plays } = setup()
  play(5)
  clock.now += 3 * 3600_000
  play(5)
  clock.now -= 5 * 3600_000
  play(5)
  end()
  const [row] = plays()
  expect(row?.played_ms).toBe(15 * minute)
  expect((row?.ended_at ?? 0) - (row?.started_at ?? 0)).toBeGreaterThanOrEqual(15 * minute)
})

test('a play that began before the box had found the time is dated by the right clock', () => {
  const { clock, play, end, plays } = setup()
  const right = clock.now
  clock.now = Date.UTC(1970, 0, 1)
  play(2)
  clock.now = right + 2 * minute
  play(1)
  end()
  expect(plays()).toMatchObject([{ started_at: right, played_ms: 3 * minute }])
})

test('a box that was suspended counts nothing of it', () => {
  const { clock, play, end, plays } = setup()
  play(2)
  clock.now += 8 * 3600_000
  play(1)
  end()
  expect(plays()).toMatchObject([{ played_ms: 3 * minute }])
})

test('a gap without any look counts nothing', () => {
  const { pass, see, play, end, plays } = setup()
  play(2)
  pass(30 * minute)
  see(observed('a'))
  end()
  expect(plays()).toMatchObject([{ played_ms: 2 * minute }])
})

test('what was going on when the power went is written down at the next start, less five minutes at most', () => {
  const db = memoryDatabase()
  const first = setup({ db })
  first.play(14)
  const next = setup({ db })
  next.media.start()
  const [row] = next.plays()
  expect(row?.played_ms).toBeGreaterThanOrEqual(9 * minute)
  expect(row?.played_ms).toBeLessThanOrEqual(14 * minute)
  next.clock.now = first.clock.now + minute
  next.play(5)
  next.end()
  expect(next.plays()).toMatchObject([{ played_ms: (row?.played_ms ?? 0) + 5 * minute }])
  expect(db.prepare('SELECT * FROM plays_running').all()).toEqual([])
})

test('an ordinary stop loses nothing of what plays', () => {
  const db = memoryDatabase()
  const first = setup({ db })
  first.play(3)
  first.pass(30_000)
  first.media.stop()
  const next = setup({ db })
  next.media.start()
  expect(next.plays()).toMatchObject([{ played_ms: 3.5 * minute }])
})

test('somebody who pauses all the time is written down twice a minute at most', () => {
  const { see, pass, db } = setup()
  const written = () => db.prepare<[], { n: number }>('SELECT total_changes() AS n').get()?.n ?? 0
  see(observed('a'))
  pass(20_000)
  see(observed('a'))
  const before = written()
  for (let i = 0; i < 60; i++) {
    pass(1000)
    see(observed('a', { state: i % 2 ? 'playing' : 'paused' }))
  }
  expect(written() - before).toBeLessThanOrEqual(2)
})

test('the sums of days and months are those of the plays, also of merged and pruned ones', () => {
  const running = setup()
  const { play, pass, end, db, media } = running
  for (let i = 0; i < 30; i++) {
    play(3, () =>
      observed(`s${i}`, { title: `Film ${i % 4}`, user: `viewer ${i % 3}`, library: i % 5 ? 'Films' : null }),
    )
    end()
    pass((i % 7) * 5 * 3600_000 + 10 * minute)
  }
  expect(media.prune(Date.UTC(2026, 2, 5))).toBeGreaterThan(0)
  const single = db.prepare('SELECT count(*) AS plays, sum(played_ms) AS played FROM plays').get()
  for (const dimension of [0, 1, 2, 5, 6]) {
    const summed = db
      .prepare(
        'SELECT sum(plays) AS plays, sum(played_ms) AS played FROM play_sums WHERE period >= 0 AND dimension = ?',
      )
      .get(dimension)
    expect(summed).toEqual(single)
  }
  expect(db.prepare('SELECT sum(plays) AS plays, sum(played_ms) AS played FROM play_quarters').get()).toEqual(single)
  expect(db.pragma('foreign_key_check')).toEqual([])
})
