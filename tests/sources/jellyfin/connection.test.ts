import { expect, test } from 'vitest'
import { createHttpClient } from '../../../appliance/sources/http.ts'
import { createJellyfinClient } from '../../../appliance/sources/jellyfin/client.ts'
import { jellyfin } from '../../../appliance/sources/jellyfin/index.ts'
import { dialect } from '../../../appliance/sources/jellyfin/normalise.ts'
import { createTerminate } from '../../../appliance/sources/mediabrowser/terminate.ts'
import { connectTo, deviceId, failure, listen, never, quiet, sessionsOf, start, subscribe } from './harness.ts'

test.each(['10.10.0', '10.11.6', '12.0.0'])('a server of version %s says who it is', async (version) => {
  const { connection, serverId } = await start({ version })
  expect(await connection.identify(never())).toEqual({ id: serverId, name: 'Living room server', version })
})

test('a wrong key is told apart from a server that is away', async () => {
  const { url, sim } = await start()
  expect(await failure(connectTo(url, 'wrong').identify(never()))).toMatchObject({ state: 'unauthorized', status: 401 })
  await sim.stop()
  expect(await failure(connectTo(url, 'wrong').identify(never()))).toMatchObject({ state: 'unreachable' })
})

test('a key with signs that the header must not carry is encoded', async () => {
  const { connection } = await start({ apiKey: 'a+b%20"c", é' })
  await expect(connection.identify(never())).resolves.toMatchObject({ version: '10.11.6' })
})

test.each(['garbage', 'half', 'status 500', 'reset'] as const)('an answer that is %s fails the read', async (fault) => {
  const { connection, sim } = await start()
  sim.scenario('direct-play')
  sim.faults.set(fault, '/Sessions')
  expect((await failure(connection.read(never()))).state).not.toBe('ok')
  sim.faults.clear()
  expect(await sessionsOf(connection)).toHaveLength(1)
})

test('an answer of a gigabyte is dropped', async () => {
  const { connection, sim } = await start()
  sim.faults.set('huge', '/Sessions')
  expect(await failure(connection.read(never()))).toMatchObject({ state: 'degraded' })
})

test('a play queue of a megabyte does not hide the session', async () => {
  const { connection, sim } = await start()
  sim.scenario('huge-queue')
  expect(await sessionsOf(connection)).toMatchObject([{ title: 'Goldberg Variations: Aria', mediaType: 'track' }])
})

test('only what plays is a session', async () => {
  const { connection, sim } = await start()
  sim.scenario('idle')
  sim.scenario('episode')
  const seen = await connection.read(never())
  expect(seen.sessions?.map(({ title }) => title)).toEqual(['One Step Beyond'])
  expect(connection.isIdle?.(seen)).toBe(false)
  expect(connection.isIdle?.({ sessions: [] })).toBe(true)
})

test('the library is looked up once for a series, and follows without a question of its own', async () => {
  const { connection, sim } = await start()
  const ear = await subscribe(sim, connection)
  const { itemId } = sim.scenario('episode')
  await ear.seen((sessions) => sessions[0]?.library === 'Shows')
  await sessionsOf(connection)
  expect(sim.requests.count(`/Items/${itemId}/Ancestors`)).toBe(1)
})

test('a library that cannot be looked up holds nothing up', async () => {
  const { connection, sim } = await start()
  const { itemId } = sim.scenario('direct-play')
  sim.faults.set('hang', `/Items/${itemId}/Ancestors`)
  expect(await sessionsOf(connection)).toMatchObject([{ library: null }])
  expect(await sessionsOf(connection)).toMatchObject([{ library: null }])
  expect(sim.requests.count(`/Items/${itemId}/Ancestors`)).toBeLessThanOrEqual(1)
})

test.each(['10.10.7', '10.11.6', '12.0.0'])(
  'a server of version %s tells of a start and an end by itself',
  async (version) => {
    const { connection, sim } = await start({ version })
    await connection.identify(never())
    const ear = await subscribe(sim, connection)
    const { id } = sim.scenario('transcode-hdr')
    const [session] = await ear.seen((sessions) => sessions.length === 1)
    expect(session).toMatchObject({ title: 'Sintel', stream: { video: 'transcode', hardware: 'configured' } })
    sim.pause(id)
    await ear.seen((sessions) => sessions[0]?.state === 'paused')
    const ended = ear.next((sessions) => sessions.length === 0)
    sim.end(id)
    await ended
    expect(sim.requests.count('/Sessions')).toBe(0)
  },
)

test('our own socket shows up nowhere as a session', async () => {
  const { connection } = await start()
  const ear = listen(connection)
  await ear.ready
  expect(await sessionsOf(connection)).toEqual([])
})

test('a version that drops our subscription without a word is not listened to', async () => {
  const { connection, sim } = await start({ version: '10.10.5' })
  await connection.identify(never())
  const ear = listen(connection)
  expect(sim.sockets.count()).toBe(0)
  ear.stop()
  expect(await ear.ended).toBeUndefined()
})

test('a socket that breaks ends the listening', async () => {
  const { connection, sim } = await start()
  const ear = listen(connection)
  await ear.ready
  sim.sockets.drop()
  await ear.ended
})

const terminate = async (options: Parameters<typeof start>[0] = {}) => {
  const running = await start(options)
  const http = createHttpClient({ baseUrl: new URL(running.url) })
  const client = createJellyfinClient({ http, apiKey: running.apiKey, deviceId })
  const run = createTerminate({ client, dialect, log: quiet, checksMs: [5, 50, 200] })
  const ref = async () => (await sessionsOf(running.connection))[0]?.ref ?? ''
  return { ...running, run, ref }
}

test('a session is told why and ended, and that is verified', async () => {
  const { sim, connection } = await start({ stopDelayMs: 100 })
  const { id } = sim.scenario('direct-play')
  const [session] = await sessionsOf(connection)
  const outcome = await connection.media?.terminate(session?.ref ?? '', { reason: 'Bed time', force: false }, never())
  expect(outcome).toBe('ended')
  expect(sim.messages(id)).toMatchObject([{ text: 'Bed time' }])
})

test('a player that ignores the command is said to have ignored it', async () => {
  const { sim, run, ref } = await terminate()
  sim.scenario('stuck-client')
  expect(await run(await ref(), { reason: undefined, force: false }, never())).toBe('ignored')
  expect(sim.requests.count('/Devices', 'DELETE')).toBe(0)
})

test('with force, a player that ignores the command is signed out', async () => {
  const { sim, run, ref } = await terminate()
  sim.scenario('stuck-client')
  expect(await run(await ref(), { reason: undefined, force: true }, never())).toBe('signed-out')
})

test('a player that takes no commands is left alone, unless with force', async () => {
  const { sim, run, ref } = await terminate()
  const { id } = sim.scenario('no-remote-control')
  expect(await run(await ref(), { reason: 'Bed time', force: false }, never())).toBe('not-controllable')
  expect(sim.requests.count(`/Sessions/${id}/Playing/Stop`)).toBe(0)
  expect(await run(await ref(), { reason: undefined, force: true }, never())).toBe('signed-out')
})

test('what ended by itself is already gone', async () => {
  const { sim, run, ref } = await terminate()
  const { id } = sim.scenario('direct-play')
  const gone = await ref()
  sim.end(id)
  expect(await run(gone, { reason: undefined, force: true }, never())).toBe('already-gone')
})

test('a message that fails does not keep the session from being ended', async () => {
  const { sim, run, ref } = await terminate()
  const { id } = sim.scenario('direct-play')
  sim.faults.set('status 500', `/Sessions/${id}/Message`)
  expect(await run(await ref(), { reason: 'Bed time', force: false }, never())).toBe('ended')
})

test('a server that fails the command is an error and no outcome', async () => {
  const { sim, run, ref } = await terminate()
  const { id } = sim.scenario('direct-play')
  sim.faults.set('status 500', `/Sessions/${id}/Playing/Stop`)
  const work = run(await ref(), { reason: undefined, force: false }, never())
  expect(await failure(work)).toMatchObject({ code: 'upstream_refused' })
})

test.each([
  ['jelly.local:8096', 'http://jelly.local:8096'],
  [' http://jelly.local:8096/ '.trim(), 'http://jelly.local:8096'],
  ['https://example.org/jellyfin/web/index.html#/home', 'https://example.org/jellyfin'],
  ['http://[fd00::1]:8096', 'http://[fd00::1]:8096'],
])('the address %s is understood', (text, url) => {
  expect(jellyfin.parseUrl(text)).toBe(url)
})

test.each(['ftp://jelly.local', 'http://ada:secret@jelly.local', 'http://', '::'])(
  'the address %s is refused',
  (text) => {
    expect(() => jellyfin.parseUrl(text)).toThrow(/^url: /)
  },
)
