import { describe, expect, onTestFinished, test } from 'vitest'
import type { Session } from '#protocol/session.ts'
import { allOf } from '../system/client.ts'
import { claimedInTest, jellyfinInTest } from '../system/running.ts'
import { addPlaying } from './playing.ts'

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
