import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { upgradeFault } from '../lib/faults.ts'
import { addressOf, type RequestLog } from '../lib/requests.ts'
import type { Identity } from './auth.ts'
import { bodyOf, toJson } from './http.ts'
import { identityOf } from './server.ts'
import type { Session } from './sessions.ts'
import { leave, visitOf } from './sign-ins.ts'
import { rawSessionWire, sessionWire } from './wire.ts'
import type { World } from './world.ts'

const LOST_MS = 60_000
const WARNED_MS = 45_000
const WARN_EVERY_MS = 12_000

interface Subscription {
  intervalMs: number
  lastSentAt: number
}

interface Connection {
  socket: WebSocket
  identity: Identity
  session: Session
  subscriptions: Subscription[]
  keptAliveAt: number
  warnedAt: number
  watched: boolean
}

interface Hub {
  world: World
  connections: Set<Connection>
  muted: boolean
}

export interface Sockets {
  count(): number
  /** Cuts every connection without a close frame. */
  drop(): void
  /** Connections stay open but nothing is sent or answered any more, as behind a dead router. */
  mute(muted: boolean): void
  /** Pushes progress and looks after keep-alives. */
  tick(): void
  close(): void
}

export function createSockets(world: World, server: Server, log: RequestLog): Sockets {
  const hub: Hub = { world, connections: new Set(), muted: false }
  const gate = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 })
  const waiting = new Set<Duplex>()

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const fault = world.faults.for(log.note(request))
    const identity = identityOf(world, request)
    if (fault !== null) spoil(stream, upgradeFault(fault), waiting)
    else if (identity === null || identity === 'refused') refuse(world, stream)
    else gate.handleUpgrade(request, stream, head, (socket) => open(hub, socket, identity, addressOf(request)))
  })
  world.sessions.onChange((forced) => push(hub, forced))

  return {
    count: () => hub.connections.size,
    drop: () => cutAll(hub),
    mute: (muted) => {
      hub.muted = muted
    },
    tick() {
      world.sessions.settle()
      if (world.sessions.list().some(isMoving)) world.sessions.changed(false)
      for (const connection of hub.connections) watch(hub, connection)
    },
    close() {
      cutAll(hub)
      for (const stream of waiting) stream.destroy()
      gate.close()
    },
  }
}

function cutAll({ connections }: Hub): void {
  for (const { socket } of connections) socket.terminate()
}

function spoil(stream: Duplex, answer: string | null, waiting: Set<Duplex>): void {
  waiting.add(stream)
  stream.on('error', () => stream.destroy()).on('close', () => waiting.delete(stream))
  if (answer === '') stream.destroy()
  else if (answer !== null) stream.end(answer)
}

function refuse(world: World, stream: Duplex): void {
  world.events.emit('socket-refused')
  // No challenge here: the manager throws, and the exception middleware makes that a 403.
  const body = 'Error processing request.'
  const head = 'HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close'
  stream.on('error', () => stream.destroy())
  stream.end(`${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
}

function open(hub: Hub, socket: WebSocket, identity: Identity, address: string): void {
  const { world, connections } = hub
  const session = visitOf(world, identity, address)
  const at = world.now()
  const connection = { socket, identity, session, subscriptions: [], keptAliveAt: at, warnedAt: at, watched: true }
  connections.add(connection)
  socket.on('error', () => socket.terminate())
  socket.on('message', (data) => receive(hub, connection, String(data)))
  socket.on('close', () => closed(hub, connection))
  send(hub, connection, { MessageType: 'ForceKeepAlive', Data: LOST_MS / 1000 })
  world.events.emit('socket-open', session.id, { client: identity.client })
}

function closed({ world, connections }: Hub, connection: Connection): void {
  connections.delete(connection)
  world.events.emit('socket-close', connection.session.id)
  const isShared = [...connections].some(({ session }) => session === connection.session)
  if (!isShared && !connection.session.isPlayer) leave(world, connection.session)
}

function receive(hub: Hub, connection: Connection, text: string): void {
  if (hub.muted) return
  const message = bodyOf(parse(text))
  const type = message.text('MessageType')
  if (type === 'SessionsStart') subscribe(hub, connection, message.text('Data'))
  if (type === 'SessionsStop') connection.subscriptions.shift()
  if (type !== 'KeepAlive') return
  connection.keptAliveAt = hub.world.now()
  send(hub, connection, { MessageType: 'KeepAlive' })
  hub.world.events.emit('keep-alive', connection.session.id)
}

function subscribe({ world }: Hub, connection: Connection, data: string | null): void {
  const { user, isApiKey, isAdmin } = connection.identity
  const { keySubscribes, memberSubscribes } = world.behaviour
  const allowed = isApiKey ? keySubscribes : user !== null && (isAdmin || memberSubscribes)
  const [due, period] = (data ?? '').split(',').map(Number)
  // What may not, or makes no sense, is dropped without a word to the client.
  if (!allowed || !Number.isInteger(due) || !Number.isInteger(period)) return
  connection.subscriptions.push({ intervalMs: period ?? 0, lastSentAt: Number.NEGATIVE_INFINITY })
  world.events.emit('subscribe', connection.session.id, { data })
}

/** Real changes go out at once; progress only when the interval of the subscription is over. */
function push(hub: Hub, forced: boolean): void {
  const { world } = hub
  for (const connection of hub.connections) {
    for (const subscription of connection.subscriptions) {
      if (!forced && world.now() - subscription.lastSentAt < subscription.intervalMs) continue
      subscription.lastSentAt = world.now()
      send(hub, connection, { MessageType: 'Sessions', Data: dataFor(world, connection.identity) })
      world.events.emit('frame', connection.session.id, { forced })
    }
  }
}

function dataFor(world: World, identity: Identity): Record<string, unknown>[] {
  const wire = world.behaviour.rawFrames ? rawSessionWire : sessionWire
  const isSeen = (session: Session) => identity.isAdmin || session.userId === identity.user?.id
  return world.sessions
    .list()
    .filter(isSeen)
    .map((session) => wire(session, world.wire()))
}

function watch(hub: Hub, connection: Connection): void {
  const { world } = hub
  const quietMs = world.now() - connection.keptAliveAt
  if (!connection.watched || quietMs <= WARNED_MS) return
  if (quietMs >= LOST_MS) {
    // Up to 10.11 a lost socket is only forgotten by the watch: it stays open and is still written to.
    connection.watched = false
    if (world.behaviour.closesLostSockets) connection.socket.terminate()
  } else if (world.now() - connection.warnedAt >= WARN_EVERY_MS) {
    connection.warnedAt = world.now()
    send(hub, connection, { MessageType: 'ForceKeepAlive', Data: LOST_MS / 1000 })
  }
}

function send(hub: Hub, { socket }: Connection, message: { MessageType: string; Data?: unknown }): void {
  if (hub.muted || socket.readyState !== socket.OPEN) return
  socket.send(toJson({ ...message, MessageId: randomUUID().replaceAll('-', '') }))
}

function isMoving({ playback }: Session): boolean {
  return playback !== null && playback.pausedAt === null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
