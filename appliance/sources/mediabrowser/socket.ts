import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import { fromNetwork, UpstreamError } from '../upstream-error.ts'
import { Frame } from './wire.ts'

/** `refused`: it does not let this key in here, which says nothing about the rest. `lost`: nothing came any more. */
export type SocketEnd = 'refused' | 'closed' | 'lost' | 'stopped'

const maxFrameBytes = 16e6
/** Frames of sessions are looked at no more often than this, however fast they come. */
const restMs = 100
/** What the socket's own talk never exceeds; larger frames are sessions. */
const smallChars = 1000

/** How often it says that it is still there is given with how it says so, until the server asks for another time. */
export interface KeepAlive {
  by: 'message' | 'ping'
  everyMs: number
}

export interface SocketOptions {
  url: URL
  headers: Record<string, string>
  agent: Agent | undefined
  keep: KeepAlive
  /** Subscribes again when no frame of sessions came within this time: some servers lose the first wish. */
  repeatAfterMs?: number | undefined
  signal: AbortSignal
  onOpen(): void
  /** Whether a frame says nothing new; it is then not even parsed. */
  isRepeat(text: string): boolean
  onSessions(data: unknown): void
  /** Frames of another kind, by their name. */
  onOther(messageType: string): void
}

const endOf = (answer: IncomingMessage, request: ClientRequest): SocketEnd | UpstreamError => {
  const status = answer.statusCode ?? 0
  request.destroy()
  // A server that has its socket elsewhere says 404.
  if (status === 401 || status === 403 || status === 404) return 'refused'
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

/** Beats at half of the interval that the server asks for; `onLost` when nothing came back for one and a half. */
const createKeepAlive = (keep: { everyMs: number; beat(): void; answer(): void; onLost(): void }) => {
  let heardAt = performance.now()
  let timer: NodeJS.Timeout | undefined
  const beat = (intervalMs: number) => {
    clearInterval(timer)
    timer = setInterval(() => {
      if (performance.now() - heardAt > intervalMs * 1.5) keep.onLost()
      else keep.beat()
    }, intervalMs / 2)
  }
  return {
    start: () => {
      heardAt = performance.now()
      beat(keep.everyMs)
    },
    demanded: (interval: unknown) => {
      const seconds = Number(interval)
      beat(Math.min(600, Math.max(1, Number.isFinite(seconds) ? seconds : 60)) * 1000)
      keep.answer()
    },
    heard: () => {
      heardAt = performance.now()
    },
    stop: () => clearInterval(timer),
  }
}

const parseFrame = (text: string) => {
  try {
    return Frame.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

const open = ({ url, headers, agent }: SocketOptions): WebSocket =>
  new WebSocket(url, {
    headers,
    ...(agent ? { agent } : {}),
    perMessageDeflate: false,
    maxPayload: maxFrameBytes,
    handshakeTimeout: 10_000,
    followRedirects: false,
  })

const maxWishes = 4

/** Says that it wants the sessions, and again until they come, a few times at most. */
const createWish = (say: (message: object) => void, repeatAfterMs: number | undefined) => {
  let said = 0
  let timer: NodeJS.Timeout | undefined
  const wish = () => {
    say({ MessageType: 'SessionsStart', Data: '0,1500' })
    said += 1
    if (repeatAfterMs !== undefined && said < maxWishes) timer = setTimeout(wish, repeatAfterMs)
  }
  return { say: wish, granted: () => clearTimeout(timer) }
}

/**
 * Subscribes to the sessions and keeps the socket alive. The server may say nothing while nothing changes, so silence
 * is no sign of death: only a missing answer to our keep-alives is.
 */
export const runSocket = (options: SocketOptions): Promise<SocketEnd> => {
  const { signal, keep } = options
  if (signal.aborted) return Promise.resolve('stopped')
  const { promise, resolve, reject } = Promise.withResolvers<SocketEnd>()
  const socket = open(options)
  const say = (message: object) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }
  const answer = () => say({ MessageType: 'KeepAlive' })
  const ping = () => {
    if (socket.readyState === WebSocket.OPEN) socket.ping()
  }
  const beat = keep.by === 'ping' ? ping : answer
  const alive = createKeepAlive({ everyMs: keep.everyMs, beat, answer, onLost: () => end('lost') })
  const wish = createWish(say, options.repeatAfterMs)
  const read = (text: string) => {
    if (options.isRepeat(text)) return wish.granted()
    const frame = parseFrame(text)
    if (frame?.MessageType === 'ForceKeepAlive') return alive.demanded(frame.Data)
    if (frame && frame.MessageType !== 'Sessions') return options.onOther(frame.MessageType)
    if (!frame) return
    wish.granted()
    try {
      options.onSessions(frame.Data)
    } catch (cause) {
      end(fromNetwork(cause))
    }
  }
  const newest = createNewest(read)
  const end = (how: SocketEnd | Error) => {
    alive.stop()
    newest.stop()
    wish.granted()
    signal.removeEventListener('abort', stop)
    if (how === 'stopped') socket.close(1000)
    setTimeout(() => socket.terminate(), how === 'stopped' ? 500 : 0).unref()
    if (how instanceof Error) reject(how)
    else resolve(how)
  }
  const stop = () => end('stopped')
  signal.addEventListener('abort', stop, { once: true })

  socket.on('unexpected-response', (request, answered) => end(endOf(answered, request)))
  socket.on('error', (cause) => end(fromNetwork(cause)))
  socket.on('close', () => end('closed'))
  socket.on('pong', alive.heard)
  socket.on('open', () => {
    alive.start()
    wish.say()
    options.onOpen()
  })
  socket.on('message', (data) => {
    alive.heard()
    const text = String(data)
    if (text.length > smallChars) newest.put(text)
    else read(text)
  })
  return promise
}
