import { describe, expect, test } from 'vitest'
import { createEmbyClient } from '../../../appliance/sources/emby/client.ts'
import { emby } from '../../../appliance/sources/emby/index.ts'
import { dialect } from '../../../appliance/sources/emby/normalise.ts'
import { createHttpClient } from '../../../appliance/sources/http.ts'
import { createTerminate } from '../../../appliance/sources/mediabrowser/terminate.ts'
import { afterwards, failure, never, quiet, sessionsOf } from '../jellyfin/harness.ts'
import { type Asked, connectTo, serve, start, subscribe } from './harness.ts'

test('a server says who it is, whether its address has /emby or not', async () => {
  const { connection, url, apiKey, serverId } = await start()
  const who = { id: serverId, name: 'Cabin', version: '4.9.1.90' }
  expect(await connection.identify(never())).toEqual(who)
  expect(await connectTo(`${url}/emby`, apiKey).identify(never())).toEqual(who)
})

test('a wrong key is told apart from a server that is away', async () => {
  const { url, sim } = await start()
  expect(await failure(connectTo(url, 'wrong').identify(never()))).toMatchObject({ state: 'unauthorized' })
  await sim.stop()
  expect(await failure(connectTo(url, 'wrong').identify(never()))).toMatchObject({ state: 'unreachable' })
})

test('a Jellyfin server is recognised and refused with a sentence', async () => {
  const answer = (): [number, unknown] => [200, { Id: 'j1', ProductName: 'Jellyfin Server', Version: '10.11.6' }]
  const { url } = await serve({ answer })
  expect((await failure(connectTo(url, 'k').identify(never()))).message).toContain('Jellyfin')
})

test('a server that answers only without /emby is asked without it from then on', async () => {
  const info = { Id: 'e1', ServerName: 'Old', Version: '4.7.0.0' }
  const answers: Record<string, unknown> = { '/System/Info/Public': info, '/System/Info': info, '/Sessions': [] }
  const answer = ({ path }: Asked): [number, unknown?] => (path in answers ? [200, answers[path]] : [404])
  const { url, asked } = await serve({ answer })
  const connection = connectTo(url, 'k')
  await connection.identify(never())
  expect(await sessionsOf(connection)).toEqual([])
  expect(asked.map(({ path, key }) => [path, key])).toEqual([
    ['/emby/System/Info/Public', null],
    ['/System/Info/Public', null],
    ['/System/Info', 'k'],
    ['/Sessions', 'k'],
  ])
})

test.each(['garbage', 'half', 'status 500', 'reset', 'huge'] as const)(
  'an answer that is %s fails the read',
  async (fault) => {
    const { connection, sim } = await start()
    sim.scenario('direct-play')
    sim.faults.set(fault, '/Sessions')
    await failure(connection.read(never()))
    sim.faults.clear()
    expect(await sessionsOf(connection)).toHaveLength(1)
  },
)

test('only what plays is a session, and it says what its server makes of it', async () => {
  const { connection, sim } = await start()
  sim.scenario('idle')
  sim.scenario('transcode-decode')
  sim.scenario('same-container')
  sim.scenario('range DOVIWithEL')
  const seen = (await sessionsOf(connection)).map(({ title, stream }) => [
    title,
    stream.decision,
    stream.hardware,
    stream.source.range,
  ])
  expect(seen.sort()).toEqual([
    ['Agent 327 (DOVIWithEL)', 'direct-play', null, 'DV'],
    ['Nosferatu', 'direct-play', null, 'SDR'],
    ['Sintel', 'transcode', 'decode', 'HDR10'],
  ])
})

test('the library is looked up once, and follows by itself', async () => {
  const { connection, sim } = await start()
  const ear = await subscribe(sim, connection)
  await ear.seen((sessions) => sessions.length === 0)
  const { itemId } = sim.scenario('episode')
  await sessionsOf(connection)
  await ear.seen((sessions) => sessions[0]?.library === 'Shows')
  await sessionsOf(connection)
  expect(sim.requests.count(`/Items/${itemId}/Ancestors`)).toBe(1)
})

const terminate = async (options: Parameters<typeof start>[0] = {}) => {
  const running = await start(options)
  const baseUrl = new URL(running.url)
  const http = createHttpClient({ baseUrl })
  const client = createEmbyClient({ http, baseUrl, apiKey: running.apiKey })
  const run = createTerminate({ client, dialect, log: quiet, checksMs: [5, 50, 200] })
  const ref = async () => (await sessionsOf(running.connection))[0]?.ref ?? ''
  return { ...running, run, ref }
}

describe('ending a session', () => {
  test('tells why, for a while, ends it and verifies that', async () => {
    const { sim, run, ref } = await terminate({ stopDelayMs: 20 })
    const { id } = sim.scenario('direct-play')
    const reason = 'Bed time: 1 + 1 = 2 & ü?'
    expect(await run(await ref(), { reason, force: false }, never())).toBe('ended')
    expect(sim.messages(id)).toEqual([{ header: 'Belfry', text: reason, timeoutMs: 15_000 }])
  })

  test('says that a player ignored it, and signs nobody out unless with force', async () => {
    const { sim, run, ref } = await terminate()
    const { id } = sim.scenario('stuck-client')
    expect(await run(await ref(), { reason: undefined, force: false }, never())).toBe('ignored')
    expect(sim.requests.count('/Devices/Delete')).toBe(0)
    expect(await run(await ref(), { reason: undefined, force: true }, never())).toBe('signed-out')
    expect(sim.requests.count('/Devices/Delete', 'POST')).toBe(1)
    expect(sim.peek(id)).toBeNull()
  })

  test('leaves a player alone that takes no commands, unless with force', async () => {
    const { sim, run, ref } = await terminate()
    const { id } = sim.scenario('no-remote-control')
    expect(await run(await ref(), { reason: 'Bed time', force: false }, never())).toBe('not-controllable')
    expect(sim.requests.count(`/Sessions/${id}/Playing/Stop`)).toBe(0)
    expect(await run(await ref(), { reason: undefined, force: true }, never())).toBe('signed-out')
  })

  test('finds what ended by itself already gone', async () => {
    const { sim, run, ref } = await terminate()
    const { id } = sim.scenario('direct-play')
    const gone = await ref()
    sim.end(id)
    expect(await run(gone, { reason: undefined, force: true }, never())).toBe('already-gone')
  })

  test('goes on when the message fails', async () => {
    const { sim, run, ref } = await terminate()
    const { id } = sim.scenario('direct-play')
    sim.faults.set('status 500', `/Sessions/${id}/Message`)
    expect(await run(await ref(), { reason: 'Bed time', force: false }, never())).toBe('ended')
  })

  test('is an error and no outcome when the server fails the command', async () => {
    const { sim, run, ref } = await terminate()
    const { id } = sim.scenario('direct-play')
    sim.faults.set('status 500', `/Sessions/${id}/Playing/Stop`)
    const work = run(await ref(), { reason: undefined, force: false }, never())
    expect(await failure(work)).toMatchObject({ code: 'upstream_refused' })
  })
})

describe('signing a device out', () => {
  const clientOf = (url: string) => {
    const http = createHttpClient({ baseUrl: new URL(url) })
    afterwards(() => http.close())
    return createEmbyClient({ http, baseUrl: new URL(url), apiKey: 'k' })
  }
  const device = (Id: string, ReportedDeviceId: string) => ({ Id, ReportedDeviceId })

  test('uses every number under which the server knows it', async () => {
    const Items = [device('7', 'lounge'), device('8', 'phone'), device('9', 'lounge')]
    const { url, asked } = await serve({ answer: ({ method }) => (method === 'GET' ? [200, { Items }] : [204]) })
    await clientOf(url).signOut('lounge', never())
    expect(asked.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /emby/Devices/Delete?Id=7',
      'POST /emby/Devices/Delete?Id=9',
    ])
  })

  test('uses its own name where it is not listed, and DELETE where there is no POST', async () => {
    const { url, asked } = await serve({ answer: ({ method }) => [method === 'DELETE' ? 204 : 404] })
    await clientOf(url).signOut('the lounge', never())
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /emby/Devices',
      'POST /emby/Devices/Delete?Id=the%20lounge',
      'DELETE /emby/Devices?Id=the%20lounge',
    ])
  })
})

test.each([
  ['emby.local:8096', 'http://emby.local:8096'],
  ['https://example.org/emby/', 'https://example.org/emby'],
  ['http://emby.local:8096/web/index.html#!/home', 'http://emby.local:8096'],
])('the address %s is understood', (text, url) => {
  expect(emby.parseUrl(text)).toBe(url)
})

test.each(['ftp://emby.local', 'http://ada:secret@emby.local'])('the address %s is refused', (text) => {
  expect(() => emby.parseUrl(text)).toThrow(/^url: /)
})
