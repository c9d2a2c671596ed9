import { expect, test } from 'vitest'
import type { Settings } from '#protocol/settings.ts'
import { draftOf, patchOf, problemsOf } from '../../../ui/settings/draft.ts'

const stored: Settings = {
  ...{ siteName: 'Attic', timeZone: 'Europe/Vienna', maskNames: true, discovery: false },
  ...{ auditKeepDays: 365, vitalsKeepDays: 90, backupsToKeep: 7 },
}

test('what was not changed is not sent', () => {
  expect(patchOf(stored, draftOf(stored))).toEqual({})
  expect(patchOf(stored, { ...draftOf(stored), siteName: ' Attic ' })).toEqual({})
})

test('figures are sent as numbers, switches and texts as they are', () => {
  const draft = { ...draftOf(stored), backupsToKeep: '3', discovery: true, siteName: 'Cellar' }
  expect(patchOf(stored, draft)).toEqual({ backupsToKeep: 3, discovery: true, siteName: 'Cellar' })
})

test('each field that cannot be saved has a sentence', () => {
  const draft = {
    ...draftOf(stored),
    siteName: ' ',
    timeZone: 'Europe/Nowhere',
    auditKeepDays: '29',
    backupsToKeep: '1.5',
  }
  expect(Object.keys(problemsOf(draft)).sort()).toEqual(['auditKeepDays', 'backupsToKeep', 'siteName', 'timeZone'])
  expect(problemsOf(draftOf(stored))).toEqual({})
})
