import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { fromNetwork, UpstreamError } from '../upstream-error.ts'
import type { StreamEnd } from './events.ts'

const maxFrameBytes = 1_000_000
const beatMs = 15_000
/** Two beats and a half without any sign. */
const lostAfterMs = 37_500

export interface SocketOptions {
  url: URL
  headers: Record<string, string>
  agent: Agent | undefined
  signal: AbortSignal
  onOpen(): void
  onFrame(text: string): void
}

const endOf = (answer: IncomingMessage, request: ClientRequest): StreamEnd | UpstreamError => {
  const status = answer.statusCode ?? 0
  request.destroy()
  if (status < 500 || status === 501) return 'refused'
  return new UpstreamError('degraded', 'upstream_refused', `Its socket answered with status ${status}.`, { status })
}

/** Listens to the socket until it ends. On it the server says nothing while nothing happens, so it is pinged. */
export const runSocket = (options: SocketOptions): Promise<StreamEnd> => {
  const { url, headers, agent, signal } = options
  if (signal.aborted) return Promise.resolve('stopped')
  const { promise, resolve, reject } = Promise.withResolvers<StreamEnd>()
  const limits = { perMessageDeflate: false, maxPayload: maxFrameBytes, handshakeTimeout: 10_000 }
  const socket = new WebSocket(url, { headers, ...(agent ? { agent } : {}), ...limits, followRedirects: false })
  let heardAt = performance.now()
  const heard = () => {
    heardAt = performance.now()
  }
  const timer = setInterval(() => {
    if (performance.now() - heardAt > lostAfterMs) end('lost')
    else if (socket.readyState === WebSocket.OPEN) socket.ping()
  }, beatMs)
  const end = (how: StreamEnd | Error) => {
    clearInterval(timer)
    signal.removeEventListener('abort', stop)
    if (how === 'stopped') socket.close(1000)
    setTimeout(() => socket.terminate(), how === 'stopped' ? 500 : 0).unref()
    if (how instanceof Error) reject(how)
    else resolve(how)
  }
  const stop = () => end('stopped')
  signal.addEventListener('abort', stop, { once: true })

  socket.on('unexpected-response', (request, answer) => end(endOf(answer, request)))
  socket.on('error', (cause) => end(fromNetwork(cause)))
  socket.on('close', () => end('closed'))
  socket.on('open', () => {
    heard()
    options.onOpen()
  })
  socket.on('ping', heard)
  socket.on('pong', heard)
  socket.on('message', (data) => {
    heard()
    options.onFrame(String(data))
  })
  return promise
}
