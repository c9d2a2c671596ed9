import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { applyFault, type Faults } from './faults.ts'
import type { Reply } from './reply.ts'
import { addressOf, type RequestLog, readBody, urlOf } from './requests.ts'

export interface Exchange {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  remoteAddress: string
  text: string
}

/** A whole answer, or one that is written bit by bit. */
export type Answer = Reply | ((response: ServerResponse) => void)

export interface WebDeps {
  log: RequestLog
  faults: Faults
  /** Keeps a timer that a stop must cancel. */
  keep(timer: NodeJS.Timeout): void
  answer(exchange: Exchange): Answer
}

const NOTHING: Reply = { status: 200, headers: {}, body: null }

export function createWeb({ log, faults, keep, answer }: WebDeps): Server {
  return createServer((request, response) => {
    const path = log.note(request)
    void readBody(request).then((text) => {
      const answered = answer(exchangeOf(request, path, text))
      const isStream = typeof answered === 'function'
      const write = () => (isStream ? answered(response) : send(response, answered))
      const fault = faults.for(path)
      if (fault === null) write()
      else applyFault(fault, response, isStream ? NOTHING : answered, write, keep)
    })
  })
}

function exchangeOf(request: IncomingMessage, path: string, text: string): Exchange {
  return {
    method: request.method ?? 'GET',
    path,
    query: urlOf(request).searchParams,
    headers: request.headers,
    remoteAddress: addressOf(request),
    text,
  }
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  if (response.destroyed) return
  const length = status === 204 ? {} : { 'content-length': Buffer.byteLength(body ?? '') }
  response.writeHead(status, { ...headers, ...length }).end(body ?? undefined)
}

export interface Route<Call, Result extends Answer = Answer> {
  methods: readonly string[]
  /** Segments in braces match anything and become the params. */
  pattern: string
  handle(call: Call, params: string[]): Result
}

export interface Match<R> {
  route: R
  params: string[]
}

/** The first route that takes the path and the method; letters must have the same case. */
export function findRoute<R extends { methods: readonly string[]; pattern: string }>(
  routes: readonly R[],
  method: string,
  path: string,
): Match<R> | null {
  for (const route of routes) {
    const params = route.methods.includes(method) ? paramsOf(route.pattern, path) : null
    if (params !== null) return { route, params }
  }
  return null
}

function paramsOf(pattern: string, path: string): string[] | null {
  const wanted = pattern.split('/')
  const given = path.length > 1 ? path.replace(/\/$/, '').split('/') : path.split('/')
  if (wanted.length !== given.length) return null
  const params: string[] = []
  for (const [index, segment] of wanted.entries()) {
    const value = given[index] ?? ''
    if (segment.startsWith('{')) params.push(decode(value))
    else if (segment !== value) return null
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
