import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { applyFault } from '../lib/faults.ts'
import type { Reply } from '../lib/reply.ts'
import { addressOf, type RequestLog, readBody, urlOf } from '../lib/requests.ts'
import { type Identity, identify, readClaims } from './auth.ts'
import { bodyOf, type Call, empty, failed, matchRoute, problem, queryOf, Refusal, type Route } from './http.ts'
import type { World } from './world.ts'

export function createHttp(world: World, routes: readonly Route[], log: RequestLog): Server {
  const server = createServer((request, response) => {
    const path = log.note(request)
    void readBody(request).then((text) => respond(path, request, response, text))
  })
  server.keepAliveTimeout = 130_000
  return server

  function respond(path: string, request: IncomingMessage, response: ServerResponse, text: string): void {
    const reply = answer(world, routes, request, path, text)
    const write = () => send(response, reply)
    const fault = world.faults.for(path)
    if (fault === null) write()
    else applyFault(fault, response, reply, write, world.keep)
  }
}

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return
  const length = reply.body === null ? 0 : Buffer.byteLength(reply.body)
  const lengthHeader = reply.status === 204 ? {} : { 'content-length': length }
  response.writeHead(reply.status, { server: 'Kestrel', ...reply.headers, ...lengthHeader })
  response.end(reply.body ?? undefined)
}

function answer(world: World, routes: readonly Route[], request: IncomingMessage, path: string, text: string): Reply {
  world.sessions.settle()
  const match = matchRoute(routes, request.method ?? 'GET', path)
  if ('allowed' in match) {
    if (match.allowed.length === 0) return empty(404)
    return { status: 405, headers: { allow: match.allowed.join(', ') }, body: null }
  }
  const identity = identityOf(world, request)
  const { access, takesBody } = match.route
  if (access !== 'anyone' && (identity === null || identity === 'refused')) return empty(401)
  const known = identity === 'refused' ? null : identity
  if (access === 'admin' && !known?.isAdmin) return empty(403)
  if (takesBody && !request.headers['content-type']?.includes('json')) return problem(415)
  const body = bodyOf(parse(text))
  if (takesBody && !body.isObject) return problem(400, { $: ['The JSON value could not be converted.'] })
  const call: Call = {
    method: request.method ?? 'GET',
    path,
    query: queryOf(urlOf(request).searchParams),
    headers: request.headers,
    remoteAddress: addressOf(request),
    identity: known,
    body,
    params: match.params,
  }
  return handle(match.route, call)
}

function handle(route: Route, call: Call): Reply {
  try {
    return route.handle(call)
  } catch (error) {
    if (error instanceof Refusal) return failed(error.status)
    throw error
  }
}

export function identityOf(world: World, request: IncomingMessage): Identity | 'refused' | null {
  const query = queryOf(urlOf(request).searchParams)
  const claims = readClaims(request.headers, query, world.settings.legacyAuthorization)
  return identify(claims, world.users, world.keys)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
