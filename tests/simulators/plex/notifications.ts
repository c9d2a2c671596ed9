import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { upgradeFault } from '../lib/faults.ts'
import { type RequestLog, urlOf } from '../lib/requests.ts'
import { type Account, OWNER_ID } from './accounts.ts'
import { toObject } from './node.ts'
import type { Call } from './routes.ts'
import { type Change, positionOf, type Session } from './sessions.ts'
import { transcodeNode } from './transcode.ts'
import type { World } from './world.ts'

const PING_MS = 10_000
const SOCKET_PATHS = ['/:/websockets/notifications', '/:/websocket/notifications']

interface Notification {
  type: string
  /** The name of what is inside. */
  field: string
  body: Record<string, unknown>
  /** Null is for everybody. */
  accountId: number | null
}

interface Listener {
  account: Account
  kind: 'eventsource' | 'socket'
  pingedAt: number
  send(notification: Notification): void
  ping(): void
  cut(): void
}

export interface Notifications {
  /** Answers `/:/eventsource/notifications`. */
  stream(call: Call): (response: ServerResponse) => void
  attach(server: Server, log: RequestLog): void
  /** A notification that no player causes, such as a timeline entry. */
  announce(type: string, field: string, body: Record<string, unknown>): void
  count(): number
  /** Cuts every stream and socket without a word. */
  drop(): void
  /** They stay open, but nothing comes any more, as behind a dead router. */
  mute(muted: boolean): void
  tick(): void
  close(): void
}

export function createNotifications(world: World): Notifications {
  const listeners = new Set<Listener>()
  const waiting = new Set<Duplex>()
  const gate = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 })
  let isMuted = false
  const drop = () => {
    for (const listener of listeners) listener.cut()
  }
  const tell = (notification: Notification) => {
    if (isMuted) return
    for (const listener of listeners) {
      const { id } = listener.account
      const isTheirs = id === OWNER_ID || notification.accountId === null || notification.accountId === id
      if (isTheirs) listener.send(notification)
    }
    world.events.emit('notification', null, { type: notification.type, ...notification.body })
  }
  const join = (listener: Listener): (() => void) => {
    listeners.add(listener)
    world.events.emit('stream-open', null, { kind: listener.kind, account: listener.account.name })
    return () => {
      if (listeners.delete(listener)) world.events.emit('stream-close', null, { kind: listener.kind })
    }
  }
  world.sessions.onChange((session, change) => {
    for (const notification of notificationsOf(session, change, world.now())) tell(notification)
  })
  return {
    stream: (call) => (response) => openStream(world, call, response, join),
    attach: (server, log) => acceptSockets({ world, gate, waiting, join }, server, log),
    announce: (type, field, body) => tell({ type, field, body, accountId: null }),
    count: () => listeners.size,
    drop,
    mute: (muted) => {
      isMuted = muted
    },
    tick() {
      for (const listener of listeners) {
        if (isMuted || world.now() - listener.pingedAt < PING_MS) continue
        listener.pingedAt = world.now()
        listener.ping()
      }
    },
    close() {
      drop()
      for (const stream of waiting) stream.destroy()
    },
  }
}

function notificationsOf(session: Session, change: Change, now: number): Notification[] {
  const { account, transcode, item } = session
  const playing: Notification = {
    type: 'playing',
    field: 'PlaySessionStateNotification',
    accountId: account.id,
    body: {
      sessionKey: session.key,
      clientIdentifier: session.device.machineIdentifier,
      guid: '',
      ratingKey: item.ratingKey,
      url: '',
      key: item.key,
      viewOffset: positionOf(session, now),
      playQueueItemID: session.playQueueItemId,
      state: change === 'stopped' ? 'stopped' : session.state,
      ...(transcode === null ? {} : { transcodeSession: transcode.key.split('/').at(-1) }),
    },
  }
  if (transcode === null) return [playing]
  const step = { started: 'start', stopped: 'end', changed: 'update', progress: 'update' }[change]
  const body = toObject(transcodeNode(session, transcode, now), { strings: false, flags: 'boolean' })
  return [playing, { type: `transcodeSession.${step}`, field: 'TranscodeSession', accountId: account.id, body }]
}

/** An event carries one object under its name; its filters name the types that are wanted. */
function openStream(world: World, call: Call, response: ServerResponse, join: (listener: Listener) => () => void) {
  if (call.account === null) return
  const filters = call.query.get('filters')?.split(',') ?? null
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  response.flushHeaders()
  const leave = join({
    account: call.account,
    kind: 'eventsource',
    pingedAt: world.now(),
    send({ type, field, body }) {
      if (filters !== null && !filters.includes(type)) return
      response.write(`event: ${type}\ndata: ${JSON.stringify({ [field]: body })}\n\n`)
    },
    ping: () => void response.write('event: ping\ndata: {}\n\n'),
    cut: () => response.destroy(),
  })
  response.on('error', () => response.destroy()).on('close', leave)
}

interface Gate {
  world: World
  gate: WebSocketServer
  waiting: Set<Duplex>
  join(listener: Listener): () => void
}

function acceptSockets(deps: Gate, server: Server, log: RequestLog): void {
  const { world, gate, waiting } = deps
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => stream.destroy())
    const path = log.note(request)
    const fault = world.faults.for(path)
    if (fault !== null) {
      waiting.add(stream)
      stream.on('close', () => waiting.delete(stream))
      const answer = upgradeFault(fault)
      if (answer === '') stream.destroy()
      else if (answer !== null) stream.end(answer)
      return
    }
    const header = request.headers['x-plex-token']
    const token = (Array.isArray(header) ? header[0] : header) ?? urlOf(request).searchParams.get('X-Plex-Token')
    const account = world.accounts.byToken(token ?? null)
    if (!SOCKET_PATHS.includes(path)) refuse(world, stream, '404 Not Found')
    else if (account === null) refuse(world, stream, '401 Unauthorized')
    else gate.handleUpgrade(request, stream, head, (socket) => openSocket(deps, socket, account))
  })
}

function refuse(world: World, stream: Duplex, status: string): void {
  world.events.emit('stream-refused', null, { status })
  stream.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
}

/** A frame carries a list of one, unlike an event of the stream; nothing that is said to the server counts. */
function openSocket({ world, join }: Gate, socket: WebSocket, account: Account): void {
  const leave = join({
    account,
    kind: 'socket',
    pingedAt: world.now(),
    send({ type, field, body }) {
      const frame = { NotificationContainer: { type, size: 1, [field]: [body] } }
      if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(frame))
    },
    ping: () => socket.ping(),
    cut: () => socket.terminate(),
  })
  socket.on('error', () => socket.terminate()).on('close', leave)
}
