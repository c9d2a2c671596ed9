import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { fromNetwork, UpstreamError } from '../upstream-error.ts'
import { Frame } from './wire.ts'

/** `refused`: it does not let this key in here, which says nothing about the rest. `lost`: nothing came any more. */
export type SocketEnd = 'refused' | 'closed' | 'lost' | 'stopped'

const maxFrameBytes = 16e6
/** Until the server says another one. */
const keepAliveMs = 60_000
/** Frames of sessions are looked at no more often than this, however fast they come. */
const restMs = 100
/** What the socket's own talk never exceeds; larger frames are sessions. */
const smallChars = 1000

interface SocketOptions {
  url: URL
  headers: Record<string, string>
  agent: Agent | undefined
  signal: AbortSignal
  onOpen(): void
  onSessions(data: unknown): void
}

const endOf = (answer: IncomingMessage, request: ClientRequest): SocketEnd | UpstreamError => {
  const status = answer.statusCode ?? 0
  request.destroy()
  if (status === 401 || status === 403) return 'refused'
  return new UpstreamError('degraded', 'upstream_refused', `Its socket answered with status ${status}.`, { status })
}

/** Only the newest of what came in a burst is parsed, at once when it has been quiet. */
const createNewest = (take: (text: string) => void) => {
  let newest: string | null = null
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    timer = undefined
    if (newest === null) return
    const text = newest
    newest = null
    timer = setTimeout(flush, restMs)
    take(text)
  }
  return {
    put: (text: string) => {
      newest = text
      if (!timer) flush()
    },
    stop: () => clearTimeout(timer),
  }
}

/**
 * Subscribes to the sessions and keeps the socket alive. The server says nothing while nothing changes, so silence
 * is no sign of death: only a missing answer to our keep-alives is.
 */
export const runSocket = (options: SocketOptions): Promise<SocketEnd> =>
  new Promise((resolve, reject) => {
    const { url, headers, agent, signal } = options
    if (signal.aborted) return resolve('stopped')
    const socket = new WebSocket(url, {
      headers,
      ...(agent ? { agent } : {}),
      perMessageDeflate: false,
      maxPayload: maxFrameBytes,
      handshakeTimeout: 10_000,
      followRedirects: false,
    })
    const say = (message: object) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    }
    let heardAt = performance.now()
    let beat: NodeJS.Timeout | undefined

    const keepAlive = (intervalMs: number) => {
      clearInterval(beat)
      beat = setInterval(() => {
        if (performance.now() - heardAt > intervalMs * 1.5) return end('lost')
        say({ MessageType: 'KeepAlive' })
      }, intervalMs / 2)
    }

    const hand = (sessions: unknown) => {
      try {
        options.onSessions(sessions)
      } catch (cause) {
        end(fromNetwork(cause))
      }
    }

    const read = (text: string) => {
      let value: unknown
      try {
        value = JSON.parse(text)
      } catch {
        return
      }
      const frame = Frame.safeParse(value).data
      if (frame?.MessageType === 'Sessions') hand(frame.Data)
      if (frame?.MessageType === 'ForceKeepAlive') {
        const seconds = Number(frame.Data)
        keepAlive(Math.min(600, Math.max(1, Number.isFinite(seconds) ? seconds : 60)) * 1000)
        say({ MessageType: 'KeepAlive' })
      }
    }
    const newest = createNewest(read)

    const end = (how: SocketEnd | Error) => {
      clearInterval(beat)
      newest.stop()
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
      heardAt = performance.now()
      keepAlive(keepAliveMs)
      say({ MessageType: 'SessionsStart', Data: '0,1500' })
      options.onOpen()
    })
    socket.on('message', (data) => {
      heardAt = performance.now()
      const text = String(data)
      if (text.length > smallChars) newest.put(text)
      else read(text)
    })
  })
