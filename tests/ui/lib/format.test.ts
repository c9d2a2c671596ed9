import { expect, test } from 'vitest'
import {
  ago,
  bitrate,
  bytes,
  cores,
  createTimes,
  inWords,
  listed,
  place,
  plural,
  say,
  shortPrint,
  span,
  took,
  usedOf,
} from '../../../ui/lib/format.ts'

const [minute, hour, day] = [60_000, 3_600_000, 86_400_000]

test('a size has few digits and the unit that people use', () => {
  expect([0, 512, 1024, 41 * 2 ** 20, 7.5 * 2 ** 30, 252 * 2 ** 30].map(bytes).map(say)).toEqual([
    ...['0 B', '512 B', '1 kB', '41 MB', '7.5 GB', '252 GB'],
  ])
})

test('a size just below the next unit does not read as a thousand of the one before', () => {
  expect(say(bytes(2 ** 20 - 1))).toBe('1 MB')
  expect(say(bytes(1023.9 * 2 ** 20))).toBe('1.0 GB')
  expect(say(bytes(2 ** 50 * 5000))).toBe('5,000 PB')
})

test('what is used stands in the unit of the whole', () => {
  expect(usedOf(7.5 * 2 ** 30, 8 * 2 ** 30)).toEqual({ used: '7.5', total: '8', unit: 'GB' })
  expect(usedOf(320 * 2 ** 10, 61 * 2 ** 20)).toEqual({ used: '0.3', total: '61', unit: 'MB' })
})

test('figures are grouped and rounded the same for every reader', () => {
  expect(say(bitrate(1_234_567))).toBe('1,234.6 Mb/s')
  expect(say(cores(1))).toBe('1.00 core')
  expect(say(cores(0.254))).toBe('0.25 cores')
})

test('a span has two units at most, and one where the second does not matter', () => {
  expect([0, 59_999, minute, 61 * minute, 5 * hour, 5 * hour + 23 * minute].map(span)).toEqual([
    ...['0 s', '59 s', '1 min', '1 h 1 min', '5 h', '5 h 23 min'],
  ])
  expect([day, 2 * day + 3 * hour, 12 * day + 7 * hour].map(span)).toEqual(['1 d', '2 d 3 h', '12 d'])
})

test('a span that lies ahead of the clock is none', () => {
  expect(span(-5000)).toBe('0 s')
  expect(ago(-5000)).toBe('just now')
  expect(ago(40_000)).toBe('40 s ago')
})

test('what an action took is told in tenths of a second', () => {
  expect(took(3140)).toBe('3.1 s')
  expect(took(2 * minute)).toBe('2 min')
})

test('a place in a film has hours only where it has some', () => {
  expect([0, 178_000, 3_725_000].map(place)).toEqual(['0:00', '2:58', '1:02:05'])
})

test('small numbers are words', () => {
  expect([inWords(0), inWords(12), inWords(13), inWords(1, true)]).toEqual(['no', 'twelve', '13', 'One'])
  expect([plural(1, 'source'), plural(0, 'source'), plural(2, 'box', 'boxes')]).toEqual(['source', 'sources', 'boxes'])
  expect([listed([]), listed(['a']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a, b and c'])
})

test('a fingerprint shows its beginning and its end', () => {
  expect(shortPrint('9F:2C:00:11:22:33:44:41')).toBe('9F:2C:…:41')
})

test('times are those of the site, wherever the reader is', () => {
  const instant = '2026-03-29T22:30:15.000Z'
  const vienna = createTimes(() => 'Europe/Vienna')
  expect([vienna.clock(instant), vienna.minute(instant), vienna.day(instant)]).toEqual([
    ...['00:30:15', '00:30', '30 Mar 2026'],
  ])
  expect(createTimes(() => 'America/New_York').full(instant)).toBe('29 Mar 2026, 18:30')
})

test('a day is said only when it is not today', () => {
  const times = createTimes(() => 'UTC')
  const now = Date.parse('2026-03-29T22:30:15.000Z')
  expect(times.near('2026-03-29T08:05:00.000Z', now)).toBe('08:05')
  expect(times.near('2026-03-28T23:05:00.000Z', now)).toBe('28 Mar, 23:05')
})

test('a zone that becomes known later counts from then on', () => {
  let zone = 'UTC'
  const times = createTimes(() => zone)
  expect(times.minute('2026-01-01T12:00:00.000Z')).toBe('12:00')
  zone = 'Asia/Tokyo'
  expect(times.minute('2026-01-01T12:00:00.000Z')).toBe('21:00')
})
