import { expect, test } from 'vitest'
import { endOfDay, startOfDay } from '../../../ui/people/audit/days.ts'

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())

test('a day begins at midnight of the zone, not of the reader', () => {
  expect(iso(startOfDay('2026-11-20', 'Europe/Vienna'))).toBe('2026-11-19T23:00:00.000Z')
  expect(iso(startOfDay('2026-11-20', 'America/New_York'))).toBe('2026-11-20T05:00:00.000Z')
  expect(iso(startOfDay('2026-11-20', 'UTC'))).toBe('2026-11-20T00:00:00.000Z')
})

test('a day of 23 or 25 hours ends where the next one begins', () => {
  expect(iso(startOfDay('2026-03-29', 'Europe/Vienna'))).toBe('2026-03-28T23:00:00.000Z')
  expect(iso(endOfDay('2026-03-29', 'Europe/Vienna'))).toBe('2026-03-29T21:59:59.999Z')
  expect(iso(endOfDay('2026-10-25', 'Europe/Vienna'))).toBe('2026-10-25T22:59:59.999Z')
})

test('what is no day has no beginning and no end', () => {
  for (const text of ['', 'yesterday', '2026-13-01', '20.11.2026']) {
    expect(startOfDay(text, 'UTC')).toBeNull()
    expect(endOfDay(text, 'UTC')).toBeNull()
  }
})
