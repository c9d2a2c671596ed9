import type { Reply } from '../../lib/reply.ts'
import { claim } from '../routes.ts'
import { failure, fieldsOf, isTrue, objectReply, type TvCall, type TvRoute } from './routes.ts'
import type { Pin, TvAccount, TvWorld } from './world.ts'

const WEAK_LIFETIME_MS = 900_000
const STRONG_LIFETIME_MS = 1_800_000
const ALPHABET = 'abcdefghijkmnopqrstuvwxyz23456789'

export function signInRoutes(world: TvWorld): TvRoute[] {
  return [
    { methods: ['POST'], pattern: '/api/v2/pins', access: 'anyone', handle: (call) => createPin(world, call) },
    {
      methods: ['GET'],
      pattern: '/api/v2/pins/{id}',
      access: 'anyone',
      handle: (call, [id]) => pollPin(world, call, Number(id)),
    },
    { methods: ['POST'], pattern: '/api/v2/users/signin', access: 'anyone', handle: (call) => signIn(world, call) },
    {
      methods: ['DELETE'],
      pattern: '/api/v2/users/signout',
      access: 'signed-in',
      handle(call) {
        call.account.tokens.delete(claim(call, 'X-Plex-Token') ?? '')
        return { status: 204, headers: {}, body: null }
      },
    },
    {
      methods: ['GET'],
      pattern: '/api/v2/user',
      access: 'signed-in',
      handle: (call) => objectReply(call, 'user', userFields(call.account, claim(call, 'X-Plex-Token'))),
    },
    {
      methods: ['GET'],
      pattern: '/api/v2/ping',
      access: 'signed-in',
      handle: (call) => objectReply(call, 'pong', { pong: true }),
    },
  ]
}

function createPin(world: TvWorld, call: TvCall): Reply {
  const isStrong = isTrue(fieldsOf(call)['strong'])
  const id = world.nextId()
  const lifetimeMs = world.pinLifetimeMs ?? (isStrong ? STRONG_LIFETIME_MS : WEAK_LIFETIME_MS)
  const pin: Pin = {
    id,
    code: codeOf(world, isStrong),
    isStrong,
    clientIdentifier: call.client,
    product: claim(call, 'X-Plex-Product'),
    createdAt: world.now(),
    expiresAt: world.now() + lifetimeMs,
    authToken: null,
  }
  world.pins.set(id, pin)
  world.events.emit('pin', null, { id, code: pin.code })
  return objectReply(call, 'pin', pinFields(pin, world.now()), 201)
}

/** Four characters are typed by hand; a strong code is only ever part of an address. */
function codeOf(world: TvWorld, isStrong: boolean): string {
  const digits = world.hex(isStrong ? 50 : 8).match(/../g) ?? []
  const code = digits.map((digit) => ALPHABET[Number.parseInt(digit, 16) % ALPHABET.length]).join('')
  return isStrong ? code : code.toUpperCase()
}

/** Somebody else's pin looks the same as none. */
function pollPin(world: TvWorld, call: TvCall, id: number): Reply {
  if (!world.limits.mayPoll(call.client)) {
    world.events.emit('limited', null, { client: call.client })
    return failure(call, 'tooMany')
  }
  const pin = world.pins.get(id)
  if (pin === undefined || pin.clientIdentifier !== call.client || pin.expiresAt <= world.now()) {
    return failure(call, 'noPin')
  }
  return objectReply(call, 'pin', pinFields(pin, world.now()))
}

function pinFields(pin: Pin, now: number): Record<string, unknown> {
  return {
    id: pin.id,
    code: pin.code,
    product: pin.product,
    trusted: false,
    qr: `https://plex.tv/api/v2/pins/qr/${pin.code}`,
    clientIdentifier: pin.clientIdentifier,
    location: { code: 'NL', country: 'Netherlands', city: 'Utrecht', time_zone: 'Europe/Amsterdam' },
    expiresIn: Math.max(0, Math.round((pin.expiresAt - now) / 1000)),
    createdAt: new Date(pin.createdAt).toISOString(),
    expiresAt: new Date(pin.expiresAt).toISOString(),
    authToken: pin.authToken,
    newRegistration: null,
  }
}

function signIn(world: TvWorld, call: TvCall): Reply {
  const { login, password, verificationCode } = fieldsOf(call)
  if (!world.limits.maySignIn(call.client)) {
    world.events.emit('limited', null, { client: call.client })
    return failure(call, 'tooMany')
  }
  const account = world.accounts.find(({ username, email }) => login === username || login === email)
  if (account === undefined || account.password !== password) return refuse(world, call, 'notSignedIn')
  const wanted = account.verificationCode
  if (wanted !== null && String(verificationCode ?? '') !== wanted) {
    // Only a code that was given and is wrong counts as an attempt.
    return verificationCode ? refuse(world, call, 'noSecondFactor') : failure(call, 'noSecondFactor')
  }
  world.limits.signedIn(call.client)
  world.events.emit('sign-in', null, { username: account.username })
  return objectReply(call, 'user', userFields(account, world.newToken(account)), 201)
}

function refuse(world: TvWorld, call: TvCall, kind: 'notSignedIn' | 'noSecondFactor'): Reply {
  world.limits.signInFailed(call.client)
  world.events.emit('sign-in-failed', null, { client: call.client })
  return failure(call, kind)
}

function userFields(account: TvAccount, token: string | null): Record<string, unknown> {
  return {
    id: account.id,
    uuid: account.uuid,
    username: account.username,
    title: account.username,
    email: account.email,
    friendlyName: '',
    thumb: `https://plex.tv/users/${account.uuid}/avatar`,
    hasPassword: true,
    authToken: token,
    home: account.homeOf !== null,
    homeAdmin: account.homeOf === account.id,
    restricted: false,
    twoFactorEnabled: account.verificationCode !== null,
    subscription: { active: true, status: 'Active', plan: 'lifetime' },
  }
}
