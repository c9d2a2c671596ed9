import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Session } from '#protocol/session.ts'
import type { Source, SourceState } from '#protocol/source.ts'
import type { FaultName } from '../simulators/lib/faults.ts'
import { allOf } from '../system/client.ts'
import { type Claimed, claimedForFile, claimedInTest, jellyfinInTest, type RunningJellyfin } from '../system/running.ts'

const troubles: [FaultName, SourceState, RegExp][] = [
  ['hang', 'unreachable', /^No answer within .* s\.$/],
  ['garbage', 'degraded', /^The answer is not what such a server sends/],
  ['huge', 'degraded', /^The answer is larger than .* MB/],
  ['half', 'unreachable', /^The connection was closed half way/],
  ['reset', 'unreachable', /^The connection was closed half way/],
  ['status 500', 'degraded', /^It answered with status 500/],
  ['unauthorized', 'unauthorized', /^It does not accept the credentials/],
]

interface Watched {
  jelly: RunningJellyfin
  source: Source
  fault: FaultName
  state: SourceState
  reason: RegExp
}

describe('seven servers in seven kinds of trouble among two good ones', () => {
  let box: Claimed
  beforeAll(async () => {
    const claimed = await claimedForFile()
    box = claimed
    return claimed.end
  })

  test('change nothing for the good ones, keep their last sessions, and come back by themselves', async () => {
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
})

/** The source once it is in that state, which it may be already. */
const reaches = async ({ app, owner }: Claimed, id: string, state: SourceState): Promise<Source> => {
  const reader = await app.live(owner.token)
  const is = (source: Source) => source.id === id && source.status.state === state
  const source = reader.snapshot.sources.find(is) ?? (await reader.next('source:status', is))
  await reader.close()
  return source
}

const addPlaying = async ({ app, owner }: Claimed, name: string) => {
  const jelly = await jellyfinInTest()
  const { id } = jelly.play({ user: 'ada' })
  return { jelly, id, source: await app.addJellyfin(owner, name, jelly) }
}

describe('one server', () => {
  test('that is slow is still fine', async () => {
    const box = await claimedInTest()
    const { jelly, source } = await addPlaying(box, 'Slow')
    jelly.faults.set({ kind: 'slow', delayMs: 300 })
    jelly.sockets.drop()
    const { body } = await box.app.api('POST', `/sources/${source.id}/refresh`, undefined, box.owner.token)
    expect(body).toMatchObject({ state: 'ok' })
  })

  test('that is gone is unreachable, and a session that ended meanwhile ends when it is back', async () => {
    const box = await claimedInTest()
    const { app, owner } = box
    const { jelly, source, id } = await addPlaying(box, 'Gone')
    const live = await app.live(owner.token)
    const away = live.next('source:status', (now) => now.id === source.id && now.status.state === 'unreachable')
    const { port } = new URL(jelly.url)
    await jelly.stop()
    await app.api('POST', `/sources/${source.id}/refresh`, undefined, owner.token)
    expect((await away).status.reason).toMatch(/nothing listens/)
    expect(await allOf<Session>(app, '/sessions', owner.token)).toHaveLength(1)
    const ended = live.next('session:ended', (one) => one.sourceId === source.id)
    jelly.end(id)
    await jelly.start(Number(port))
    await ended
    expect(await allOf<Session>(app, '/sessions', owner.token)).toHaveLength(0)
  }, 180_000)

  test('that is another one under the same address is not believed', async () => {
    const box = await claimedInTest()
    const { app, owner } = box
    const { jelly, source } = await addPlaying(box, 'Replaced')
    const live = await app.live(owner.token)
    const noticed = live.next('source:status', (now) => now.id === source.id && now.status.state === 'untrusted')
    await jelly.stop()
    const impostor = await jellyfinInTest(
      { apiKey: jelly.apiKey, serverName: 'Impostor' },
      Number(new URL(jelly.url).port),
    )
    impostor.play({ user: 'mallory' })
    expect((await noticed).status.reason).toContain('Impostor')
    const users = (await allOf<Session>(app, '/sessions', owner.token)).map(({ user }) => user)
    expect(users).toEqual(['ada'])
  }, 180_000)

  test('that takes a terminate and does nothing is told as ignored, and the audit knows', async () => {
    const box = await claimedInTest()
    const { app, owner } = box
    const jelly = await jellyfinInTest()
    jelly.scenario('stuck-client')
    await app.addJellyfin(owner, 'Stuck', jelly)
    const [session] = await allOf<Session>(app, '/sessions', owner.token)
    const path = `/sessions/${session?.id}/terminate`
    const { status, body } = await app.api('POST', path, { reason: 'Bed time' }, owner.token)
    expect([status, body]).toEqual([200, { outcome: 'ignored' }])
    const rows = await allOf<{ action: string; outcome: string }>(app, '/audit-logs', owner.token)
    expect(rows.filter(({ outcome }) => outcome === 'ignored')).toHaveLength(1)
    expect(await allOf<Session>(app, '/sessions', owner.token)).toHaveLength(1)
  }, 180_000)
})

test('terminating on a server that hangs is answered with a code, and the session stays', async () => {
  const box = await claimedInTest()
  const { app, owner } = box
  const { jelly } = await addPlaying(box, 'Hanging')
  const [session] = await allOf<Session>(app, '/sessions', owner.token)
  jelly.faults.set('status 500')
  onTestFinished(() => jelly.faults.clear())
  const code = await app.refusal('POST', `/sessions/${session?.id}/terminate`, {}, owner.token)
  expect(code).toMatch(/^upstream_/)
  expect(await allOf<Session>(app, '/sessions', owner.token)).toHaveLength(1)
})
