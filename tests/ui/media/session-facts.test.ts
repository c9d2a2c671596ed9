import { expect, test } from 'vitest'
import { codecName, factOf, heightName, nameOf, positionAt, whoOf } from '../../../ui/media/session-facts.ts'
import { aSession, at, noon } from '../things.ts'

test('a picture has the name that people give its size, wide films too', () => {
  expect(heightName({ width: 3840, height: 1600 })).toBe('4K')
  expect(heightName({ width: 1920, height: 804 })).toBe('1080p')
  expect(heightName({ width: 1440, height: 1080 })).toBe('1080p')
  expect(heightName({ width: 1280, height: 534 })).toBe('720p')
  expect(heightName({ width: 720, height: 576 })).toBe('576p')
  expect(heightName({ width: null, height: null })).toBeNull()
})

test('a size below every name is told in lines, and not at all when only its width is known', () => {
  expect(heightName({ width: 320, height: 240 })).toBe('240p')
  expect(heightName({ width: 320, height: null })).toBeNull()
})

test('codecs have the names that are printed on boxes', () => {
  expect(['h264', 'HEVC', 'av1', 'dts', null].map(codecName)).toEqual(['H.264', 'HEVC', 'AV1', 'DTS', null])
})

test('a film that plays as it is says so', () => {
  expect(factOf(aSession())).toEqual({ state: 'fine', fact: 'Direct play, 1080p' })
})

test('a transcode from 4K asks for attention', () => {
  const source = { width: 3840, height: 2160, is4k: true }
  const target = { width: 1920, height: 1080, codec: 'h264' }
  const session = aSession({ stream: { decision: 'transcode', video: 'transcode', source, target } })
  expect(factOf(session)).toEqual({ state: 'attention', fact: '4K to 1080p', word: 'attention' })
})

test('a transcode of the sound alone is cheap', () => {
  const stream = { decision: 'transcode', video: 'direct', source: { width: 3840, height: 2160, is4k: true } } as const
  expect(factOf(aSession({ stream }))).toMatchObject({ state: 'fine' })
})

test('music has no picture to speak of', () => {
  const session = aSession({ mediaType: 'track', stream: { source: { width: null, height: null, codec: 'flac' } } })
  expect(factOf(session).fact).toBe('Direct play, FLAC')
})

test('a pause hides how it would play', () => {
  expect(factOf(aSession({ state: 'paused' }))).toEqual({ state: 'fine', fact: 'Paused' })
})

test('a viewer outside the house is said to be away', () => {
  expect(whoOf(aSession({ player: { location: 'wan' } }))).toBe('maya, Living room TV, away')
  expect(whoOf(aSession({ player: { location: null } }))).toBe('maya, Living room TV')
})

test('an episode names its show and its number', () => {
  const session = aSession({ title: 'Harbour', subtitle: 'S2 E4 · The Pier', mediaType: 'episode' })
  expect(nameOf(session)).toBe('Harbour, S2 E4')
  expect(nameOf(aSession({ subtitle: 'Director’s cut' }))).toBe('Metropolis')
})

test('a playing film moves on by itself, to its end and no further', () => {
  expect(positionAt(aSession(), Date.parse(at(30)))).toBe(90_000)
  expect(positionAt(aSession(), Date.parse(at(9999)))).toBe(600_000)
  expect(positionAt(aSession({ state: 'paused' }), Date.parse(at(30)))).toBe(60_000)
})

test('a clock behind the server’s does not turn a film back', () => {
  expect(positionAt(aSession(), Date.parse(noon) - 5000)).toBe(60_000)
})
