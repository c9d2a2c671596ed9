import { expect, test } from 'vitest'
import { apiQuery, keyOf, placeOf } from '../../../ui/media/history/query.ts'

const none = { q: '', viewer: '', source: '', kind: '', decision: '', from: '', to: '' }

test('days of the address become instants of the zone of the site, the last one whole', () => {
  const query = apiQuery({ ...none, from: '2026-10-24', to: '2026-10-25' }, 'Europe/Vienna')
  expect(query['from']).toBe('2026-10-23T22:00:00.000Z')
  expect(query['to']).toBe('2026-10-25T23:00:00.000Z')
})

test('the words of the address become those of the API', () => {
  const query = apiQuery({ ...none, source: 's1', kind: 'movie', decision: 'transcode' }, undefined)
  expect(query).toMatchObject({ sourceId: 's1', mediaType: 'movie', decision: 'transcode', from: null, to: null })
})

test('a play in the address is found again by when it began', () => {
  const key = keyOf({ startedAt: '2026-11-20T19:00:00.123Z', id: '42' })
  expect(placeOf(key)).toEqual({ id: '42', from: '2026-11-20T19:00:00.123Z', to: '2026-11-20T19:00:00.124Z' })
})

test('an address that names no play is no place', () => {
  for (const key of ['', '42', 'x.1', '99999999999999999999.1', '99999999999999.1']) expect(placeOf(key)).toBeNull()
})
