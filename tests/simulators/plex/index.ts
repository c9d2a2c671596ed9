import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Faults } from '../lib/faults.ts'
import { createRequestLog, type Requests } from '../lib/requests.ts'
import { type Answer, createWeb, type Exchange, findRoute } from '../lib/web.ts'
import { OWNER_ID } from './accounts.ts'
import type { Catalogue } from './catalogue.ts'
import type { PlexEvents } from './events.ts'
import { libraryRoutes } from './library-routes.ts'
import { createNotifications, type Notifications } from './notifications.ts'
import { createPlayers, type Players } from './players.ts'
import { claim, type PlexRoute, refused } from './routes.ts'
import { serverRoutes } from './server-routes.ts'
import { sessionRoutes } from './session-routes.ts'
import type { PublishedServer } from './tv/world.ts'
import { createWorld, type SimulatorOptions, type World } from './world.ts'

export interface Started {
  url: string
  /** The owner's. */
  token: string
  machineIdentifier: string
}

export interface PlexSimulator extends Players, Pick<PlexEvents, 'on' | 'next' | 'past'> {
  start(port?: number): Promise<Started>
  stop(): Promise<void>
  /** One beat of the server: progress goes out, what ran out ends, pings are sent. */
  tick(): void
  requests: Requests
  faults: Faults
  catalogue: Catalogue
  settings: World['settings']
  /** Event streams and sockets together. */
  streams: Pick<Notifications, 'count' | 'drop' | 'mute' | 'announce'>
  now: () => number
  /** What plex.tv has to know of a started server. */
  published(): PublishedServer
  /** A token that this server takes from somebody who is not its owner. */
  memberToken(name: string): string
}

export function createPlexSimulator(options: SimulatorOptions = {}): PlexSimulator {
  const world = createWorld(options)
  const { sessions, events, accounts } = world
  const notifications = createNotifications(world)
  const routes = [...serverRoutes(world), ...sessionRoutes(world), ...libraryRoutes(world), streamRoute(notifications)]
  const requests = createRequestLog(world.now, (record) => events.emit('request', null, { ...record }))
  const answer = (exchange: Exchange) => answerOf(world, routes, exchange)
  const server = createWeb({ log: requests, faults: world.faults, keep: world.keep, answer })
  notifications.attach(server, requests)
  const tick = () => {
    sessions.settle()
    world.statistics.settle()
    sessions.report()
    notifications.tick()
  }
  let url = ''

  return {
    ...createPlayers(world),
    on: events.on,
    next: events.next,
    past: events.past,
    tick,
    requests,
    streams: notifications,
    faults: world.faults,
    catalogue: world.catalogue,
    settings: world.settings,
    now: world.now,
    published: () => publishedOf(world, url),
    memberToken(name) {
      const id = accounts.named(name)?.id ?? 5_100_000 + accounts.list().length
      const token = world.hex(20)
      accounts.admit(token, { id, name })
      return token
    },
    async start(port = 0) {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
      const { tickMs = 1000 } = options
      if (tickMs > 0) world.keep(setInterval(tick, tickMs))
      return { url, token: world.token, machineIdentifier: world.machineIdentifier }
    },
    async stop() {
      world.cancelTimers()
      notifications.close()
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function streamRoute(notifications: Notifications): PlexRoute {
  return {
    methods: ['GET'],
    pattern: '/:/eventsource/notifications',
    access: 'member',
    handle: notifications.stream,
  }
}

function answerOf(world: World, routes: readonly PlexRoute[], exchange: Exchange): Answer {
  world.sessions.settle()
  const match = findRoute(routes, exchange.method, exchange.path)
  const account = world.accounts.byToken(claim(exchange, 'X-Plex-Token'))
  const access = match?.route.access ?? 'member'
  if (access !== 'anyone' && account === null) return refused(401)
  if (match === null) return refused(404)
  if (access === 'owner' && account?.id !== OWNER_ID) return refused(world.memberStatus)
  return match.route.handle({ ...exchange, account }, match.params)
}

function publishedOf(world: World, url: string): PublishedServer {
  const { name, version, machineIdentifier, accounts, catalogue } = world
  return {
    name,
    version,
    machineIdentifier,
    url,
    sections: catalogue.sections().map(({ key, type, title }) => ({ key, type, title })),
    admit: (token, account) => void accounts.admit(token, account),
    admitOwner: (token) => void accounts.admit(token, { id: OWNER_ID, name: '' }),
    revoke: accounts.revoke,
  }
}
