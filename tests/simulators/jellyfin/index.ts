import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Faults } from '../lib/faults.ts'
import { createRequestLog, type Requests } from '../lib/requests.ts'
import type { Catalogue } from './catalogue.ts'
import { createDiscovery } from './discovery.ts'
import type { JellyfinEvents } from './events.ts'
import { libraryRoutes } from './library-routes.ts'
import { createJellyfinPlayers, type Players } from './players.ts'
import { createQuickConnect } from './quick-connect.ts'
import { createHttp } from './server.ts'
import { sessionRoutes } from './session-routes.ts'
import { createSockets } from './socket.ts'
import { systemRoutes } from './system-routes.ts'
import { userRoutes } from './user-routes.ts'
import type { NewUser, User } from './users.ts'
import { createWorld, type SimulatorOptions, type World } from './world.ts'

export interface Started {
  url: string
  apiKey: string
  serverId: string
  /** The UDP port of discovery, when it was asked for. */
  discoveryPort: number | null
}

export interface Simulator extends Players, Pick<JellyfinEvents, 'on' | 'next' | 'past'> {
  start(port?: number): Promise<Started>
  stop(): Promise<void>
  /** One beat of the server: progress goes out, what ran out ends, keep-alives are watched. */
  tick(): void
  requests: Requests
  faults: Faults
  catalogue: Catalogue
  sockets: { count(): number; drop(): void; mute(muted: boolean): void }
  settings: World['settings']
  now: () => number
  addUser(user: NewUser): User
  removeUser(name: string): void
  user(name: string): User | null
  /** A user enters the code of a waiting Quick Connect request. */
  authorizeQuickConnect(code: string, userName: string): boolean
}

export function createJellyfinSimulator(options: SimulatorOptions = {}): Simulator {
  const world = createWorld(options)
  const quickConnect = createQuickConnect(world)
  const routes = [
    ...systemRoutes(world),
    ...sessionRoutes(world),
    ...userRoutes(world),
    ...libraryRoutes(world),
    ...quickConnect.routes,
  ]
  const requests = createRequestLog(world.now, (record) => world.events.emit('request', null, { ...record }))
  const server = createHttp(world, routes, requests)
  const sockets = createSockets(world, server, requests)
  let url = ''
  const { keys, users } = world
  const discovery = createDiscovery(() => ({ address: url, id: keys.serverId, name: world.serverName }))
  users.add({ name: 'root', password: 'root-secret', admin: true })

  return {
    ...createJellyfinPlayers(world),
    on: world.events.on,
    next: world.events.next,
    past: world.events.past,
    tick: sockets.tick,
    requests,
    sockets,
    faults: world.faults,
    catalogue: world.catalogue,
    settings: world.settings,
    now: world.now,
    addUser: users.add,
    removeUser: (name) => users.remove(users.named(name)?.id ?? ''),
    user: users.named,
    authorizeQuickConnect(code, userName) {
      const user = users.named(userName)
      return user !== null && quickConnect.authorize(code, user)
    },
    async start(port = 0) {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const discoveryPort = options.discovery === undefined ? null : await discovery.start(options.discovery)
      const { tickMs = 1000 } = options
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
