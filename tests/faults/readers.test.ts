import { once } from 'node:events'
import { beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { LiveReader } from '../system/live.ts'
import { type Claimed, claimedForFile, jellyfinInTest } from '../system/running.ts'

let box: Claimed
beforeAll(async () => {
  const claimed = await claimedForFile()
  box = claimed
  return claimed.end
})

const open = (count: number): Promise<LiveReader[]> =>
  Promise.all(Array.from({ length: count }, () => box.app.live(box.owner.token)))

/** Sends a command for a device that is not there; answers the code that comes back on the same connection. */
const commanded = (reader: LiveReader | undefined): Promise<string> => {
  const { promise, resolve } = Promise.withResolvers<string>()
  reader?.socket.on('message', (text) => {
    const frame = JSON.parse(String(text)) as { event: string; data: { code: string } }
    if (frame.event === 'error') resolve(frame.data.code)
  })
  reader?.send({ event: 'command', data: { device_id: 'x', action: 'reboot' } })
  return promise
}

describe('live readers', () => {
  test('fifty dashboards all hear of one event, and the fifty-first closes the oldest', async () => {
    const { app, owner } = box
    const jelly = await jellyfinInTest()
    const { id } = jelly.play({ user: 'ada' })
    const source = await app.addJellyfin(owner, 'Fifty', jelly)
    const readers = await open(50)
    const heard = readers.map((reader) =>
      reader.next('session:changed', (one) => one.sourceId === source.id && one.state === 'paused'),
    )
    jelly.pause(id)
    await Promise.all(heard)
    const [more] = await open(1)
    expect(await Promise.race(readers.map(({ closed }) => closed))).toMatchObject({ code: 4009 })
    await Promise.all([...readers, ...(more ? [more] : [])].map((reader) => reader.close()))
  }, 180_000)

  test('one that does not read is closed with 4008 while another misses nothing', async () => {
    const { app, owner } = box
    const clock = { now: Date.now() }
    const jelly = await jellyfinInTest({ now: () => clock.now, tickMs: 0 })
    // Names of the greatest length, three bytes a sign: each event is some 6 kB.
    const long = (index: number) => `${index}${'鐘'.repeat(280)}`
    const item = jelly.catalogue.add({ name: long(0), library: 'Films' })
    for (let index = 0; index < 60; index += 1) {
      jelly.play({ user: long(index), deviceId: `player ${index}`, device: long(index), client: long(index), item })
    }
    const subscribed = jelly.next('subscribe')
    const source = await app.addJellyfin(owner, 'Crowd', jelly)
    await subscribed
    const [slow, good] = await open(2)
    if (!slow || !good) throw new Error('There must be two readers.')
    slow.socket.pause()
    // 90 times 60 of them, some 30 MB, are more than the kernel's buffers and the hub's limit hold together.
    for (let round = 1; round <= 90; round += 1) {
      clock.now += 10_000
      const moved = good.next(
        'session:changed',
        ({ sourceId, positionMs }) => sourceId === source.id && positionMs >= round * 10_000,
      )
      jelly.tick()
      await moved
    }
    slow.socket.resume()
    expect(await slow.closed).toMatchObject({ code: 4008 })
    const ended = good.next('session:ended', (one) => one.sourceId === source.id)
    await app.api('DELETE', `/sources/${source.id}`, undefined, owner.token)
    await ended
    const ids = good.frames.map(({ id }) => id)
    expect(ids).toEqual([...ids].sort((a, b) => a - b))
    await good.close()
  }, 180_000)

  const broken: [string, string | Buffer, number][] = [
    ['text that is not JSON', '{"event":', 4400],
    ['a frame of no known name', JSON.stringify({ event: 'reboot', data: {} }), 4400],
    ['a field that is not known', JSON.stringify({ event: 'subscribe', data: { topics: [], also: 1 } }), 4400],
    ['a wrong type', JSON.stringify({ event: 'subscribe', data: { topics: 'all' } }), 4400],
    ['bytes', Buffer.from([0xff, 0x00, 0xfe]), 4400],
    ['more than 64 KiB', JSON.stringify({ event: 'subscribe', data: { topics: ['x'.repeat(70_000)] } }), 1009],
  ]
  test.for(broken)('one that sends %s is closed, and others go on', async ([, frame, code]) => {
    const [bad, good] = await open(2)
    bad?.socket.send(frame)
    expect(await bad?.closed).toMatchObject({ code })
    expect(await commanded(good)).toBe('not_found')
    await good?.close()
  })

  test('a command for a device that is not there is answered, not obeyed', async () => {
    const [reader] = await open(1)
    expect(await commanded(reader)).toBe('not_found')
    await reader?.close()
  })

  test('signing out closes what was open with that sign-in', async () => {
    const { app, owner } = box
    const other = await app.signIn(owner.username, owner.password)
    const reader = await app.live(other.token)
    await app.api('POST', '/auth/logout', { refreshToken: other.refreshToken }, other.token)
    expect(await reader.closed).toMatchObject({ code: 4001 })
  })

  test('a connection that breaks off leaves nothing behind', async () => {
    const readers = await open(10)
    for (const { socket } of readers) socket.terminate()
    await Promise.all(readers.map(({ closed }) => closed))
    const raw = new WebSocket(`${box.app.url.replace('http', 'ws')}/api/v1/live?ticket=none`)
    const [, refusal] = (await once(raw, 'unexpected-response')) as [unknown, { statusCode: number }]
    expect(refusal.statusCode).toBe(401)
    const [again] = await open(1)
    await again?.close()
  })
})
