import http from 'node:http'
import https from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener } from '@hono/node-server'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Log } from '../lib/log.ts'
import type { Hub } from './hub.ts'
import type { Connection } from './origin.ts'
import { errorAnswer } from './respond.ts'
import type { Router } from './router.ts'

export interface Server {
  /** Resolves when all ports listen. Rejects with Node's error, such as EADDRINUSE. */
  start(): Promise<{ port: number; httpsPort: number | null }>
  /** Takes no new connection, lets running requests end for up to 2 s, then closes all. */
  stop(): Promise<void>
  /** Puts another certificate in place without a restart. */
  setCertificate(pair: { cert: string; key: string }): void
}

const connectionOf = (socket: Socket): Connection => ({
  address: socket.remoteAddress ?? '',
  secure: 'encrypted' in socket,
})

const refuseSocket = async (socket: Duplex, answer: Response) => {
  const body = await answer.text()
  socket.end(
    `HTTP/1.1 ${answer.status} Refused\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}

const listen = (server: http.Server, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.removeListener('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })

const aliveEveryMs = 30_000

/** Carries live readers; a reader whose connection is dead is noticed by an unanswered ping. */
const createLiveSockets = (hub: Hub, log: Log) => {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024, perMessageDeflate: false })
  const answered = new WeakSet<WebSocket>()
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!answered.has(socket)) socket.terminate()
      answered.delete(socket)
      socket.ping()
    }
  }, aliveEveryMs).unref()

  const accept = (request: http.IncomingMessage, socket: Duplex, head: Buffer, caller: Parameters<Hub['join']>[1]) =>
    sockets.handleUpgrade(request, socket, head, (one) => {
      answered.add(one)
      one.on('pong', () => answered.add(one))
      one.on('error', (err) => log.debug({ err }, 'a live reader’s connection failed'))
      const reader = hub.join(
        {
          send: (text) => one.send(text),
          close: (code, reason) => one.close(code, reason),
          waiting: () => one.bufferedAmount,
        },
        caller,
      )
      one.on('message', (data) => reader.receive(String(data)))
      one.on('close', reader.left)
    })

  const stop = () => {
    clearInterval(timer)
    for (const socket of sockets.clients) socket.terminate()
  }
  return { accept, stop }
}

/** The Node server: the one adapter between sockets and the router. */
export const createServer = (deps: {
  router: Router
  hub: Hub
  host: string
  port: number
  httpsPort: number | null
  log: Log
}): Server => {
  const { router, hub, log } = deps
  const live = createLiveSockets(hub, log)
  const listener = getRequestListener(
    (request, env) => router.fetch(request, connectionOf((env as { incoming: http.IncomingMessage }).incoming.socket)),
    { overrideGlobalObjects: false },
  )

  const upgrade = (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const url = new URL(request.url ?? '/', 'http://box')
    const headers = new Headers(request.headers as Record<string, string>)
    const refused = router.refuseUpgrade(headers, connectionOf(request.socket))
    if (refused) return void refuseSocket(socket, errorAnswer(refused))
    const caller = url.pathname === '/api/v1/live' ? hub.redeem(url.searchParams.get('ticket') ?? '') : null
    if (!caller) {
      const body = {
        error: { code: 'unauthorized', message: 'Ask for a ticket first; it works once, for 30 seconds.' },
      }
      return void refuseSocket(socket, Response.json(body, { status: 401 }))
    }
    live.accept(request, socket, head, caller)
  }

  const prepare = <T extends http.Server>(server: T): T => {
    server.headersTimeout = 15_000
    server.requestTimeout = 120_000
    server.keepAliveTimeout = 65_000
    server.maxConnections = 2000
    server.on('upgrade', upgrade)
    server.on('clientError', (_error, socket) => socket.destroy())
    return server
  }
  const plain = prepare(http.createServer(listener))
  const secure = deps.httpsPort === null ? null : prepare(https.createServer({}, listener))

  return {
    start: async () => {
      const port = await listen(plain, deps.port, deps.host)
      const httpsPort = secure ? await listen(secure, deps.httpsPort ?? 0, deps.host) : null
      return { port, httpsPort }
    },
    stop: async () => {
      hub.stop()
      live.stop()
      const closed = [plain, secure].map(
        (server) => new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve())),
      )
      plain.closeIdleConnections()
      secure?.closeIdleConnections()
      const force = setTimeout(() => {
        plain.closeAllConnections()
        secure?.closeAllConnections()
      }, 2000)
      await Promise.all(closed)
      clearTimeout(force)
    },
    setCertificate: (pair) => secure?.setSecureContext({ cert: pair.cert, key: pair.key, minVersion: 'TLSv1.2' }),
  }
}
