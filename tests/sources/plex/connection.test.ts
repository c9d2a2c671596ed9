import { expect, test } from 'vitest'
import { createHttpClient } from '../../../appliance/sources/http.ts'
import { createPlexClient } from '../../../appliance/sources/plex/client.ts'
import { plex } from '../../../appliance/sources/plex/index.ts'
import { createEnding } from '../../../appliance/sources/plex/terminate.ts'
import { connectTo, deviceId, failure, listen, never, sessionsOf, start, subscribe } from './harness.ts'

test.each(['1.40.0.7998-c29d4c0c8', '1.42.2.10156-f737b826c', '1.47.0.11200-abcdef012'])(
  'a server of version %s says who it is',
  async (version) => {
    const { connection, machineIdentifier } = await start({ version, name: 'Attic' })
    expect(await connection.identify(never())).toEqual({ id: machineIdentifier, name: 'Attic', version })
  },
)

test('that the token is the owner’s is asked once', async () => {
  const { connection, sim } = await start()
  await connection.identify(never())
  await connection.read(never())
  await connection.identify(never())
  const asked = sim.past('request').map(({ detail }) => detail)
  expect(asked.map((one) => one?.['path'])).toEqual([
    '/identity',
    '/',
    '/status/sessions',
    '/status/sessions',
    '/identity',
    '/',
  ])
})

test('a wrong token, a token of somebody else and a server that is away are told apart', async () => {
  const { url, sim } = await start()
  const wrong = await failure(connectTo(url, 'wrong').identify(never()))
  expect(wrong).toMatchObject({ state: 'unauthorized', status: 401 })
  expect(wrong.message).toContain('does not accept the token')
  const tv = await failure(connectTo(url, 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl').identify(never()))
  expect(tv.message).toContain('plex.tv itself')
  await sim.stop()
  expect(await failure(connectTo(url, 'wrong').identify(never()))).toMatchObject({ state: 'unreachable' })
})

test('another kind of server is told as such', async () => {
  const { connection, sim } = await start()
  sim.faults.set('status 404', '/identity')
  expect((await failure(connection.identify(never()))).message).toContain('no Plex server')
})

test('a token that was taken back is told as such, also in the middle', async () => {
  const { connection, sim, token } = await start()
  await connection.read(never())
  sim.published().revoke(token)
  const cause = await failure(connection.read(never()))
  expect(cause).toMatchObject({ state: 'unauthorized' })
  expect(cause.message).toContain('does not accept the token')
})

test.each([
  ['1.42.2', 401],
  ['1.47.0', 403],
])('on version %s a member’s token is said not to be the owner’s', async (version, status) => {
  const { url, sim } = await start({ version })
  const cause = await failure(connectTo(url, sim.memberToken('theo')).identify(never()))
  expect(cause).toMatchObject({ state: 'unauthorized', status })
  expect(cause.message).toContain('only to the owner')
})

test.each(['garbage', 'half', 'status 500', 'reset'] as const)('an answer that is %s fails the read', async (fault) => {
  const { connection, sim } = await start()
  sim.scenario('direct-play')
  sim.faults.set(fault, '/status/sessions')
  expect((await failure(connection.read(never()))).state).not.toBe('ok')
  sim.faults.clear()
  expect(await sessionsOf(connection)).toHaveLength(1)
})

test('films, episodes, music, photos and television all are sessions, the tune of a page is none', async () => {
  const { connection, sim } = await start()
  for (const name of ['direct-play', 'episode', 'plexamp', 'photo', 'live-tv', 'theme-music'] as const)
    sim.scenario(name)
  const seen = await connection.read(never())
  expect(seen.sessions?.map(({ mediaType }) => mediaType)).toEqual(['movie', 'episode', 'track', 'photo', 'live'])
  expect(seen.sessions?.map(({ canTerminate }) => canTerminate)).toEqual([true, true, false, true, true])
  expect(connection.isIdle?.(seen)).toBe(false)
  expect(connection.isIdle?.({ sessions: [] })).toBe(true)
})

test('a transcode is shown at once, and again when its file is known, which is asked for once', async () => {
  const { connection, sim } = await start()
  const ear = await subscribe(connection)
  const { ratingKey } = sim.scenario('scope-4k-transcode')
  const [first] = await ear.seen((sessions) => sessions.length === 1)
  expect(first?.stream).toMatchObject({ video: 'transcode', hardware: 'full', source: { width: null } })
  const [second] = await ear.seen((sessions) => sessions[0]?.stream.source.width === 3840)
  expect(second?.stream).toMatchObject({ source: { height: 1600, is4k: true }, target: { width: 1920, codec: 'h264' } })
  await sessionsOf(connection)
  expect(sim.requests.count(`/library/metadata/${ratingKey}`)).toBe(1)
})

test('two versions of a film are two files', async () => {
  const { connection, sim } = await start()
  const ear = await subscribe(connection)
  sim.scenario('two-versions-transcode')
  await ear.seen((sessions) => sessions[0]?.stream.source.is4k === true)
  sim.scenario('two-versions-transcode', { version: 0, device: { machineIdentifier: 'other' } })
  const both = await ear.seen((sessions) => sessions.length === 2 && sessions.every((one) => one.stream.source.width))
  expect(both.map(({ stream }) => stream.source.is4k)).toEqual([true, false])
})

test('a file that cannot be looked up holds nothing up', async () => {
  const { connection, sim } = await start()
  const { ratingKey } = sim.scenario('transcode-hdr')
  sim.faults.set('hang', `/library/metadata/${ratingKey}`)
  expect(await sessionsOf(connection)).toMatchObject([{ stream: { source: { width: null } } }])
  expect(await sessionsOf(connection)).toHaveLength(1)
  expect(sim.requests.count(`/library/metadata/${ratingKey}`)).toBeLessThanOrEqual(1)
})

test('what plays directly is asked after nowhere else', async () => {
  const { connection, sim } = await start()
  const { ratingKey } = sim.scenario('scope-4k')
  expect(await sessionsOf(connection)).toMatchObject([{ stream: { source: { width: 3840, is4k: true } } }])
  expect(sim.requests.count(`/library/metadata/${ratingKey}`)).toBe(0)
})

test('a start, a pause and an end are told by the server', async () => {
  const { connection, sim } = await start()
  const ear = await subscribe(connection)
  const { key } = sim.scenario('direct-play')
  await ear.seen((sessions) => sessions.length === 1)
  sim.pause(key)
  await ear.seen((sessions) => sessions[0]?.state === 'paused')
  sim.buffer(key)
  await ear.seen((sessions) => sessions[0]?.state === 'buffering')
  sim.end(key)
  await ear.nudged()
  expect(await sessionsOf(connection)).toEqual([])
})

test('while somebody just watches nothing is asked, and a jump is followed without a question', async () => {
  let clock = 1_000_000_000
  const { connection, sim } = await start({ now: () => clock })
  const ear = await subscribe(connection)
  const { key } = sim.scenario('direct-play')
  await ear.seen((sessions) => sessions.length === 1)
  const before = sim.requests.count('/status/sessions')
  for (let beat = 0; beat < 6; beat += 1) {
    clock += 10_000
    sim.tick()
  }
  sim.seek(key, 3_000_000)
  await ear.seen((sessions) => (sessions[0]?.positionMs ?? 0) >= 3_000_000)
  expect(sim.requests.count('/status/sessions')).toBe(before)
  expect(ear.counts().nudges).toBe(1)
})

test('a playback that no answer shows is asked after a few times only', async () => {
  const { connection, sim } = await start()
  const ear = await subscribe(connection)
  const ghost = { sessionKey: '99', ratingKey: '5', state: 'playing', viewOffset: 1 }
  for (let times = 0; times < 10; times += 1) sim.streams.announce('playing', 'PlaySessionStateNotification', ghost)
  sim.scenario('direct-play')
  await ear.seen((sessions) => sessions.length === 1)
  expect(ear.counts().nudges).toBe(4)
})

test('a flood of jumps does not become a flood of observations', async () => {
  const { connection, sim } = await start()
  const ear = await subscribe(connection)
  const { key } = sim.scenario('direct-play')
  await ear.seen((sessions) => sessions.length === 1)
  for (let jump = 1; jump <= 200; jump += 1) sim.seek(key, jump * 10_000)
  await ear.seen((sessions) => (sessions[0]?.positionMs ?? 0) >= 2_000_000)
  expect(ear.counts().observations).toBeLessThan(20)
})

test('a stream that breaks ends the listening', async () => {
  const { connection, sim } = await start()
  const ear = await subscribe(connection)
  sim.streams.drop()
  await ear.ended
})

test('listening that is stopped ends without an error', async () => {
  const { connection } = await start()
  const ear = await subscribe(connection)
  ear.stop()
  expect(await ear.ended).toBeUndefined()
})

test('a server without an event stream is listened to by its socket', async () => {
  const { connection, sim } = await start()
  sim.faults.set('status 404', '/:/eventsource/notifications')
  const ear = listen(connection)
  await ear.ready
  const { key } = sim.scenario('direct-play')
  await ear.seen((sessions) => sessions.length === 1)
  sim.pause(key)
  await ear.seen((sessions) => sessions[0]?.state === 'paused')
  sim.streams.drop()
  await ear.ended
})

const ending = async (options: Parameters<typeof start>[0] = {}) => {
  const running = await start(options)
  const http = createHttpClient({ baseUrl: new URL(running.url) })
  const client = createPlexClient({ http, token: running.token, deviceId })
  const end = createEnding({ client, checksMs: [5, 50, 200] })
  const ref = async () => (await sessionsOf(running.connection))[0]?.ref ?? ''
  const run = async (id: string, force = false) => end.terminate(id, { reason: 'Bed time', force }, never())
  return { ...running, run, ref }
}

test('a session is told why and ended, and that is verified', async () => {
  const { sim, connection } = await start({ stopDelayMs: 100 })
  sim.scenario('direct-play')
  const [session] = await sessionsOf(connection)
  const work = connection.media?.terminate(session?.ref ?? '', { reason: 'Bed time & so', force: false }, never())
  expect(await work).toBe('ended')
  expect(sim.past('message')).toMatchObject([{ detail: { reason: 'Bed time & so' } }])
})

test('a player that ignores the command is said to have ignored it, with force as without', async () => {
  const { sim, run, ref } = await ending()
  sim.scenario('stuck-client')
  expect(await run(await ref())).toBe('ignored')
  expect(await run(await ref(), true)).toBe('ignored')
})

test('what ended by itself is already gone', async () => {
  const { sim, run, ref } = await ending()
  const { key } = sim.scenario('direct-play')
  const gone = await ref()
  sim.end(key)
  expect(await run(gone)).toBe('already-gone')
})

test('without a Plex Pass it is said why nothing can be ended, and not offered again', async () => {
  const { sim, connection } = await start({ plexPass: false })
  sim.scenario('direct-play')
  const [session] = await sessionsOf(connection)
  expect(session?.canTerminate).toBe(true)
  const work = connection.media?.terminate(session?.ref ?? '', { reason: undefined, force: false }, never())
  await expect(work).rejects.toMatchObject({ code: 'not_controllable', message: expect.stringContaining('Plex Pass') })
  expect(await sessionsOf(connection)).toMatchObject([{ canTerminate: false }])
})

test('a playback without an id is left alone', async () => {
  const { sim, run, ref } = await ending()
  sim.scenario('plexamp')
  await expect(run(await ref())).rejects.toMatchObject({ code: 'not_controllable' })
  expect(sim.requests.count('/status/sessions/terminate')).toBe(0)
})

test('a server that fails the command is an error and no outcome', async () => {
  const { sim, run, ref } = await ending()
  sim.scenario('direct-play')
  const id = await ref()
  sim.faults.set('status 500', '/status/sessions/terminate')
  expect(await failure(run(id))).toMatchObject({ code: 'upstream_refused' })
})

test.each([
  ['plex.local', 'http://plex.local:32400'],
  ['[fd00::1]', 'http://[fd00::1]:32400'],
  ['plex.local:80', 'http://plex.local'],
  ['http://plex.local:32400/web?X-Plex-Token=abc', 'http://plex.local:32400'],
  ['http://plex.local:32400/', 'http://plex.local:32400'],
  ['https://plex.example.org', 'https://plex.example.org'],
  ['http://192.168.1.5:32400/web/index.html#!/', 'http://192.168.1.5:32400'],
  ['https://example.org/plex/web', 'https://example.org/plex'],
])('the address %s is understood', (text, url) => {
  expect(plex.parseUrl(text)).toBe(url)
})

test.each(['ftp://plex.local', 'http://ada:secret@plex.local', 'https://app.plex.tv/desktop', '::'])(
  'the address %s is refused',
  (text) => {
    expect(() => plex.parseUrl(text)).toThrow(/^url: /)
  },
)

test('a token with a line break is refused before it is sent', () => {
  expect(plex.credentials.safeParse({ token: 'a\r\nb' }).success).toBe(false)
  expect(plex.credentials.parse({ token: ' abc ' })).toEqual({ token: 'abc' })
})
