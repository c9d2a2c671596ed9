import type { Reply } from '../lib/reply.ts'
import { type Claims, readClaims } from './auth.ts'
import { type Call, failed, json, missing, type Route } from './http.ts'
import { isoOf } from './ids.ts'
import { signIn } from './sign-ins.ts'
import type { User } from './users.ts'
import type { World } from './world.ts'

interface Request {
  secret: string
  code: string
  at: number
  claims: Claims
  address: string
  granted: Record<string, unknown> | null
}

export interface QuickConnect {
  routes: Route[]
  /** The same as a user entering the code; false when nobody waits with it. */
  authorize(code: string, user: User): boolean
}

const LIFETIME_MS = 10 * 60_000

export function createQuickConnect(world: World): QuickConnect {
  const waiting = createWaitingRoom(world)
  return { routes: [...askingRoutes(world, waiting), ...grantingRoutes(world, waiting)], authorize: waiting.authorize }
}

interface WaitingRoom {
  add(request: Request): void
  withSecret(secret: string | null): Request | null
  authorize(code: string, user: User): boolean
}

function createWaitingRoom(world: World): WaitingRoom {
  let requests: Request[] = []
  const current = () => {
    requests = requests.filter((request) => world.now() - request.at <= LIFETIME_MS)
    return requests
  }
  return {
    add: (request) => void requests.push(request),
    withSecret: (secret) => current().find((request) => request.secret === secret) ?? null,
    authorize(code, user) {
      const request = current().find((candidate) => candidate.code === code && candidate.granted === null)
      if (request === undefined) return false
      // One minute more, so that a client that polls late still learns of it.
      request.at = world.now() + 60_000
      request.granted = signIn(world, user, request.claims, request.address)
      return true
    },
  }
}

function whenEnabled(world: World, handle: (call: Call) => Reply): (call: Call) => Reply {
  return (call) => (world.settings.quickConnect ? handle(call) : json('Quick connect is disabled', 401))
}

function askingRoutes(world: World, waiting: WaitingRoom): Route[] {
  const anyone = { access: 'anyone' } as const
  const look = (call: Call): Reply => {
    if (!call.query.get('secret')) return missing('secret')
    const request = waiting.withSecret(call.query.get('secret'))
    return request === null ? json('Unknown secret', 404) : json(requestWire(request))
  }
  return [
    { method: 'GET', pattern: '/QuickConnect/Enabled', ...anyone, handle: () => json(world.settings.quickConnect) },
    {
      method: 'POST',
      pattern: '/QuickConnect/Initiate',
      ...anyone,
      handle: whenEnabled(world, (call) => initiate(world, waiting, call)),
    },
    { method: 'GET', pattern: '/QuickConnect/Connect', ...anyone, handle: whenEnabled(world, look) },
  ]
}

function initiate(world: World, waiting: WaitingRoom, call: Call): Reply {
  const claims = readClaims(call.headers, call.query, world.settings.legacyAuthorization)
  if (!claims.client || !claims.device || !claims.deviceId || !claims.version) return failed(400)
  const code = String(100_000 + Math.floor(world.random() * 900_000))
  const secret = (world.token() + world.token()).toUpperCase()
  const request = { secret, code, at: world.now(), claims, address: call.remoteAddress, granted: null }
  waiting.add(request)
  return json(requestWire(request))
}

function grantingRoutes(world: World, waiting: WaitingRoom): Route[] {
  const grant = (call: Call): Reply => {
    const user = call.identity?.user ?? world.users.find(call.query.get('userId') ?? '')
    const granted = user !== null && waiting.authorize(call.query.get('code') ?? '', user)
    return granted ? json(true) : failed(404)
  }
  const redeem = (call: Call): Reply => {
    if (!world.settings.quickConnect) return failed(401)
    const granted = waiting.withSecret(call.body.text('Secret'))?.granted ?? null
    return granted === null ? failed(404) : json(granted)
  }
  return [
    { method: 'POST', pattern: '/QuickConnect/Authorize', access: 'signed-in', handle: whenEnabled(world, grant) },
    {
      method: 'POST',
      pattern: '/Users/AuthenticateWithQuickConnect',
      access: 'anyone',
      takesBody: true,
      handle: redeem,
    },
  ]
}

function requestWire(request: Request): Record<string, unknown> {
  return {
    Authenticated: request.granted !== null,
    Secret: request.secret,
    Code: request.code,
    DeviceId: request.claims.deviceId,
    DeviceName: request.claims.device,
    AppName: request.claims.client,
    AppVersion: request.claims.version,
    DateAdded: isoOf(request.at),
  }
}
