import { expect, test } from 'vitest'
import { matches, select } from '../../../ui/media/selection.ts'
import { aSession } from '../things.ts'

const everything = { text: '', show: 'all', sourceId: '' } as const
const transcode = aSession({ id: 'two', title: 'Sintel', stream: { decision: 'transcode' } })
const away = aSession({ id: 'three', sourceId: 'attic', user: 'ben', player: { location: 'wan' } })
const ids = (found: { id: string }[]) => found.map(({ id }) => id)

test('every word of a search must be in a session, in any order and case', () => {
  expect(matches(aSession(), { text: 'MAYA metro', sourceId: '' })).toBe(true)
  expect(matches(aSession(), { text: '  room  ', sourceId: '' })).toBe(true)
  expect(matches(aSession(), { text: 'maya sintel', sourceId: '' })).toBe(false)
})

test('the counts tell what each choice would show within the search', () => {
  const all = [aSession(), transcode, away]
  expect(select(all, everything).counts).toEqual({ all: 3, transcodes: 1, away: 1 })
  expect(select(all, { ...everything, text: 'ben' }).counts).toEqual({ all: 1, transcodes: 0, away: 1 })
})

test('a choice leaves what it names', () => {
  const all = [aSession(), transcode, away]
  expect(ids(select(all, { ...everything, show: 'transcodes' }).shown)).toEqual(['two'])
  expect(ids(select(all, { ...everything, show: 'away' }).shown)).toEqual(['three'])
  expect(ids(select(all, { ...everything, sourceId: 'jelly' }).shown)).toEqual(['one', 'two'])
})
