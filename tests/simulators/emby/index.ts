import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Catalogue } from '../jellyfin/catalogue.ts'
import { createDiscovery } from '../jellyfin/discovery.ts'
import type { JellyfinEvents } from '../jellyfin/events.ts'
import { createPlayers, type Players } from '../jellyfin/players.ts'
import type { NewUser, User } from '../jellyfin/users.ts'
import type { Faults } from '../lib/faults.ts'
import { createRequestLog, type Requests } from '../lib/requests.ts'
import { guidOf, libraryRoutes } from './library-routes.ts'
import { type ScenarioName, scenarioSpec } from './scenarios.ts'
import { createHttp, withoutBase } from './server.ts'
import { sessionRoutes } from './session-routes.ts'
import { createSockets } from './socket.ts'
import { systemRoutes } from './system-routes.ts'
import { addUser, userRoutes } from './user-routes.ts'
import { sessionWire } from './wire.ts'
import { createWorld, type EmbyOptions } from './world.ts'

export interface Started {
  /** Without /emby; both forms are answered. */
  url: string
  apiKey: string
  serverId: string
  /** The UDP port of discovery, when it was asked for. */
  discoveryPort: number | null
}

export interface Simulator extends Players<ScenarioName>, Pick<JellyfinEvents, 'on' | 'next' | 'past'> {
  start(port?: number): Promise<Started>
  stop(): Promise<void>
  /** One look of the server at its clock: due frames go out, what ran out ends, silent sockets are closed. */
  tick(): void
  /** Paths are noted without /emby. */
  requests: Requests
  faults: Faults
  catalogue: Catalogue
  sockets: { count(): number; drop(): void; mute(muted: boolean): void }
  now: () => number
  addUser(user: NewUser): User
  removeUser(name: string): void
  user(name: string): User | null
  /** What a policy calls the library of this name. */
  guidOf(library: string): string
}

export function createEmbySimulator(options: EmbyOptions = {}): Simulator {
  const world = createWorld(options)
  const { keys, users, events } = world
  const routes = [...systemRoutes(world), ...sessionRoutes(world), ...userRoutes(world), ...libraryRoutes(world)]
  const requests = withoutBase(createRequestLog(world.now, (record) => events.emit('request', null, { ...record })))
  const server = createHttp(world, routes, requests)
  const sockets = createSockets(world, server, requests)
  let url = ''
  const discovery = createDiscovery(() => ({ address: url, id: keys.serverId, name: world.serverName }), 'EmbyServer')
  addUser(world, { name: 'root', password: 'root-secret', admin: true })
  const ways = {
    client: 'Emby Web',
    appVersion: '4.9.1.90',
    scenario: scenarioSpec,
    wire: (session: Parameters<typeof sessionWire>[0]) => sessionWire(session, world),
  }

  return {
    ...createPlayers(world, ways),
    on: events.on,
    next: events.next,
    past: events.past,
    tick: sockets.tick,
    requests,
    sockets,
    faults: world.faults,
    catalogue: world.catalogue,
    now: world.now,
    addUser: (user) => addUser(world, user),
    removeUser: (name) => users.remove(users.named(name)?.id ?? ''),
    user: users.named,
    guidOf: (library) => guidOf(world, library),
    async start(port = 0) {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const discoveryPort = options.discovery === undefined ? null : await discovery.start(options.discovery)
      const { tickMs = 500 } = options
      if (tickMs > 0) world.keep(setInterval(sockets.tick, tickMs))
      return { url, apiKey: keys.apiKey, serverId: keys.serverId, discoveryPort }
    },
    async stop() {
      world.cancelTimers()
      sockets.close()
      await discovery.stop()
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
