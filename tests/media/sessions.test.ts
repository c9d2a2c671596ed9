import { expect, test } from 'vitest'
import { Session } from '#protocol/session.ts'
import { observed, start } from './harness.ts'

test('a playback that appears is told once, with an id that is nobody else’s', () => {
  const { media, told } = start()
  media.observe('jelly', 'jellyfin', [observed('a'), observed('b')])
  media.observe('attic', 'jellyfin', [observed('a')])
  const started = told()
  expect(started.map(({ event }) => event)).toEqual(['session:started', 'session:started', 'session:started'])
  expect(new Set(media.current().map(({ id }) => id)).size).toBe(3)
  for (const session of media.current()) expect(Session.parse(session)).toEqual(session)
})

test('the id of a playback is the same after a restart and tells nothing of the server', () => {
  const [first, second] = [start(), start()]
  for (const { media } of [first, second]) media.observe('jelly', 'jellyfin', [observed('device-7')])
  expect(first.media.current()[0]?.id).toBe(second.media.current()[0]?.id)
  expect(first.media.current()[0]?.id).not.toContain('device-7')
})

test('one that plays on as expected costs no event', () => {
  const { media, clock, told } = start()
  media.observe('jelly', 'jellyfin', [observed('a', { positionMs: 10_000 })])
  told()
  for (let i = 1; i <= 20; i++) {
    clock.now += 5000
    media.observe('jelly', 'jellyfin', [observed('a', { positionMs: 10_000 + i * 5000 - 900 })])
  }
  expect(told()).toEqual([])
  expect(media.current()[0]).toMatchObject({ positionMs: 109_100, seenAt: '2026-03-01T20:01:40.000Z' })
})

test('a seek and a pause are told', () => {
  const { media, clock, told } = start()
  media.observe('jelly', 'jellyfin', [observed('a', { positionMs: 10_000 })])
  told()
  clock.now += 1000
  media.observe('jelly', 'jellyfin', [observed('a', { positionMs: 300_000 })])
  expect(told()).toMatchObject([{ event: 'session:changed', data: { positionMs: 300_000 } }])
  media.observe('jelly', 'jellyfin', [observed('a', { positionMs: 300_000, state: 'paused' })])
  expect(told()).toMatchObject([{ event: 'session:changed', data: { state: 'paused' } }])
  clock.now += 60_000
  media.observe('jelly', 'jellyfin', [observed('a', { positionMs: 300_000, state: 'paused' })])
  expect(told()).toEqual([])
})

test('any other change is told, and the start stays where it was', () => {
  const { media, clock, told } = start()
  media.observe('jelly', 'jellyfin', [observed('a', { library: null })])
  const startedAt = media.current()[0]?.startedAt
  told()
  clock.now += 1000
  media.observe('jelly', 'jellyfin', [observed('a', { positionMs: 1000 })])
  expect(told()).toMatchObject([{ event: 'session:changed', data: { library: 'Films', startedAt } }])
})

test('one that the next observation lacks has ended', () => {
  const { media, told } = start()
  media.observe('jelly', 'jellyfin', [observed('a'), observed('b')])
  const id = media.current()[0]?.id
  told()
  media.observe('jelly', 'jellyfin', [observed('b')])
  expect(told()).toEqual([
    { event: 'session:ended', data: { id, sourceId: 'jelly', endedAt: '2026-03-01T20:00:00.000Z' } },
  ])
})

test('a source that does not answer keeps its sessions, as old as they are', () => {
  const { media, clock, told } = start()
  media.observe('jelly', 'jellyfin', [observed('a')])
  told()
  clock.now += 40_000
  media.sourceState('jelly', 'unreachable')
  expect(told()).toEqual([])
  expect(media.current()).toMatchObject([{ seenAt: '2026-03-01T20:00:00.000Z' }])
})

test('a source that is switched off or removed has no sessions', () => {
  const { media, told } = start()
  media.observe('jelly', 'jellyfin', [observed('a')])
  media.observe('attic', 'jellyfin', [observed('b')])
  told()
  media.sourceState('jelly', 'disabled')
  media.forget('attic')
  expect(told().map(({ event }) => event)).toEqual(['session:ended', 'session:ended'])
  expect(media.current()).toEqual([])
})

test('a key that comes twice is one session', () => {
  const { media } = start()
  media.observe('jelly', 'jellyfin', [observed('a'), observed('a', { title: 'Other' })])
  expect(media.current()).toMatchObject([{ title: 'Tears of Steel' }])
})
