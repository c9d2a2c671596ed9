import type { BlockList } from 'node:net'
import { Hono } from 'hono'
import type { z } from 'zod'
import type { Caller, Can } from '#protocol/access.ts'
import type { Api, Call, Endpoint, Routes } from '#protocol/api.ts'
import type { AuditLog } from '#protocol/audit.ts'
import { AppError } from '#protocol/errors.ts'
import type { Log } from '../lib/log.ts'
import { readBody } from './body.ts'
import { type Connection, isOwnHost, isOwnOrigin, type Origin, originOf } from './origin.ts'
import { createRateLimit } from './rate-limit.ts'
import { answerOf, errorAnswer, invalid, toAppError } from './respond.ts'
import { secured } from './security-headers.ts'

export type AnyEndpoint = Endpoint<unknown, unknown, unknown>
type Handle = (call: Call<unknown, unknown, unknown>) => unknown
type Method = 'get' | 'post' | 'put' | 'delete'
export interface Declared {
  method: Method
  path: string
  endpoint: AnyEndpoint
  handle: Handle
}

export interface RouterDeps {
  routes: Routes[]
  identify(token: string, from: { address: string; agent: string }): Promise<Caller>
  can: Can
  audit: AuditLog
  /** Host names that this box answers to, lower case. */
  hostNames: () => ReadonlySet<string>
  publicUrl: URL | null
  trustedProxies: BlockList | null
  log: Log
  now: () => number
  /** Pages, health and documentation: everything that is not below /api/v1. */
  rest?: (request: Request, origin: Origin) => Promise<Response | null> | Response | null
}

/** Web standards only: any server that can hand over a Request and the connection's facts can carry it. */
export interface Router {
  fetch(request: Request, connection: Connection): Promise<Response>
  declared: readonly Declared[]
  /** The same checks as on a write, for a WebSocket's handshake; null when it may go on. */
  refuseUpgrade(headers: Headers, connection: Connection): AppError | null
}

const collect = (routes: readonly Routes[]): Declared[] => {
  const declared: Declared[] = []
  const declare =
    (method: Method) =>
    (path: string, endpoint: unknown, handle: unknown): void => {
      declared.push({ method, path, endpoint: endpoint as AnyEndpoint, handle: handle as Handle })
    }
  const api = { get: declare('get'), post: declare('post'), put: declare('put'), delete: declare('delete') } as Api
  for (const mount of routes) mount(api)
  return declared
}

const parse = <T>(schema: z.ZodType<T> | undefined, value: unknown, where: 'query' | 'path' | 'body'): T => {
  if (!schema) return value as T
  const result = schema.safeParse(value)
  if (!result.success) throw invalid(result.error, where)
  return result.data
}

const bearerOf = (request: Request): string | null => {
  const header = request.headers.get('authorization')
  if (!header) return null
  const [, token] = /^Bearer +(\S+)$/i.exec(header) ?? []
  if (!token) throw new AppError('unauthorized', 'The Authorization header must read: Bearer, a space, the token.')
  return token
}

const narrowed: Record<Exclude<Caller['scope'], 'full'>, AppError> = {
  'password-change': new AppError('password_change_required', 'Choose a password of your own first.'),
  'second-factor-setup': new AppError('second_factor_required', 'Set up a second factor first: admins need one.'),
}

const checkScope = (endpoint: AnyEndpoint, caller: Caller) => {
  if (caller.scope === 'full' || endpoint.access === 'public' || endpoint.narrow?.includes(caller.scope)) return
  throw narrowed[caller.scope]
}

const agentOf = (request: Request) => (request.headers.get('user-agent') ?? '').slice(0, 300)

export const createRouter = (deps: RouterDeps): Router => {
  const { log, now } = deps
  const strangers = createRateLimit({ limit: 100, windowMs: 60_000, now })
  const persons = createRateLimit({ limit: 600, windowMs: 60_000, now })
  const declared = collect(deps.routes)
  const app = new Hono<{ Bindings: { origin: Origin } }>()

  const limit = (wait: number) => {
    if (wait) throw new AppError('rate_limited', `Too many calls. Try again in ${wait} s.`, { retryAfterS: wait })
  }

  const callerOf = async (request: Request, origin: Origin): Promise<Caller | null> => {
    const token = bearerOf(request)
    if (token === null) {
      limit(strangers.take(origin.address))
      return null
    }
    try {
      const caller = await deps.identify(token, { address: origin.address, agent: agentOf(request) })
      limit(persons.take(caller.person.id))
      return caller
    } catch (cause) {
      if (!(cause instanceof AppError) || cause.code !== 'rate_limited') limit(strangers.take(origin.address))
      throw cause
    }
  }

  const serve = async (one: Declared, request: Request, origin: Origin, params: Record<string, string>) => {
    const { endpoint } = one
    const caller = await callerOf(request, origin)
    if (caller) checkScope(endpoint, caller)
    else if (endpoint.access !== 'public') throw new AppError('unauthorized', 'Sign in first.')
    const row: AuditRow = { id: null }
    const call = await callOf(one, request, origin, caller, params, row)
    try {
      authorise(deps.can, one, call)
      row.id ??= openAudit(deps.audit, endpoint, call, row)
      const value = await one.handle(call)
      if (row.id !== null) deps.audit.complete(row.id, row.outcome ?? 'success', more(row))
      return answerOf(value, endpoint.status ?? 200)
    } catch (cause) {
      const error = toAppError(cause)
      row.id ??= openAudit(deps.audit, endpoint, call, row)
      if (row.id !== null) deps.audit.complete(row.id, error.code, more(row))
      throw error
    }
  }

  const callOf = async (
    one: Declared,
    request: Request,
    origin: Origin,
    caller: Caller | null,
    rawParams: Record<string, string>,
    row: AuditRow,
  ): Promise<Call<unknown, unknown, unknown>> => {
    const { endpoint } = one
    const query = Object.fromEntries(new URL(request.url).searchParams)
    return {
      params: parse(endpoint.params, rawParams, 'path'),
      query: parse(endpoint.query, query, 'query'),
      body: endpoint.body ? parse(endpoint.body, await readBody(request, endpoint.bodyLimit), 'body') : undefined,
      request,
      caller,
      address: origin.address,
      agent: agentOf(request),
      signal: request.signal,
      person: () => {
        if (!caller) throw new AppError('unauthorized', 'Sign in first.')
        return caller.person
      },
      demand: (action, thing) => {
        if (!caller || !deps.can(caller.person, action, thing)) throw notAllowed()
      },
      note: (target, details) => {
        row.target = target
        row.details = { ...row.details, ...details }
      },
      outcome: (text) => {
        row.outcome = text
      },
    }
  }

  for (const one of declared) {
    app.on(one.method.toUpperCase(), `/api/v1${one.path}`, (c) => serve(one, c.req.raw, c.env.origin, c.req.param()))
  }

  app.notFound(async (c) => {
    const { pathname } = new URL(c.req.url)
    if (!pathname.startsWith('/api/v1')) {
      const answer = await deps.rest?.(c.req.raw, c.env.origin)
      if (answer) return answer
    }
    limit(strangers.take(c.env.origin.address))
    const allowed = methodsAt(declared, pathname)
    if (allowed.length === 0) throw new AppError('not_found', 'There is nothing at this address.')
    const answer = errorAnswer(new AppError('method_not_allowed', `This address takes ${allowed.join(', ')}.`))
    answer.headers.set('allow', allowed.join(', '))
    return answer
  })

  app.onError((cause) => {
    const error = toAppError(cause)
    if (error.code === 'internal') log.error({ err: error.cause }, 'a request failed for a reason nobody foresaw')
    return errorAnswer(error)
  })

  const refuse = (headers: Headers, origin: Origin, writes: boolean): AppError | null => {
    if (!isOwnHost(origin.host, deps.hostNames()) && origin.host !== deps.publicUrl?.host) {
      return new AppError('foreign_host', `This box does not answer to the name ${origin.host || '(none)'}.`)
    }
    if (writes && !isOwnOrigin(headers, origin.host, deps.publicUrl)) {
      return new AppError('foreign_origin', 'This request comes from another site’s page.')
    }
    return null
  }

  return {
    declared,
    refuseUpgrade: (headers, connection) => refuse(headers, originOf(headers, connection, deps.trustedProxies), true),
    fetch: async (request, connection) => {
      const origin = originOf(request.headers, connection, deps.trustedProxies)
      const writes = !['GET', 'HEAD', 'OPTIONS'].includes(request.method)
      const refused = refuse(request.headers, origin, writes)
      const answer = refused ? errorAnswer(refused) : await app.fetch(request, { origin })
      return secured(answer, deps.publicUrl?.protocol === 'https:' && origin.secure)
    },
  }
}

interface AuditRow {
  id: number | null
  target?: { kind: string; id: string; name?: string }
  details?: Record<string, unknown>
  outcome?: string
}

const more = (row: AuditRow) => ({
  ...(row.target ? { target: row.target } : {}),
  ...(row.details ? { details: row.details } : {}),
})

const notAllowed = () => new AppError('forbidden', 'You may not do this. An admin can give you the grant for it.')

const authorise = (can: Can, { endpoint }: Declared, call: Call<unknown, unknown, unknown>) => {
  if (endpoint.access === 'public' || endpoint.access === 'signed-in') return
  const thing = endpoint.thing ? endpoint.thing(call) : ({ kind: 'box' } as const)
  if (!thing) throw new AppError('not_found', 'There is no such thing, or not any more.')
  if (!call.caller || !can(call.caller.person, endpoint.access, thing)) throw notAllowed()
}

const openAudit = (
  audit: AuditLog,
  endpoint: AnyEndpoint,
  call: Call<unknown, unknown, unknown>,
  row: AuditRow,
): number | null => {
  if (!endpoint.audit) return null
  const { caller, address, agent } = call
  return audit.open({
    actor: caller
      ? { id: caller.person.id, name: caller.person.username, via: caller.via }
      : { id: null, name: 'nobody', via: 'public' },
    address,
    agent,
    action: endpoint.audit,
    target: row.target ?? null,
    details: row.details ?? {},
  })
}

const methodsAt = (declared: readonly Declared[], pathname: string): string[] => {
  const found = declared.filter(({ path }) =>
    new RegExp(`^/api/v1${path.replace(/:[^/{]+(\{[^}]*\})?/g, '[^/]+')}$`).test(pathname),
  )
  return [...new Set(found.map(({ method }) => method.toUpperCase()))]
}
