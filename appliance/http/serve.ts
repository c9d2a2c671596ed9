import type { z } from 'zod'
import type { Caller, Can } from '#protocol/access.ts'
import type { Call, Endpoint } from '#protocol/api.ts'
import type { AuditLog } from '#protocol/audit.ts'
import { AppError } from '#protocol/errors.ts'
import { readBody } from './body.ts'
import type { Origin } from './origin.ts'
import type { RateLimit } from './rate-limit.ts'
import { answerOf, invalid, toAppError } from './respond.ts'

export type AnyEndpoint = Endpoint<unknown, unknown, unknown>
type AnyCall = Call<unknown, unknown, unknown>
export interface Declared {
  method: 'get' | 'post' | 'put' | 'delete'
  path: string
  endpoint: AnyEndpoint
  handle: (call: AnyCall) => unknown
}

export interface ServeDeps {
  identify(token: string, from: { address: string; agent: string }): Promise<Caller>
  can: Can
  audit: AuditLog
  /** Calls without a sign-in per address, with one per person, and attempts to sign in per address. */
  limits: { strangers: RateLimit; persons: RateLimit; signIns: RateLimit }
}

interface AuditRow {
  id: number | null
  target?: { kind: string; id: string; name?: string }
  details?: Record<string, unknown>
  actor?: { id: string; name: string }
  outcome?: string
}

const agentOf = (request: Request) => (request.headers.get('user-agent') ?? '').slice(0, 300)

export const limited = (wait: number) => {
  if (wait) throw new AppError('rate_limited', `Too many calls. Try again in ${wait} s.`, { retryAfterS: wait })
}

const bearerOf = (request: Request): string | null => {
  const header = request.headers.get('authorization')
  if (!header) return null
  const [, token] = /^Bearer +(\S+)$/i.exec(header) ?? []
  if (!token) throw new AppError('unauthorized', 'The Authorization header must read: Bearer, a space, the token.')
  return token
}

/** On a public endpoint a token that is no longer good is as none: who signs in again may still carry it. */
const callerOf = async (
  deps: ServeDeps,
  { access, rate }: AnyEndpoint,
  request: Request,
  origin: Origin,
): Promise<Caller | null> => {
  const { strangers, persons, signIns } = deps.limits
  if (rate === 'sign-in') limited(signIns.take(origin.address))
  let caller: Caller
  try {
    const token = bearerOf(request)
    if (token === null) {
      limited(strangers.take(origin.address))
      return null
    }
    caller = await deps.identify(token, { address: origin.address, agent: agentOf(request) })
  } catch (cause) {
    if (!(cause instanceof AppError) || cause.code === 'rate_limited') throw cause
    limited(strangers.take(origin.address))
    if (access === 'public') return null
    throw cause
  }
  limited(persons.take(caller.person.id))
  return caller
}

const narrowed: Record<Exclude<Caller['scope'], 'full'>, [AppError['code'], string]> = {
  'password-change': ['password_change_required', 'Choose a password of your own first.'],
  'second-factor-setup': ['second_factor_required', 'Set up a second factor first: admins need one.'],
}

const admit = (endpoint: AnyEndpoint, caller: Caller | null) => {
  if (endpoint.access === 'public') return
  if (!caller) throw new AppError('unauthorized', 'Sign in first.')
  if (caller.scope !== 'full' && !endpoint.narrow?.includes(caller.scope)) throw new AppError(...narrowed[caller.scope])
}

const notAllowed = () => new AppError('forbidden', 'You may not do this. An admin can give you the grant for it.')

const parse = <T>(schema: z.ZodType<T> | undefined, value: unknown, where: 'query' | 'path' | 'body'): T => {
  if (!schema) return value as T
  const result = schema.safeParse(value)
  if (!result.success) throw invalid(result.error, where)
  return result.data
}

interface Incoming {
  one: Declared
  request: Request
  origin: Origin
  caller: Caller | null
  params: Record<string, string>
}

const callOf = async (deps: ServeDeps, incoming: Incoming, row: AuditRow): Promise<AnyCall> => {
  const { request, origin, caller } = incoming
  const { endpoint } = incoming.one
  const query = Object.fromEntries(new URL(request.url).searchParams)
  return {
    params: parse(endpoint.params, incoming.params, 'path'),
    query: parse(endpoint.query, query, 'query'),
    body: endpoint.body ? parse(endpoint.body, await readBody(request, endpoint.bodyLimit), 'body') : undefined,
    request,
    caller,
    address: origin.address,
    agent: agentOf(request),
    secure: origin.secure,
    host: origin.host,
    signal: request.signal,
    person: () => {
      if (!caller) throw new AppError('unauthorized', 'Sign in first.')
      return caller.person
    },
    demand: (action, thing) => {
      if (!caller || !deps.can(caller.person, action, thing)) throw notAllowed()
    },
    note: ({ kind, id, name }, details) => {
      row.target = { kind, id, ...(name === undefined ? {} : { name }) }
      row.details = { ...row.details, ...details }
    },
    recognised: ({ id, username }) => {
      row.actor = { id, name: username }
    },
    outcome: (text) => {
      row.outcome = text
    },
  }
}

const authorise = (can: Can, { endpoint }: Declared, call: AnyCall) => {
  if (endpoint.access === 'public' || endpoint.access === 'signed-in') return
  const thing = endpoint.thing ? endpoint.thing(call) : ({ kind: 'box' } as const)
  if (!thing) throw new AppError('not_found', 'There is no such thing, or not any more.')
  if (thing.kind !== 'box') call.note(thing)
  if (!call.caller || !can(call.caller.person, endpoint.access, thing)) throw notAllowed()
}

const openRow = (audit: AuditLog, incoming: Incoming, row: AuditRow) => {
  const { caller, origin, request } = incoming
  const { audit: action } = incoming.one.endpoint
  if (!action || row.id !== null) return
  row.id = audit.open({
    actor: caller
      ? { id: caller.person.id, name: caller.person.username, via: caller.via }
      : { id: null, name: 'nobody', via: 'public' },
    address: origin.address,
    agent: agentOf(request),
    action,
    target: row.target ?? null,
    details: row.details ?? {},
  })
}

const closeRow = (audit: AuditLog, row: AuditRow, outcome: string) => {
  if (row.id === null) return
  const { target, details, actor } = row
  const more = { ...(target ? { target } : {}), ...(details ? { details } : {}), ...(actor ? { actor } : {}) }
  audit.complete(row.id, outcome, more)
}

/** Asked before the body is read where the thing is the box itself, so that a stranger's body costs nothing. */
const authoriseEarly = (can: Can, { one, caller }: Incoming) => {
  const { access, thing } = one.endpoint
  if (access === 'public' || access === 'signed-in' || thing) return
  if (!caller || !can(caller.person, access, { kind: 'box' })) throw notAllowed()
}

/** Runs one endpoint: who, may they, what do they say, audit, do, answer. Throws AppError for every refusal. */
export const serve = async (
  deps: ServeDeps,
  one: Declared,
  request: Request,
  origin: Origin,
  params: Record<string, string>,
): Promise<Response> => {
  const caller = await callerOf(deps, one.endpoint, request, origin)
  admit(one.endpoint, caller)
  const incoming = { one, request, origin, caller, params }
  const row: AuditRow = { id: null }
  try {
    authoriseEarly(deps.can, incoming)
    const call = await callOf(deps, incoming, row)
    authorise(deps.can, one, call)
    openRow(deps.audit, incoming, row)
    const value = await one.handle(call)
    closeRow(deps.audit, row, row.outcome ?? 'success')
    return answerOf(value, one.endpoint.status ?? 200)
  } catch (cause) {
    const error = toAppError(cause)
    openRow(deps.audit, incoming, row)
    closeRow(deps.audit, row, error.code)
    throw error
  }
}
