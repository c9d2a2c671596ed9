import { expect, test } from 'vitest'
import type { List } from '#protocol/list.ts'
import type { TranscodeRule, TranscodeRulePreview } from '#protocol/transcode-rule.ts'
import type { PlayRecord } from '../../../appliance/media/plays/play.ts'
import { createPlayStore } from '../../../appliance/media/plays/store.ts'
import { memoryDatabase } from '../../store/memory.ts'
import { observed } from '../harness.ts'
import { setup, shrunk } from './harness.ts'

type Rules = List<TranscodeRule>

test('every media server has a rule that is off, with 5 s of grace', async () => {
  const { ask } = setup()
  const { status, body } = await ask<Rules>('GET', '/transcode-rule')
  expect(status).toBe(200)
  expect(body.items).toMatchObject([
    { sourceId: 'jelly', enabled: false, graceMs: 5000, exempt: [] },
    { sourceId: 'attic', enabled: false },
  ])
})

test('a rule is set in parts, audited, and read again', async () => {
  const { ask, rows } = setup()
  await ask('PUT', '/transcode-rule', { sourceId: 'jelly', enabled: true, exempt: ['lena'] })
  const { body } = await ask<Rules>('PUT', '/transcode-rule', { sourceId: 'jelly', graceMs: 600_000, message: '' })
  expect(body.items).toMatchObject([{ sourceId: 'jelly', enabled: true, graceMs: 600_000, exempt: ['lena'] }])
  expect((await ask<Rules>('GET', '/transcode-rule?sourceId=jelly')).body).toEqual(body)
  expect(rows).toMatchObject([
    { action: 'transcode-rule.change', outcome: 'success', target: { kind: 'source', id: 'jelly' } },
    { action: 'transcode-rule.change', details: { graceMs: 600_000, message: '' } },
  ])
})

test('without a source it is set on every media server', async () => {
  const { ask } = setup()
  await ask('PUT', '/transcode-rule', { enabled: true })
  const { body } = await ask<Rules>('GET', '/transcode-rule')
  expect(body.items.map(({ enabled }) => enabled)).toEqual([true, true])
})

test.each([
  ['a grace of more than ten minutes', { graceMs: 600_001 }],
  ['a grace below nothing', { graceMs: -1 }],
  ['a cooldown that would let it loop', { cooldownMs: 0 }],
  ['a message without end', { message: 'x'.repeat(501) }],
  ['a word that is not asked for', { graceMS: 5 }],
])('%s is refused', async (_, changes) => {
  const { ask } = setup()
  expect((await ask('PUT', '/transcode-rule', { sourceId: 'jelly', ...changes })).status).toBe(400)
})

test('it is set by those who manage the source, and read by those who see its sessions', async () => {
  const { ask } = setup()
  const put = async (as: string, body: object) => (await ask('PUT', '/transcode-rule', body, as)).status
  const seen = async (as: string) => (await ask<Rules>('GET', '/transcode-rule', undefined, as)).body.items
  expect(await put('manager', { sourceId: 'jelly', enabled: true, exempt: ['lena'] })).toBe(200)
  expect(await put('manager', { sourceId: 'attic', enabled: true })).toBe(403)
  expect(await put('manager', { enabled: true })).toBe(403)
  for (const as of ['ender', 'support', 'viewer']) expect(await put(as, { sourceId: 'jelly' })).toBe(403)
  expect(await put('admin', { sourceId: 'nowhere', enabled: true })).toBe(404)
  expect(await seen('support')).toHaveLength(2)
  expect(await seen('looker')).toMatchObject([{ sourceId: 'jelly', enabled: true, exempt: ['lena'] }])
  expect(await seen('viewer')).toMatchObject([{ sourceId: 'jelly', exempt: [] }])
  expect((await ask('GET', '/transcode-rule?sourceId=attic', undefined, 'looker')).status).toBe(403)
})

test('a session that waits is let play by who may end it, which is audited and outlasts a restart', async () => {
  const db = memoryDatabase()
  const { media, ask, rule, rows } = setup({ db })
  await rule({ graceMs: 600_000 })
  media.observe('jelly', 'jellyfin', [shrunk('a'), observed('b', { title: 'Sintel' })])
  const [waiting, plain] = media.current()
  const letPlay = (id = '', as = 'ender') => ask('POST', `/sessions/${id}/let-play`, undefined, as)
  for (const as of ['looker', 'manager', 'support', 'viewer']) expect((await letPlay(waiting?.id, as)).status).toBe(403)
  rows.splice(0)
  expect(await letPlay(waiting?.id)).toMatchObject({ status: 200, body: { title: 'Tears of Steel', rule: null } })
  expect(rows).toMatchObject([{ action: 'session.let-play', outcome: 'success', target: { name: 'Tears of Steel' } }])
  expect((await letPlay(plain?.id)).status).toBe(409)
  expect((await letPlay('nowhere')).status).toBe(404)
  media.stop()

  const again = setup({ db })
  again.media.start()
  again.media.observe('jelly', 'jellyfin', [shrunk('a'), shrunk('c', { user: 'lena' })])
  expect(again.media.current().map(({ rule: one }) => one !== null)).toEqual([false, true])
})

const dayMs = 86_400_000

const played = (at: number, changes: Partial<PlayRecord> = {}): PlayRecord => {
  const { key: _, ref: __, state: ___, positionMs: ____, canTerminate: _____, stream, ...film } = shrunk('a')
  const { bitrateKbps, reasons: ______, ...sent } = stream
  return {
    ...{ ...film, sourceId: 'jelly', source: 'Jelly', viewerKey: 'jonas', itemKey: `${at}`, deviceKey: 'pixel' },
    ...{ stream: sent, bitrateKbps, startedAt: at, endedAt: at + 600_000, playedMs: 600_000 },
    ...changes,
  }
}

test('a dry run counts and lists what it would have ended in the last 30 days', async () => {
  const { db, clock, ask } = setup()
  const store = createPlayStore(db)
  const { stream } = played(0)
  const at = (days: number) => clock.now - days * dayMs
  store.record(played(at(1)))
  store.record(played(at(2), { stream: { ...stream, video: 'direct', audio: 'transcode' } }))
  store.record(played(at(3), { user: 'lena', viewerKey: 'lena' }))
  store.record(played(at(4), { playedMs: 12_000 }))
  store.record(played(at(31)))
  store.record(played(at(5), { sourceId: 'attic', source: 'Attic' }))
  const preview = (body: object, as = 'admin') => ask<TranscodeRulePreview>('POST', '/transcode-rule/preview', body, as)

  const { status, body } = await preview({ sourceId: 'jelly' })
  expect(status).toBe(200)
  expect(body).toMatchObject({ count: 3, plays: 4 })
  expect(body.items).toMatchObject([
    { user: 'jonas', title: 'Tears of Steel', player: 'Pixel 8', source: { height: 2160 }, target: { height: 1080 } },
    { user: 'lena' },
    { playedMs: 12_000 },
  ])
  expect((await preview({ sourceId: 'jelly', graceMs: 60_000, exempt: ['Lena'] })).body).toMatchObject({ count: 1 })
  expect((await ask<Rules>('GET', '/transcode-rule?sourceId=jelly')).body.items).toMatchObject([{ enabled: false }])
  expect((await preview({ sourceId: 'jelly' }, 'support')).status).toBe(200)
  for (const as of ['looker', 'viewer']) expect((await preview({ sourceId: 'jelly' }, as)).status).toBe(403)
  expect((await preview({ sourceId: 'nowhere' })).status).toBe(404)
})
