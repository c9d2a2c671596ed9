import http from 'node:http'
import https from 'node:https'
import { isIP } from 'node:net'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import type { z } from 'zod'
import { fromNetwork, misshapen, timedOut, tooLarge, UpstreamError, wrongCertificate } from './upstream-error.ts'

export interface HttpRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD'
  /** Path below the base URL, with its leading slash. */
  path: string
  query?: Record<string, string | number | boolean | undefined>
  headers?: Record<string, string>
  /** An object goes as JSON, a string or bytes as they are. */
  body?: object | string | Uint8Array
  /** Until the whole answer is there; for a stream, until its head is there. Default 10 s. */
  timeoutMs?: number
  /** Default 8 MB. */
  maxBytes?: number
  signal?: AbortSignal
  /** Statuses that are answers and not errors. Default: all below 400. */
  accept?: (status: number) => boolean
}

export interface HttpAnswer {
  status: number
  headers: http.IncomingHttpHeaders
  body: Buffer
}

export interface HttpStream {
  status: number
  headers: http.IncomingHttpHeaders
  body: http.IncomingMessage
}

export interface HttpClient {
  send(request: HttpRequest): Promise<HttpAnswer>
  /** Parses the answer by its schema; a wrong shape is an UpstreamError. */
  json<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T>
  /** The head is awaited, the body is the caller's; aborting the signal ends it. */
  stream(request: HttpRequest): Promise<HttpStream>
  /** 101: the raw duplex socket, with what came behind the head. */
  upgrade(request: HttpRequest): Promise<{ socket: Duplex; head: Buffer }>
  /** For libraries that open their own request, such as a WebSocket client. */
  agent: http.Agent | undefined
  close(): void
}

export interface Target {
  baseUrl: URL
  socketPath?: string
  /** SHA-256 of the leaf certificate that a person has compared; then it alone decides. */
  fingerprint?: string | null
  clientTls?: { ca?: string; cert?: string; key?: string }
  headers?: Record<string, string>
  /** Idle sockets are dropped after this; keep it below the server's own time. Default 4 s. */
  idleMs?: number
}

/**
 * A TLS agent that compares the pinned fingerprint before the first byte is written: a wrong server
 * sees no header, so no secret.
 */
const pinnedAgent = (target: Target): https.Agent => {
  const pinned = target.fingerprint?.toUpperCase()
  const agent = new https.Agent({
    keepAlive: true,
    timeout: target.idleMs ?? 4000,
    ...target.clientTls,
    rejectUnauthorized: !pinned,
  })
  if (!pinned) return agent
  const connect = (options: tls.ConnectionOptions, done: (error: Error | null, socket?: Duplex) => void) => {
    const socket = tls.connect({ ...options, ...target.clientTls, rejectUnauthorized: false })
    socket.once('error', (error) => done(error))
    socket.once('secureConnect', () => {
      const shown = socket.getPeerCertificate().fingerprint256
      if (shown === pinned) return done(null, socket)
      socket.destroy()
      done(wrongCertificate(pinned, shown))
    })
    return undefined
  }
  return Object.assign(agent, { createConnection: connect })
}

const agentFor = (target: Target): http.Agent =>
  target.baseUrl.protocol === 'https:'
    ? pinnedAgent(target)
    : new http.Agent({ keepAlive: true, timeout: target.idleMs ?? 4000 })

const pathOf = (target: Target, request: HttpRequest): string => {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(request.query ?? {}))
    if (value !== undefined) query.set(name, String(value))
  const base = target.baseUrl.pathname.replace(/\/+$/, '')
  const text = query.toString()
  return `${base}${request.path}${text ? `${request.path.includes('?') ? '&' : '?'}${text}` : ''}`
}

const bodyOf = (body: HttpRequest['body']): { bytes: Uint8Array | string | undefined; type: string | undefined } => {
  if (body === undefined) return { bytes: undefined, type: undefined }
  if (typeof body === 'string' || body instanceof Uint8Array) return { bytes: body, type: undefined }
  return { bytes: JSON.stringify(body), type: 'application/json' }
}

const openRequest = (target: Target, agent: http.Agent, request: HttpRequest, upgrade = false): http.ClientRequest => {
  const { bytes, type } = bodyOf(request.body)
  const secure = target.baseUrl.protocol === 'https:'
  const open = secure ? https.request : http.request
  const outgoing = open({
    ...(target.socketPath
      ? { socketPath: target.socketPath }
      : { host: target.baseUrl.hostname.replace(/^\[|\]$/g, ''), port: target.baseUrl.port || (secure ? 443 : 80) }),
    path: pathOf(target, request),
    method: request.method ?? 'GET',
    agent,
    headers: {
      accept: 'application/json',
      ...(type ? { 'content-type': type } : {}),
      ...(bytes === undefined && request.method === 'POST' ? { 'content-length': '0' } : {}),
      ...(bytes === undefined ? {} : { 'content-length': String(Buffer.byteLength(bytes)) }),
      ...(upgrade ? { connection: 'Upgrade', upgrade: 'tcp' } : {}),
      ...target.headers,
      ...request.headers,
    },
  })
  outgoing.end(bytes)
  return outgoing
}

const statusError = (status: number, body: string): UpstreamError => {
  if (status === 401) {
    const reason = 'It does not accept the credentials: the key or token is wrong, or was taken back.'
    return new UpstreamError('unauthorized', 'upstream_unauthorized', reason, { status, body })
  }
  if (status === 403) {
    const reason = 'It knows the credentials but does not allow this with them.'
    return new UpstreamError('unauthorized', 'upstream_unauthorized', reason, { status, body })
  }
  return new UpstreamError('degraded', 'upstream_refused', `It answered with status ${status}.`, { status, body })
}

const readAll = async (stream: http.IncomingMessage, maxBytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) {
      stream.destroy()
      throw tooLarge(maxBytes)
    }
    chunks.push(chunk)
  }
  if (!stream.complete)
    throw new UpstreamError('unreachable', 'upstream_unreachable', 'The connection was closed half way.')
  return Buffer.concat(chunks)
}

/** The one HTTP client of all sources: time-outs, size caps, pinned certificates, errors in a source's words. */
export const createHttpClient = (target: Target): HttpClient => {
  const agent = agentFor(target)

  const head = (request: HttpRequest, upgrade: boolean) =>
    new Promise<{ answer: http.IncomingMessage; socket?: Duplex; rest?: Buffer }>((resolve, reject) => {
      if (request.signal?.aborted) return reject(request.signal.reason)
      const outgoing = openRequest(target, agent, request, upgrade)
      const abort = () => outgoing.destroy(request.signal?.reason)
      request.signal?.addEventListener('abort', abort, { once: true })
      outgoing.once('close', () => request.signal?.removeEventListener('abort', abort))
      outgoing.once('error', (cause) => reject(request.signal?.aborted ? request.signal.reason : fromNetwork(cause)))
      outgoing.once('response', (answer) => resolve({ answer }))
      outgoing.once('upgrade', (answer, socket, rest) => resolve({ answer, socket, rest }))
    })

  const withDeadline = async <T>(request: HttpRequest, run: (request: HttpRequest) => Promise<T>): Promise<T> => {
    const ms = request.timeoutMs ?? 10_000
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(timedOut(ms)), ms)
    const signal = request.signal ? AbortSignal.any([request.signal, deadline.signal]) : deadline.signal
    try {
      return await run({ ...request, signal })
    } catch (cause) {
      throw deadline.signal.aborted ? deadline.signal.reason : request.signal?.aborted ? cause : fromNetwork(cause)
    } finally {
      clearTimeout(timer)
    }
  }

  const send = (request: HttpRequest) =>
    withDeadline(request, async (timed) => {
      const { answer } = await head(timed, false)
      const status = answer.statusCode ?? 0
      const body = await readAll(answer, request.maxBytes ?? 8e6)
      const accept = request.accept ?? ((code: number) => code < 400)
      if (!accept(status)) throw statusError(status, body.subarray(0, 4000).toString())
      return { status, headers: answer.headers, body }
    })

  const open = async (request: HttpRequest, upgrade: boolean) => {
    const linked = new AbortController()
    const abort = () => linked.abort(request.signal?.reason)
    if (request.signal?.aborted) abort()
    request.signal?.addEventListener('abort', abort, { once: true })
    const timer = setTimeout(() => linked.abort(timedOut(request.timeoutMs ?? 10_000)), request.timeoutMs ?? 10_000)
    try {
      const opened = await head({ ...request, signal: linked.signal }, upgrade)
      const status = opened.answer.statusCode ?? 0
      const accept = request.accept ?? ((code: number) => code < 400)
      if (!accept(status))
        throw statusError(status, (await readAll(opened.answer, 64_000)).subarray(0, 4000).toString())
      return opened
    } finally {
      clearTimeout(timer)
    }
  }

  return {
    agent,
    send,
    json: async (request, schema) => {
      const { body } = await send(request)
      let value: unknown
      try {
        value = JSON.parse(body.toString())
      } catch (cause) {
        throw misshapen('it is not JSON', cause)
      }
      const parsed = schema.safeParse(value)
      if (!parsed.success) throw misshapen(parsed.error.issues[0]?.path.join('.') || 'wrong shape', parsed.error)
      return parsed.data
    },
    stream: async (request) => {
      const { answer } = await open(request, false)
      return { status: answer.statusCode ?? 0, headers: answer.headers, body: answer }
    },
    upgrade: async (request) => {
      const { socket, rest } = await open(request, true)
      if (!socket) throw misshapen('it did not switch protocols')
      return { socket, head: rest ?? Buffer.alloc(0) }
    },
    close: () => agent.destroy(),
  }
}

/** Connects only to see which certificate is shown there; sends nothing. Null when it is not TLS. */
export const peekFingerprint = (url: URL, timeoutMs = 5000): Promise<string | null> =>
  new Promise((resolve) => {
    if (url.protocol !== 'https:') return resolve(null)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const socket = tls.connect({
      host,
      port: Number(url.port || 443),
      ...(isIP(host) ? {} : { servername: host }),
      rejectUnauthorized: false,
    })
    const done = (value: string | null) => {
      socket.destroy()
      resolve(value)
    }
    socket.setTimeout(timeoutMs, () => done(null))
    socket.once('error', () => done(null))
    socket.once('secureConnect', () => done(socket.getPeerCertificate().fingerprint256 ?? null))
  })
