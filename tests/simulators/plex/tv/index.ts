import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { Events } from '../../lib/events.ts'
import type { Faults } from '../../lib/faults.ts'
import type { Reply } from '../../lib/reply.ts'
import { createRequestLog, type Requests } from '../../lib/requests.ts'
import { createWeb, type Exchange, findRoute } from '../../lib/web.ts'
import { claim } from '../routes.ts'
import { peopleRoutes } from './people-routes.ts'
import { resourceRoutes } from './resource-routes.ts'
import { failure, type TvRoute } from './routes.ts'
import { type Shared, share } from './sharing.ts'
import { sharingRoutes } from './sharing-routes.ts'
import { signInRoutes } from './sign-in-routes.ts'
import {
  type Connection,
  createTvWorld,
  type PublishedServer,
  type Resource,
  type TvAccount,
  type TvEventType,
  type TvOptions,
  type TvWorld,
} from './world.ts'

export interface NewAccount {
  username: string
  email?: string
  password?: string
  verificationCode?: string
}

/** A resource of somebody's own making: any name, any identifier, any address. */
export interface NewResource {
  name: string
  clientIdentifier: string
  provides?: string
  connections?: Connection[]
}

export interface PlexTvSimulator extends Pick<Events<TvEventType>, 'on' | 'next' | 'past'> {
  start(port?: number): Promise<{ url: string }>
  stop(): Promise<void>
  requests: Requests
  faults: Faults
  /** The password is `<username>-secret` when none is given. */
  addAccount(account: NewAccount): TvAccount
  /** A token as a sign-in would give it. */
  token(username: string): string
  revoke(token: string): void
  /** The owner claims a server; both know the token from now on. */
  publish(owner: string, server: PublishedServer): Resource
  register(owner: string, resource: NewResource): Resource
  share(machineIdentifier: string, username: string, sections: string[] | 'all'): void
  /** Makes somebody a member of the household of another. */
  joinHome(admin: string, username: string): void
  /** Somebody enters a code, or follows its address, and agrees; false when there is no such code. */
  approve(code: string, username: string): boolean
}

export function createPlexTvSimulator(options: TvOptions = {}): PlexTvSimulator {
  const world = createTvWorld(options)
  const { events } = world
  const routes = [...signInRoutes(world), ...resourceRoutes(world), ...peopleRoutes(world), ...sharingRoutes(world)]
  const requests = createRequestLog(world.now, (record) => events.emit('request', null, { ...record }))
  const answer = (exchange: Exchange) => answerOf(world, routes, exchange)
  const server = createWeb({ log: requests, faults: world.faults, keep: world.keep, answer })
  return {
    on: events.on,
    next: events.next,
    past: events.past,
    requests,
    faults: world.faults,
    ...createHousehold(world),
    async start(port = 0) {
      server.listen(port, '127.0.0.1')
      await once(server, 'listening')
      return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
    },
    async stop() {
      world.cancelTimers()
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function answerOf(world: TvWorld, routes: readonly TvRoute[], exchange: Exchange): Reply {
  const match = findRoute(routes, exchange.method, exchange.path)
  const client = claim(exchange, 'X-Plex-Client-Identifier')
  if (match === null) return failure(exchange, 'notFound')
  if (!client) return failure(exchange, 'noClient')
  const account = world.byToken(claim(exchange, 'X-Plex-Token'))
  const { route, params } = match
  if (route.access === 'anyone') return route.handle({ ...exchange, account, client }, params)
  if (account === null) return failure(exchange, 'notSignedIn')
  return route.handle({ ...exchange, account, client }, params)
}

type Household = Pick<
  PlexTvSimulator,
  'addAccount' | 'token' | 'revoke' | 'publish' | 'register' | 'share' | 'joinHome' | 'approve'
>

function createHousehold(world: TvWorld): Household {
  const known = (username: string): TvAccount => {
    const account = world.accounts.find((candidate) => candidate.username === username)
    if (account === undefined) throw new Error(`plex.tv knows no ${username}`)
    return account
  }
  return {
    addAccount: (account) => addAccount(world, account),
    token: (username) => world.newToken(known(username)),
    revoke: (token) => void world.byToken(token)?.tokens.delete(token),
    publish: (owner, server) => publish(world, known(owner), server),
    register: (owner, resource) => register(world, known(owner), resource),
    share(machineIdentifier, username, sections) {
      const resource = world.resources.find(({ clientIdentifier }) => clientIdentifier === machineIdentifier)
      if (resource === undefined) throw new Error(`plex.tv knows no server ${machineIdentifier}`)
      share(world, resource, known(username), idsOf(resource, sections))
    },
    joinHome(admin, username) {
      const head = known(admin)
      head.homeOf = head.id
      known(username).homeOf = head.id
    },
    approve(code, username) {
      const isMeant = (pin: { code: string; expiresAt: number }) => pin.code === code && pin.expiresAt > world.now()
      const pin = [...world.pins.values()].find(isMeant)
      if (pin === undefined) return false
      pin.authToken = world.newToken(known(username))
      world.events.emit('approved', null, { id: pin.id, username })
      return true
    },
  }
}

function idsOf({ sections }: Resource, titles: string[] | 'all'): Shared {
  return titles === 'all' ? 'all' : sections.filter(({ title }) => titles.includes(title)).map(({ id }) => id)
}

function addAccount(world: TvWorld, { username, email, password, verificationCode }: NewAccount): TvAccount {
  const account = {
    id: world.nextId(),
    uuid: world.hex(16),
    username,
    email: email ?? `${username}@example.net`,
    password: password ?? `${username}-secret`,
    verificationCode: verificationCode ?? null,
    tokens: new Set<string>(),
    homeOf: null,
    friends: new Set<number>(),
  }
  world.accounts.push(account)
  return account
}

function register(world: TvWorld, owner: TvAccount, resource: NewResource): Resource {
  const made: Resource = {
    id: world.nextId(),
    name: resource.name,
    clientIdentifier: resource.clientIdentifier,
    provides: resource.provides ?? 'server',
    ownerId: owner.id,
    version: '1.42.2.10156-f737b826c',
    connections: resource.connections ?? [],
    sections: [],
    shares: [],
    ownerToken: world.hex(20),
    server: null,
  }
  world.resources.push(made)
  return made
}

/** A relay is among the connections of every real server; it never leads anywhere here. */
function publish(world: TvWorld, owner: TvAccount, server: PublishedServer): Resource {
  const { hostname, port } = new URL(server.url)
  const connections: Connection[] = [
    { address: hostname, port: Number(port), uri: server.url, local: true, relay: false },
    { address: '203.0.113.9', port: 32_400, uri: 'http://203.0.113.9:32400', local: false, relay: false },
    {
      address: '192.0.2.44',
      port: 443,
      uri: 'https://192-0-2-44.relay.invalid:443',
      local: false,
      relay: true,
      protocol: 'https',
    },
  ]
  const resource = register(world, owner, {
    name: server.name,
    clientIdentifier: server.machineIdentifier,
    connections,
  })
  resource.version = server.version
  resource.server = server
  resource.sections = server.sections.map((section) => ({ ...section, id: world.nextSectionId() }))
  server.admitOwner(resource.ownerToken)
  return resource
}
