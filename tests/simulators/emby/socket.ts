import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Identity } from '../jellyfin/auth.ts'
import { bodyOf, toJson } from '../jellyfin/http.ts'
import type { Session } from '../jellyfin/sessions.ts'
import { leave, visitOf } from '../jellyfin/sign-ins.ts'
import { upgradeFault } from '../lib/faults.ts'
import { addressOf, type RequestLog, urlOf } from '../lib/requests.ts'
import { identityOfUpgrade } from './server.ts'
import { sessionWire } from './wire.ts'
import type { World } from './world.ts'

const PATH = '/embywebsocket'
/** A socket on which nothing was heard for so long is closed. */
const LOST_MS = 60_000

interface Connection {
  socket: WebSocket
  identity: Identity
  session: Session
  subscription: { intervalMs: number; lastSentAt: number } | null
  toLose: number
  heardAt: number
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
  /** Sends the frames that are due, and closes what is silent. */
  tick(): void
  close(): void
}

export function createSockets(world: World, server: Server, log: RequestLog): Sockets {
  const hub: Hub = { world, connections: new Set(), muted: false }
  const gate = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, autoPong: false })
  const waiting = new Set<Duplex>()

  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const path = log.note(request)
    const fault = world.faults.for(path)
    const identity = identityOfUpgrade(world, request)
    if (fault !== null) spoil(stream, upgradeFault(fault), waiting)
    else if (path.toLowerCase() !== PATH) spoil(stream, refusal(404, 'Not Found'), waiting)
    else if (identity === null || identity === 'refused') {
      world.events.emit('socket-refused')
      spoil(stream, refusal(401, 'Unauthorized'), waiting)
    } else gate.handleUpgrade(request, stream, head, (socket) => open(hub, socket, named(identity, request), request))
  })
  if (world.options.announces) world.events.on(({ type, sessionId }) => announce(hub, type, sessionId))

  return {
    count: () => hub.connections.size,
    drop: () => cutAll(hub),
    mute: (muted) => {
      hub.muted = muted
    },
    tick() {
      world.sessions.settle()
      for (const connection of hub.connections) beat(hub, connection)
    },
    close() {
      cutAll(hub)
      for (const stream of waiting) stream.destroy()
      gate.close()
    },
  }
}

function refusal(status: number, reason: string): string {
  return `HTTP/1.1 ${status} ${reason}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
}

function spoil(stream: Duplex, answer: string | null, waiting: Set<Duplex>): void {
  waiting.add(stream)
  stream.on('error', () => stream.destroy()).on('close', () => waiting.delete(stream))
  if (answer === '') stream.destroy()
  else if (answer !== null) stream.end(answer)
}

function cutAll({ connections }: Hub): void {
  for (const { socket } of connections) socket.terminate()
}

/** The address names the device here. */
function named(identity: Identity, request: IncomingMessage): Identity {
  return { ...identity, deviceId: urlOf(request).searchParams.get('deviceId') || identity.deviceId }
}

function open(hub: Hub, socket: WebSocket, identity: Identity, request: IncomingMessage): void {
  const { world, connections } = hub
  const session = visitOf(world, identity, addressOf(request))
  const toLose = world.options.dropSubscribes
  const connection = { socket, identity, session, subscription: null, toLose, heardAt: world.now() }
  connections.add(connection)
  socket.on('error', () => socket.terminate())
  socket.on('message', (data) => receive(hub, connection, String(data)))
  socket.on('ping', (data) => answerPing(hub, connection, data))
  socket.on('close', () => closed(hub, connection))
  world.events.emit('socket-open', session.id, { client: identity.client })
}

function answerPing({ world, muted }: Hub, connection: Connection, data: Buffer): void {
  if (muted) return
  connection.heardAt = world.now()
  connection.socket.pong(data)
  world.events.emit('keep-alive', connection.session.id)
}

function closed({ world, connections }: Hub, connection: Connection): void {
  connections.delete(connection)
  world.events.emit('socket-close', connection.session.id)
  const isShared = [...connections].some(({ session }) => session === connection.session)
  if (!isShared && !connection.session.isPlayer) leave(world, connection.session)
}

function receive(hub: Hub, connection: Connection, text: string): void {
  if (hub.muted) return
  connection.heardAt = hub.world.now()
  const message = bodyOf(parse(text))
  const type = message.text('MessageType')
  if (type === 'SessionsStop') connection.subscription = null
  if (type === 'SessionsStart') subscribe(hub, connection, message.text('Data'))
}

function subscribe(hub: Hub, connection: Connection, data: string | null): void {
  const { world } = hub
  if (connection.toLose > 0) {
    connection.toLose -= 1
    world.events.emit('subscribe', connection.session.id, { data, lost: true })
    return
  }
  const period = Number((data ?? '').split(',')[1])
  if (!connection.identity.isAdmin || !Number.isInteger(period)) return
  connection.subscription = { intervalMs: Math.max(1000, period), lastSentAt: Number.NEGATIVE_INFINITY }
  world.events.emit('subscribe', connection.session.id, { data, lost: false })
  beat(hub, connection)
}

/** A frame when the interval is over, whether anything changed or not. */
function beat(hub: Hub, connection: Connection): void {
  const { world } = hub
  const now = world.now()
  const { subscription, heardAt, socket } = connection
  if (now - heardAt >= LOST_MS) socket.terminate()
  if (subscription === null || now - subscription.lastSentAt < subscription.intervalMs) return
  subscription.lastSentAt = now
  const sessions = world.sessions.list().map((session) => sessionWire(session, world))
  send(hub, connection, { MessageType: 'Sessions', Data: sessions })
  world.events.emit('frame', connection.session.id)
}

const ANNOUNCED: Record<string, string> = { play: 'PlaybackStart', stopped: 'PlaybackStopped' }

function announce(hub: Hub, type: string, sessionId: string | null): void {
  const messageType = ANNOUNCED[type]
  const session = sessionId === null ? null : hub.world.sessions.find(sessionId)
  if (messageType === undefined || session === null) return
  for (const connection of hub.connections) {
    if (connection.identity.isAdmin)
      send(hub, connection, { MessageType: messageType, Data: sessionWire(session, hub.world) })
  }
}

function send(hub: Hub, { socket }: Connection, message: { MessageType: string; Data: unknown }): void {
  if (hub.muted || socket.readyState !== socket.OPEN) return
  const { MessageType, Data } = message
  socket.send(toJson({ MessageType, MessageId: randomUUID().replaceAll('-', ''), Data }))
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
