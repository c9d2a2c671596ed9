import { expect, test } from 'vitest'
import type { TranscodeRule } from '#protocol/transcode-rule.ts'
import { changesOf, draftOf, patchOf, problemsOf } from '../../../ui/media/rule/draft.ts'

const stored: TranscodeRule = {
  ...{ sourceId: 'jelly', enabled: false, graceMs: 5000, cooldownMs: 300_000 },
  ...{ message: 'Original quality, please.', exempt: ['nora', 'jonas'] },
}

test('what was not changed is not sent', () => {
  expect(patchOf(stored, draftOf(stored))).toEqual({})
})

test('seconds are sent as milliseconds, and names one by one', () => {
  const draft = { ...draftOf(stored), enabled: true, grace: '2.5', exempt: ' nora,, lena ,nora' }
  expect(patchOf(stored, draft)).toEqual({ enabled: true, graceMs: 2500, exempt: ['nora', 'lena'] })
  expect(changesOf(patchOf(stored, draft))).toBe('the switch, the grace and who is exempt')
})

test.each([
  ['grace', '601'],
  ['grace', ''],
  ['grace', 'a while'],
  ['cooldown', '9'],
] as const)('a %s of "%s" has its sentence', (name, text) => {
  expect(problemsOf({ ...draftOf(stored), [name]: text })).toHaveProperty(name)
})
