import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createLog } from '../../appliance/lib/log.ts'
import { broadcastAddresses } from '../../appliance/sources/discovery/networks.ts'
import { createDiscovery, type DiscoveryDeps } from '../../appliance/sources/discovery.ts'
import { createJellyfinSimulator } from '../simulators/jellyfin/index.ts'

const ends: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** Somebody on the network who answers every question with these datagrams. */
const answering = async (...answers: string[]) => {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (bytes, from) => {
    asked.push(bytes.toString())
    for (const answer of answers) socket.send(answer, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  ends.push(() => socket.close())
  return { asked, at: { address: '127.0.0.1', port: socket.address().port } }
}

type Destinations = Partial<ReturnType<NonNullable<DiscoveryDeps['destinations']>>>

const discover = (destinations: Destinations, more: Partial<DiscoveryDeps> = {}) => {
  const discovery = createDiscovery({
    log: createLog('fatal', { write: () => undefined }),
    now: Date.now,
    known: () => [],
    destinations: () => ({ jellyfin: [], emby: [], plex: [], ...destinations }),
    dockerSocket: '/nowhere/docker.sock',
    listenMs: 150,
    ...more,
  })
  ends.push(() => discovery.stop())
  return discovery
}

const jelly = (more: object = {}) =>
  JSON.stringify({ Address: 'http://jelly.lan:8096', Id: 'j1', Name: 'Jelly', ...more })
const gdm = (...lines: string[]) =>
  ['HTTP/1.0 200 OK', 'Content-Type: plex/media-server', ...lines, '', ''].join('\r\n')

test('a Jellyfin server that answers is found with its own address', async () => {
  const sim = createJellyfinSimulator({ discovery: 0, tickMs: 0 })
  const { discoveryPort, url, serverId } = await sim.start()
  ends.push(() => sim.stop())
  const discovery = discover({ jellyfin: [{ address: '127.0.0.1', port: discoveryPort ?? 0 }] })
  await discovery.search()
  expect(discovery.list()).toEqual([
    { kind: 'jellyfin', name: 'Living room server', url, identity: serverId, known: false },
  ])
})

test('Emby and Plex are asked in their own words', async () => {
  const emby = await answering(jelly({ Id: 'e1', Name: 'Cabin' }))
  const plex = await answering(gdm('Name: Attic', 'Port: 32400', 'Resource-Identifier: abc123', 'Version: 1.42'))
  const discovery = discover({ emby: [emby.at], plex: [plex.at] })
  await discovery.search()
  expect(emby.asked).toEqual(['who is EmbyServer?'])
  expect(plex.asked).toEqual(['M-SEARCH * HTTP/1.1\r\n\r\n'])
  expect(discovery.list()).toMatchObject([
    { kind: 'plex', name: 'Attic', url: 'http://127.0.0.1:32400', identity: 'abc123' },
    { kind: 'emby', name: 'Cabin' },
  ])
})

test.each([
  ['http://172.17.0.2:8096', 'http://127.0.0.1:8096'],
  ['http://localhost:8920', 'http://127.0.0.1:8920'],
  ['https://media.example.org/jellyfin/', 'https://media.example.org/jellyfin'],
  ['javascript:alert(1)', 'http://127.0.0.1:8096'],
  ['http://a:b@jelly.lan', 'http://127.0.0.1:8096'],
  [null, 'http://127.0.0.1:8096'],
])('a server that names its address %s is offered at %s', async (Address, url) => {
  const discovery = discover({ jellyfin: [(await answering(jelly({ Address }))).at] })
  await discovery.search()
  expect(discovery.list()).toMatchObject([{ url }])
})

test('garbage, and what is too large, is passed over', async () => {
  const { at } = await answering('', '{', '[]', '{"Id":7}', jelly({ Name: 'x'.repeat(5000) }), jelly({ Id: '<b>' }))
  const plex = await answering('HTTP/1.0 404 Not Found', gdm('Name: No port'), gdm('Name: Odd', 'Port: 99999'))
  const discovery = discover({ jellyfin: [at], plex: [plex.at] })
  await discovery.search()
  expect(discovery.list()).toEqual([])
})

test('a flood of answers is cut off at 64', async () => {
  const { at } = await answering(...Array.from({ length: 150 }, (_, i) => jelly({ Id: `id-${i}` })))
  const discovery = discover({ jellyfin: [at] })
  await discovery.search()
  expect(discovery.list().length).toBeGreaterThan(0)
  expect(discovery.list().length).toBeLessThanOrEqual(64)
})

test('what is configured already is marked, by identity or by address, and comes last', async () => {
  const { at } = await answering(jelly(), jelly({ Id: 'j2', Name: 'Other', Address: 'http://other.lan:8096' }))
  const known = [{ url: 'http://moved.lan:8096', identity: 'j1' }]
  const discovery = discover({ jellyfin: [at] }, { known: () => known })
  await discovery.search()
  expect(discovery.list().map((one) => [one.identity, one.known])).toEqual([
    ['j2', false],
    ['j1', true],
  ])
  known.push({ url: 'http://other.lan:8096', identity: 'somebody else' })
  expect(discovery.list().every((one) => one.known)).toBe(true)
})

test('the engine of this machine is suggested when its socket is there', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-discovery-'))
  ends.push(() => rmSync(folder, { recursive: true }))
  const dockerSocket = join(folder, 'docker.sock')
  writeFileSync(dockerSocket, '')
  const discovery = discover({}, { dockerSocket })
  await discovery.search()
  expect(discovery.list()).toMatchObject([{ kind: 'docker', url: `unix://${dockerSocket}`, known: false }])
})

test('what has not answered for a long time is forgotten', async () => {
  const clock = { now: 0 }
  const to = [(await answering(jelly())).at]
  const discovery = discover({ jellyfin: to }, { now: () => clock.now })
  await discovery.search()
  expect(discovery.list()).toHaveLength(1)
  to.pop()
  clock.now += 60 * 60_000
  await discovery.search()
  expect(discovery.list()).toEqual([])
})

test('a network that cannot be asked is no error', async () => {
  const discovery = discover({ jellyfin: [{ address: '0.0.0.1', port: 9 }], plex: [{ address: '240.0.0.1', port: 9 }] })
  await expect(discovery.search()).resolves.toBeUndefined()
})

test('stopping ends a search that runs', async () => {
  const discovery = discover({ jellyfin: [(await answering()).at] }, { listenMs: 600_000 })
  discovery.start()
  await discovery.stop()
})

test('every network has its broadcast address', () => {
  const address = (ip: string, netmask: string, internal = false) => ({
    ...{ address: ip, netmask, internal, mac: '', cidr: null },
    family: 'IPv4' as const,
  })
  expect(
    broadcastAddresses({
      lo: [address('127.0.0.1', '255.0.0.0', true)],
      eth0: [address('192.168.1.20', '255.255.255.0')],
      wlan0: [address('10.20.30.40', '255.255.240.0')],
    }),
  ).toEqual(['255.255.255.255', '192.168.1.255', '10.20.31.255'])
})
