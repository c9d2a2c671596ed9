import { expect, test } from 'vitest'
import type { Session } from '#protocol/session.ts'
import type { Source, SourceState } from '#protocol/source.ts'
import type { FaultName } from '../simulators/lib/faults.ts'
import { allOf } from '../system/client.ts'
import { type Claimed, claimedInTest } from '../system/running.ts'
import { addPlaying, type Playing } from './playing.ts'

const troubles: [FaultName, SourceState, RegExp][] = [
  ['hang', 'unreachable', /^No answer within .* s\.$/],
  ['garbage', 'degraded', /^The answer is not what such a server sends/],
  ['huge', 'degraded', /^The answer is larger than .* MB/],
  ['half', 'unreachable', /^The connection was closed half way/],
  ['reset', 'unreachable', /^The connection was closed half way/],
  ['status 500', 'degraded', /^It answered with status 500/],
  ['unauthorized', 'unauthorized', /^It does not accept the credentials/],
]

interface Watched extends Playing {
  fault: FaultName
  state: SourceState
  reason: RegExp
}

/** The source once it is in that state, which it may be already. */
const reaches = async ({ app, owner }: Claimed, id: string, state: SourceState): Promise<Source> => {
  const reader = await app.live(owner.token)
  const is = (source: Source) => source.id === id && source.status.state === state
  const source = reader.snapshot.sources.find(is) ?? (await reader.next('source:status', is))
  await reader.close()
  return source
}

test('seven servers in trouble of seven kinds do two good ones no harm, and come back by themselves', async () => {
  const box = await claimedInTest()
  const { app, owner } = box
  const good = await Promise.all(['Good one', 'Good two'].map((name) => addPlaying(box, name)))
  const bad: Watched[] = []
  for (const [fault, state, reason] of troubles) {
    bad.push({ ...(await addPlaying(box, `Bad: ${fault}`)), fault, state, reason })
  }
  const live = await app.live(owner.token)
  const before = new Map((await allOf<Session>(app, '/sessions', owner.token)).map((one) => [one.sourceId, one]))
  expect(before.size).toBe(good.length + bad.length)

  const turned = Promise.all(bad.map(({ source, state }) => reaches(box, source.id, state)))
  const rss = app.rss()
  for (const { jelly, fault } of bad) {
    jelly.faults.set(fault)
    jelly.sockets.drop()
  }
  const refreshed = Promise.all(
    bad.map(({ source }) => app.api('POST', `/sources/${source.id}/refresh`, undefined, owner.token)),
  )
  for (const { jelly, source, id } of good) {
    const paused = live.next('session:changed', (one) => one.sourceId === source.id && one.state === 'paused')
    jelly.pause(id)
    await paused
  }
  const seen = await turned
  await refreshed
  expect(app.rss() - rss).toBeLessThan(150e6)

  for (const [index, { source, state, reason }] of bad.entries()) {
    expect(seen[index]?.status.reason).toMatch(reason)
    const detail = await app.sourceStatus(owner, source.id)
    expect([source.name, detail.state]).toEqual([source.name, state])
    expect(detail.lastSuccessAt).not.toBeNull()
    expect(detail.nextTryAt).not.toBeNull()
  }
  for (const { source } of good) expect((await app.sourceStatus(owner, source.id)).state).toBe('ok')
  const after = new Map((await allOf<Session>(app, '/sessions', owner.token)).map((one) => [one.sourceId, one]))
  for (const { source } of bad) {
    const kept = after.get(source.id)
    expect(kept?.id).toBe(before.get(source.id)?.id)
    const { lastSuccessAt } = await app.sourceStatus(owner, source.id)
    expect(Date.parse(kept?.seenAt ?? '')).toBeLessThanOrEqual(Date.parse(lastSuccessAt ?? ''))
  }
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200)

  const back = Promise.all(bad.map(({ source }) => reaches(box, source.id, 'ok')))
  for (const { jelly } of bad) jelly.faults.clear()
  await back
  const last = await allOf<Session>(app, '/sessions', owner.token)
  expect(last).toHaveLength(good.length + bad.length)
  for (const { source } of bad) {
    const now = last.find(({ sourceId }) => sourceId === source.id)
    expect(Date.parse(now?.seenAt ?? '')).toBeGreaterThan(Date.parse(after.get(source.id)?.seenAt ?? ''))
  }
  await live.close()
}, 240_000)
