import { type Claims, readClaims } from './auth.ts'
import { type Call, failed, json, missing, type Reply, type Route } from './http.ts'
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
  let waiting: Request[] = []
  const expire = () => {
    waiting = waiting.filter((request) => world.now() - request.at <= LIFETIME_MS)
  }
  const bySecret = (secret: string | null) => {
    expire()
    return waiting.find((request) => request.secret === secret) ?? null
  }
  const authorize = (code: string, user: User): boolean => {
    expire()
    const request = waiting.find((candidate) => candidate.code === code && candidate.granted === null)
    if (request === undefined) return false
    // One minute more, so that a client that polls late still learns of it.
    request.at = world.now() + 60_000
    request.granted = signIn(world, user, request.claims, request.address)
    return true
  }
  const initiate = (call: Call): Reply => {
    const claims = readClaims(call.headers, call.query, world.settings.legacyAuthorization)
    if (!claims.client || !claims.device || !claims.deviceId || !claims.version) return failed(400)
    const code = String(100_000 + Math.floor(world.random() * 900_000))
    const secret = (world.token() + world.token()).toUpperCase()
    const request = { secret, code, at: world.now(), claims, address: call.remoteAddress, granted: null }
    waiting.push(request)
    return json(requestWire(request))
  }
  const whenEnabled = (handle: (call: Call) => Reply) => (call: Call) =>
    world.settings.quickConnect ? handle(call) : json('Quick connect is disabled', 401)

  const routes: Route[] = [
    {
      method: 'GET',
      pattern: '/QuickConnect/Enabled',
      access: 'anyone',
      handle: () => json(world.settings.quickConnect),
    },
    { method: 'POST', pattern: '/QuickConnect/Initiate', access: 'anyone', handle: whenEnabled(initiate) },
    {
      method: 'GET',
      pattern: '/QuickConnect/Connect',
      access: 'anyone',
      handle: whenEnabled((call) => {
        if (!call.query.get('secret')) return missing('secret')
        const request = bySecret(call.query.get('secret'))
        return request === null ? json('Unknown secret', 404) : json(requestWire(request))
      }),
    },
    {
      method: 'POST',
      pattern: '/QuickConnect/Authorize',
      access: 'signed-in',
      handle: whenEnabled((call) => {
        const user = call.identity?.user ?? world.users.find(call.query.get('userId') ?? '')
        if (user === null || !authorize(call.query.get('code') ?? '', user)) return failed(404)
        return json(true)
      }),
    },
    {
      method: 'POST',
      pattern: '/Users/AuthenticateWithQuickConnect',
      access: 'anyone',
      takesBody: true,
      handle: (call) => {
        if (!world.settings.quickConnect) return failed(401)
        const granted = bySecret(call.body.text('Secret'))?.granted ?? null
        return granted === null ? failed(404) : json(granted)
      },
    },
  ]
  return { routes, authorize }
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
