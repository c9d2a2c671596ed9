import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { observed, person, start } from './harness.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const setup = () => {
  const running = start()
  const pass = (ms: number) => {
    for (let left = ms; left > 0; left -= 1000) {
      running.clock.now += Math.min(1000, left)
      vi.advanceTimersByTime(Math.min(1000, left))
    }
  }
  return { ...running, pass }
}

const at = (key: string, bitrateKbps: number | null, location: 'lan' | 'wan' | null) =>
  observed(key, { stream: { bitrateKbps }, player: { location } })

test('what plays is summed by place and by source, and a paused session counts nothing', () => {
  const { media, pass, points } = setup()
  media.observe('jelly', 'jellyfin', [
    at('a', 8000, 'lan'),
    at('b', 4000, 'wan'),
    at('c', 2000, null),
    observed('d', { state: 'paused' }),
  ])
  media.observe('attic', 'jellyfin', [at('e', 500, 'lan'), at('f', null, 'lan')])
  pass(5000)
  expect(points().at(-1)).toEqual({
    at: '2026-03-01T20:00:05.000Z',
    lanKbps: 8500,
    wanKbps: 4000,
    totalKbps: 14_500,
    sources: { jelly: 14_000, attic: 500 },
  })
})

test('at least two minutes are kept, a point every 5 s', () => {
  const { media, pass } = setup()
  media.observe('jelly', 'jellyfin', [at('a', 8000, 'lan')])
  pass(900_000)
  const { stepMs, points } = media.bandwidth(person('admin'))
  expect(stepMs).toBe(5000)
  expect(points.length).toBeGreaterThanOrEqual(24)
  expect(points.length).toBeLessThanOrEqual(60)
  const times = points.map((point) => Date.parse(point.at))
  expect(times.slice(1).every((time, index) => time - (times[index] ?? 0) === 5000)).toBe(true)
})

test('when nothing plays any more a zero closes the line, and no timer is left', () => {
  const { media, pass, points } = setup()
  media.observe('jelly', 'jellyfin', [at('a', 8000, 'lan')])
  pass(12_000)
  media.observe('jelly', 'jellyfin', [])
  pass(5000)
  expect(points().at(-1)).toMatchObject({ totalKbps: 0, sources: {} })
  const { length } = points()
  pass(60_000)
  expect(points()).toHaveLength(length)
  expect(vi.getTimerCount()).toBe(0)
})

test('after a sleep the line begins at zero again', () => {
  const { media, pass, points } = setup()
  media.observe('jelly', 'jellyfin', [at('a', 8000, 'lan')])
  pass(5000)
  media.observe('jelly', 'jellyfin', [])
  pass(60_000)
  const { length } = points()
  media.observe('jelly', 'jellyfin', [at('b', 3000, 'wan')])
  expect(points().slice(length)).toMatchObject([{ totalKbps: 0 }, { totalKbps: 3000 }])
})

test('a source that is away counts nothing until it is back', () => {
  const { media, pass, points } = setup()
  media.observe('jelly', 'jellyfin', [at('a', 8000, 'lan')])
  media.sourceState('jelly', 'unreachable')
  pass(5000)
  expect(points().at(-1)).toMatchObject({ totalKbps: 0 })
  media.observe('jelly', 'jellyfin', [at('a', 8000, 'lan')])
  pass(5000)
  expect(points().at(-1)).toMatchObject({ totalKbps: 8000 })
})

test('each person is told only of the sources that they see', () => {
  const { media, pass, points } = setup()
  media.observe('jelly', 'jellyfin', [at('a', 8000, 'lan')])
  media.observe('attic', 'jellyfin', [at('b', 3000, 'wan')])
  pass(5000)
  const point = points().at(-1)
  if (!point) throw new Error('no point')
  const seen = { lanKbps: 8000, wanKbps: 0, totalKbps: 8000, sources: { jelly: 8000 } }
  expect(media.bandwidthSeenBy(person('viewer'), point)).toMatchObject(seen)
  expect(media.bandwidth(person('viewer')).points.at(-1)).toMatchObject(seen)
  expect(media.bandwidthSeenBy(person('admin'), point)).toEqual(point)
})
