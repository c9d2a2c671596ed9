import type { IncomingHttpHeaders } from 'node:http'
import type { Reply } from '../lib/reply.ts'
import type { Identity } from './auth.ts'

export interface Call {
  method: string
  path: string
  query: Query
  headers: IncomingHttpHeaders
  remoteAddress: string
  identity: Identity | null
  body: Body
  params: string[]
}

export type Access = 'anyone' | 'signed-in' | 'admin'

export interface Route {
  method: string
  pattern: string
  access: Access
  handle: (call: Call) => Reply
  takesBody?: boolean
}

/** Thrown by the state where the original throws; the status is what its middleware maps it to. */
export class Refusal extends Error {
  readonly status: number

  constructor(status: number) {
    super(`answered with ${status}`)
    this.status = status
  }
}

/** Argument names are matched whatever their case, as ASP.NET does. */
export interface Query {
  get(name: string): string | null
  all(name: string): string[]
}

export function queryOf(search: URLSearchParams): Query {
  const all = (name: string) =>
    [...search].filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
  return { all, get: (name) => all(name)[0] ?? null }
}

/** A JSON object read whatever the case of its names. */
export interface Body {
  isObject: boolean
  value(name: string): unknown
  text(name: string): string | null
  flag(name: string): boolean
}

export function bodyOf(parsed: unknown): Body {
  const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
  const fields = new Map(isObject ? Object.entries(parsed).map(([key, value]) => [key.toLowerCase(), value]) : [])
  const value = (name: string): unknown => fields.get(name.toLowerCase())
  return {
    isObject,
    value,
    flag: (name) => value(name) === true,
    text: (name) => {
      const found = value(name)
      return typeof found === 'string' ? found : null
    },
  }
}

export function json(value: unknown, status = 200): Reply {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return { status, headers, body: toJson(value) }
}

/** The original leaves out what is null. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (inner === null ? undefined : inner))
}

export function empty(status = 204): Reply {
  return { status, headers: {}, body: null }
}

/** What the exception middleware of a released build says, whatever the exception. */
export function failed(status: number): Reply {
  return { status, headers: { 'content-type': 'text/plain' }, body: 'Error processing request.' }
}

export function problem(status: 400 | 404 | 415, errors?: Record<string, string[]>): Reply {
  const titles = { 400: 'Bad Request', 404: 'Not Found', 415: 'Unsupported Media Type' }
  const title = errors === undefined ? titles[status] : 'One or more validation errors occurred.'
  const body = JSON.stringify({ type: `https://tools.ietf.org/html/rfc9110#section-15.5`, title, status, errors })
  return { status, headers: { 'content-type': 'application/problem+json; charset=utf-8' }, body }
}

export function missing(field: string): Reply {
  return problem(400, { [field]: [`The ${field} field is required.`] })
}

export interface Match {
  route: Route
  params: string[]
}

/** Finds the route, or the methods that the path would have taken. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Match | { allowed: string[] } {
  const matches = routes
    .map((route) => ({ route, params: paramsOf(route.pattern, path) }))
    .filter((match): match is Match => match.params !== null)
    .sort((a, b) => a.params.length - b.params.length)
  return (
    matches.find((match) => match.route.method === method) ?? {
      allowed: [...new Set(matches.map((match) => match.route.method))],
    }
  )
}

function paramsOf(pattern: string, path: string): string[] | null {
  const wanted = pattern.split('/')
  const given = path.replace(/\/$/, '').split('/')
  if (wanted.length !== given.length) return null
  const params: string[] = []
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? ''
    if (segment.startsWith('{')) params.push(decode(value))
    else if (segment.toLowerCase() !== value.toLowerCase()) return null
  }
  return params
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
