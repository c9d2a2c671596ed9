import { expect, test } from 'vitest'
import type { Figures, Summary } from '../../../appliance/protocol/play.ts'
import { changeOf, headlineOf, playedFor, pointsOf, shareOf } from '../../../ui/media/analytics/words.ts'

const hour = 3_600_000
const figures: Figures = {
  ...{ sessions: 10, activeUsers: 3, watchMs: 20 * hour, completionRate: 0.5 },
  transcode: { hardware: 0.1, software: 0.3, audio: 0, total: 0.4 },
}
const summary = (change: Partial<Summary> = {}): Summary => ({
  ...{ ...figures, range: '30d', from: '2026-10-21T00:00:00Z', to: '2026-11-20T00:00:00Z', before: figures },
  ...change,
})
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

test('the headline says how much was watched, how that compares, and what was transcoded', () => {
  const { strong, rest } = headlineOf(summary({ before: { ...figures, watchMs: 10 * hour } }))
  expect(strong).toBe('Three people watched for 20 hours in the last 30 days.')
  expect(plain(rest)).toBe(
    'That is 100 % more than in the 30 days before. 40 % of the plays were transcoded, most often video on the processor.',
  )
})

test('one person and one minute are said in the singular', () => {
  const { strong } = headlineOf(summary({ activeUsers: 1, watchMs: 61_000, range: '24h' }))
  expect(strong).toBe('One person watched for 1 minute in the last 24 hours.')
})

test('a range with nothing before it is compared with nothing', () => {
  const before = { ...figures, sessions: 0, watchMs: 0, transcode: null }
  expect(headlineOf(summary({ before })).rest).toContain('Nothing was played in the 30 days before.')
})

test('changes are said in per cent, large ones in times', () => {
  expect(changeOf(110, 100)).toBe('10 % more')
  expect(changeOf(90, 100)).toBe('10 % fewer')
  expect(changeOf(100, 100)).toBe('as before')
  expect(changeOf(400, 100)).toBe('4 times as many')
  expect(changeOf(4, 0)).toBe('none before')
})

test('changes of a share are said in points', () => {
  expect(pointsOf(0.36, 0.35)).toBe('1 point more')
  expect(pointsOf(0.3, 0.35)).toBe('5 points fewer')
  expect(pointsOf(null, 0.35)).toBe('nothing to compare')
})

test('a small share is not said to be none', () => {
  expect([shareOf(0), shareOf(0.004), shareOf(0.25)]).toEqual(['0 %', 'under 1 %', '25 %'])
})

test('long times leave the minutes out', () => {
  expect([playedFor(9.5 * hour), playedFor(1204.4 * hour)]).toEqual(['9 h 30 min', '1,204 h'])
})
