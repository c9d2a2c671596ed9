import type { Reply } from '../../lib/reply.ts'
import type { Exchange, Route } from '../../lib/web.ts'
import { NATIVE, node, toXml, written } from '../node.ts'
import type { TvAccount } from './world.ts'

export interface TvCall extends Exchange {
  account: TvAccount | null
  /** The X-Plex-Client-Identifier, which everybody has to give. */
  client: string
}

/** A caller who is known. */
export interface KnownCall extends TvCall {
  account: TvAccount
}

export type TvRoute =
  | (Route<TvCall, Reply> & { access: 'anyone' })
  | (Route<KnownCall, Reply> & { access: 'signed-in' })

export const ERRORS = {
  noClient: [400, 1000, 'X-Plex-Client-Identifier is missing'],
  notSignedIn: [401, 1001, 'User could not be authenticated'],
  noSecondFactor: [401, 1029, 'A verification code is wanted'],
  tooMany: [429, 1003, 'Too many requests'],
  noPin: [404, 1020, 'Code not found or expired'],
  notFound: [404, 1002, 'Not found'],
  badRequest: [400, 1005, 'Bad request'],
} as const

/** Errors too are XML for those who did not ask for JSON. */
export function failure(call: Exchange, kind: keyof typeof ERRORS): Reply {
  const [status, code, message] = ERRORS[kind]
  const retry: Record<string, string> = status === 429 ? { 'retry-after': '600' } : {}
  if (wantsJson(call)) {
    const reply = jsonReply({ errors: [{ code, message, status }] }, status)
    return { ...reply, headers: { ...reply.headers, ...retry } }
  }
  const body = toXml(node('errors', {}, [node('error', { code, message, status })]))
  return { status, headers: { 'content-type': 'application/xml; charset=utf-8', ...retry }, body }
}

export function wantsJson({ headers }: Exchange): boolean {
  return headers.accept?.includes('application/json') ?? false
}

export function jsonReply(value: unknown, status = 200): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) }
}

type Flat = Record<string, string | number | boolean | null>

/** An object in JSON, or one element with its attributes. */
export function objectReply(call: Exchange, tag: string, fields: Record<string, unknown>, status = 200): Reply {
  if (wantsJson(call)) return jsonReply(fields, status)
  return written(node(tag, flat(fields)), undefined, NATIVE, status)
}

export function listReply(call: Exchange, tag: string, each: string, list: Record<string, unknown>[]): Reply {
  if (wantsJson(call)) return jsonReply(list)
  const children = list.map((fields) => node(each, flat(fields)))
  return written(node(tag, {}, children), undefined)
}

function flat(fields: Record<string, unknown>): Flat {
  const isScalar = (value: unknown) => value === null || ['string', 'number', 'boolean'].includes(typeof value)
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => isScalar(value))) as Flat
}

/** Fields come as a form, as JSON or in the query. */
export function fieldsOf({ headers, text, query }: Exchange): Record<string, unknown> {
  const fromQuery = Object.fromEntries(query)
  if (!headers['content-type']?.includes('json'))
    return { ...fromQuery, ...Object.fromEntries(new URLSearchParams(text)) }
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? { ...fromQuery, ...parsed } : fromQuery
  } catch {
    return fromQuery
  }
}

export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || value === 'true' || value === '1'
}
