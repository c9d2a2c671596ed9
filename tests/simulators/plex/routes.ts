import type { Reply } from '../lib/reply.ts'
import type { Answer, Exchange, Route } from '../lib/web.ts'
import type { Account } from './accounts.ts'
import { type JsonStyle, type Node, written } from './node.ts'

export interface Call extends Exchange {
  account: Account | null
}

export type Access = 'anyone' | 'member' | 'owner'

export interface PlexRoute extends Route<Call, Answer> {
  access: Access
}

/** Headers of the protocol may come as arguments too. */
export function claim(exchange: Exchange, name: string): string | null {
  const header = exchange.headers[name.toLowerCase()]
  return (Array.isArray(header) ? header[0] : header) ?? exchange.query.get(name)
}

export function answered(call: Exchange, root: Node, style?: JsonStyle): Reply {
  return written(root, call.headers.accept ?? call.query.get('Accept') ?? undefined, style)
}

const TITLES: Record<number, string> = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found' }

/** A small page, whatever was asked for. */
export function refused(status: 401 | 403 | 404): Reply {
  const title = `${status} ${TITLES[status]}`
  const body = `<html><head><title>${TITLES[status]}</title></head><body><h1>${title}</h1></body></html>`
  return { status, headers: { 'content-type': 'text/html' }, body }
}

/** The window of a list that the container headers or arguments ask for. */
export function windowOf<T>(call: Exchange, all: readonly T[]): { start: number; page: T[] } {
  const start = Number(claim(call, 'X-Plex-Container-Start') ?? 0) || 0
  const size = claim(call, 'X-Plex-Container-Size')
  return { start, page: all.slice(start, size === null ? undefined : start + Number(size)) }
}
