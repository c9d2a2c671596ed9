import type { BlockList } from 'node:net'
import { Hono } from 'hono'
import type { Api, Routes } from '#protocol/api.ts'
import { AppError } from '#protocol/errors.ts'
import type { Log } from '../lib/log.ts'
import { type Connection, isOwnHost, isOwnOrigin, type Origin, originOf } from './origin.ts'
import { createRateLimit } from './rate-limit.ts'
import { errorAnswer, toAppError } from './respond.ts'
import { secured } from './security-headers.ts'
import { type AnyEndpoint, type Declared, limited, type ServeDeps, serve } from './serve.ts'

export interface RouterDeps extends Omit<ServeDeps, 'limits'> {
  routes: Routes[]
  /** Host names that this box answers to, lower case. */
  hostNames: () => ReadonlySet<string>
  publicUrl: URL | null
  trustedProxies: BlockList | null
  log: Log
  now: () => number
  /** Pages, health and documentation: everything that no endpoint declares. */
  rest?: (request: Request) => Response | null
}

/** Web standards only: any server that can hand over a Request and the connection's facts can carry it. */
export interface Router {
  fetch(request: Request, connection: Connection): Promise<Response>
  declared: readonly Declared[]
  /** Whether this request came over https as far as the browser is concerned; of requests that are served now. */
  isSecure(request: Request): boolean
  /** The same checks as on a write, for a WebSocket's handshake; null when it may go on. */
  refuseUpgrade(headers: Headers, connection: Connection): AppError | null
}

const collect = (routes: readonly Routes[]): Declared[] => {
  const declared: Declared[] = []
  const declare =
    (method: Declared['method']) =>
    (path: string, endpoint: unknown, handle: unknown): void => {
      declared.push({ method, path, endpoint: endpoint as AnyEndpoint, handle: handle as Declared['handle'] })
    }
  const api = { get: declare('get'), post: declare('post'), put: declare('put'), delete: declare('delete') } as Api
  for (const mount of routes) mount(api)
  return declared
}

const methodsAt = (declared: readonly Declared[], pathname: string): string[] => {
  const found = declared.filter(({ path }) => new RegExp(`^/api/v1${path.replace(/:\w+/g, '[^/]+')}$`).test(pathname))
  return [...new Set(found.map(({ method }) => method.toUpperCase()))]
}

const nothingHere = (declared: readonly Declared[], pathname: string): Response => {
  const allowed = methodsAt(declared, pathname)
  if (allowed.length === 0) return errorAnswer(new AppError('not_found', 'There is nothing at this address.'))
  const answer = errorAnswer(new AppError('method_not_allowed', `This address takes ${allowed.join(', ')}.`))
  answer.headers.set('allow', allowed.join(', '))
  return answer
}

const createApp = (deps: RouterDeps, declared: readonly Declared[]) => {
  const { log, now } = deps
  const strangers = createRateLimit({ limit: 100, windowMs: 60_000, now })
  const persons = createRateLimit({ limit: 600, windowMs: 60_000, now })
  const signIns = createRateLimit({ limit: 30, windowMs: 60_000, now })
  const serving: ServeDeps = { ...deps, limits: { strangers, persons, signIns } }
  const app = new Hono<{ Bindings: { origin: Origin } }>()
  for (const one of declared) {
    const path = `/api/v1${one.path}`
    app.on(one.method.toUpperCase(), path, (c) => serve(serving, one, c.req.raw, c.env.origin, c.req.param()))
  }
  app.notFound((c) => {
    const answer = deps.rest?.(c.req.raw)
    if (answer) return answer
    limited(strangers.take(c.env.origin.address))
    return nothingHere(declared, new URL(c.req.url).pathname)
  })
  app.onError((cause) => {
    const error = toAppError(cause)
    if (error.code === 'internal') log.error({ err: error.cause }, 'a request failed for a reason nobody foresaw')
    return errorAnswer(error)
  })
  return app
}

export const createRouter = (deps: RouterDeps): Router => {
  const { hostNames, publicUrl, trustedProxies } = deps
  const declared = collect(deps.routes)
  const app = createApp(deps, declared)
  const secure = new WeakSet<Request>()

  const refuse = (headers: Headers, origin: Origin, writes: boolean): AppError | null => {
    if (!isOwnHost(origin.host, hostNames()) && origin.host !== publicUrl?.host) {
      return new AppError('foreign_host', `This box does not answer to the name ${origin.host || '(none)'}.`)
    }
    if (writes && !isOwnOrigin(headers, origin.host, publicUrl)) {
      return new AppError('foreign_origin', 'This request comes from another site’s page.')
    }
    return null
  }

  return {
    declared,
    isSecure: (request) => secure.has(request),
    refuseUpgrade: (headers, connection) => refuse(headers, originOf(headers, connection, trustedProxies), true),
    fetch: async (request, connection) => {
      const origin = originOf(request.headers, connection, trustedProxies)
      if (origin.secure) secure.add(request)
      const writes = !['GET', 'HEAD', 'OPTIONS'].includes(request.method)
      const refused = refuse(request.headers, origin, writes)
      const answer = refused ? errorAnswer(refused) : await app.fetch(request, { origin })
      return secured(answer, publicUrl?.protocol === 'https:' && origin.secure)
    },
  }
}
