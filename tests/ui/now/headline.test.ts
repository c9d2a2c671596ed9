import { expect, test } from 'vitest'
import { headlineOf } from '../../../ui/now/headline.ts'
import type { NeedItem } from '../../../ui/now/needs.ts'
import { aContainer, anEngineSource, aSession, aSource } from '../things.ts'

const need = (kind: NeedItem['kind']): NeedItem => ({
  key: kind,
  kind,
  title: '',
  text: '',
  look: { text: '', href: '' },
})
const nothing = { needs: [], sources: [], sessions: [], containers: [] }

test('a box without sources is well and watches only itself', () => {
  expect(headlineOf(nothing)).toEqual({ strong: 'This box is well.', rest: 'It watches only itself so far.' })
})

test('offers are no needs', () => {
  expect(headlineOf({ ...nothing, needs: [need('suggestion')] }).strong).toBe('This box is well.')
  expect(headlineOf({ ...nothing, needs: [need('suggestion'), need('attention')] }).strong).toBe('One thing needs you.')
})

test('a household where nothing plays is well', () => {
  expect(headlineOf({ ...nothing, sources: [aSource()] })).toEqual({ strong: 'All is well.', rest: 'Nothing plays.' })
})

test('people are counted, not their sessions', () => {
  const sessions = [aSession(), aSession({ id: 'two' }), aSession({ id: 'three', user: 'ben' })]
  expect(headlineOf({ ...nothing, sources: [aSource()], sessions }).rest).toBe('Two people are watching.')
})

test('who listens is said apart from who watches', () => {
  const heard = aSession({ id: 'two', user: 'ben', mediaType: 'track' })
  const facts = { ...nothing, sources: [aSource()] }
  expect(headlineOf({ ...facts, sessions: [heard] }).rest).toBe('One person is listening.')
  expect(headlineOf({ ...facts, sessions: [aSession(), heard] }).rest).toBe(
    'One person is watching and one is listening.',
  )
})

test('only containers that run are counted', () => {
  const containers = [aContainer(), aContainer({ id: 'old', state: 'exited', exitCode: 0 })]
  expect(headlineOf({ ...nothing, sources: [anEngineSource()], containers }).rest).toBe('One container runs.')
})

test('who sees containers and not their engines is told of them all the same', () => {
  expect(headlineOf({ ...nothing, containers: [aContainer()] })).toEqual({
    strong: 'All is well.',
    rest: 'One container runs.',
  })
})

test('what was last known of a source that is away is not told as if it still were', () => {
  const away = aSource({ status: { state: 'unreachable' } })
  const facts = { ...nothing, sources: [away], sessions: [aSession()] }
  expect(headlineOf(facts)).toEqual({ strong: null, rest: 'One source does not answer.' })
})
