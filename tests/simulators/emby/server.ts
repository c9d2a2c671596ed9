import type { IncomingMessage, Server } from 'node:http'
import { type Identity, identify, readClaims } from '../jellyfin/auth.ts'
import { bodyOf, type Call, matchRoute, type Query, queryOf, Refusal, type Route } from '../jellyfin/http.ts'
import type { Reply } from '../lib/reply.ts'
import { type RequestLog, urlOf } from '../lib/requests.ts'
import { createWeb, type Exchange } from '../lib/web.ts'
import type { World } from './world.ts'

/** Everything is answered with and without /emby before it; the log and the faults know it without. */
export function withoutBase(log: RequestLog): RequestLog {
  const note = (request: IncomingMessage) => {
    request.url = (request.url ?? '/').replace(/^\/emby(?=\/|\?|$)/i, '') || '/'
    return log.note(request)
  }
  return { ...log, note }
}

export function createHttp(world: World, routes: readonly Route[], log: RequestLog): Server {
  const { faults, keep } = world
  return createWeb({ log, faults, keep, answer: (exchange) => answer(world, routes, exchange) })
}

export function text(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/plain' }, body }
}

function answer(world: World, routes: readonly Route[], exchange: Exchange): Reply {
  world.sessions.settle()
  const match = matchRoute(routes, exchange.method, exchange.path)
  if ('allowed' in match) return text(404, 'Not Found')
  const query = queryOf(exchange.query)
  const identity = identityOf(world, exchange.headers, query)
  const known = identity === 'refused' ? null : identity
  if (match.route.access !== 'anyone' && known === null) return text(401, 'Access token is invalid or expired.')
  if (match.route.access === 'admin' && !known?.isAdmin) return text(403, 'Forbidden')
  const { method, path, headers, remoteAddress } = exchange
  const body = bodyOf(parse(exchange.text))
  const call: Call = { method, path, query, headers, remoteAddress, identity: known, body, params: match.params }
  return handle(match.route, call)
}

function handle(route: Route, call: Call): Reply {
  try {
    return route.handle(call)
  } catch (error) {
    if (error instanceof Refusal) return text(error.status, 'Refused')
    throw error
  }
}

/** Header or argument, both under their old names; `ApiKey` is Jellyfin's. */
function ownNames(query: Query): Query {
  const get = (name: string) => {
    if (name === 'ApiKey') return null
    return query.get(name) ?? (name === 'api_key' ? query.get('X-Emby-Token') : null)
  }
  return { ...query, get }
}

export function identityOf(
  world: World,
  headers: IncomingMessage['headers'],
  query: Query,
): Identity | 'refused' | null {
  return identify(readClaims(headers, ownNames(query), true), world.users, world.keys)
}

export function identityOfUpgrade(world: World, request: IncomingMessage): Identity | 'refused' | null {
  return identityOf(world, request.headers, queryOf(urlOf(request).searchParams))
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}
