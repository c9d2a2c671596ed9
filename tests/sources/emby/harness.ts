import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Connection } from '../../../appliance/sources/adapter.ts'
import { emby } from '../../../appliance/sources/emby/index.ts'
import { createEmbySimulator, type Simulator, type Started } from '../../simulators/emby/index.ts'
import type { EmbyOptions } from '../../simulators/emby/world.ts'
import { afterwards, deviceId, type Listening, listen, quiet } from '../jellyfin/harness.ts'

export const connectTo = (url: string, apiKey: string): Connection => {
  const settings = { url, credentials: { apiKey }, options: {}, fingerprint: null }
  const connection = emby.connect(settings, { log: quiet, deviceId, now: Date.now })
  afterwards(() => connection.close())
  return connection
}

export const start = async (
  options: EmbyOptions = {},
): Promise<Started & { sim: Simulator; connection: Connection }> => {
  const sim = createEmbySimulator({ tickMs: 0, stopDelayMs: 0, ...options })
  const started = await sim.start()
  afterwards(() => sim.stop())
  return { sim, ...started, connection: connectTo(started.url, started.apiKey) }
}

/** Listens, and waits until the simulator has taken the subscription. */
export const subscribe = async (sim: Simulator, connection: Connection): Promise<Listening> => {
  const subscribed = sim.next('subscribe')
  const ear = listen(connection)
  await subscribed
  return ear
}

export interface Asked {
  method: string
  path: string
  key: string | null
}

/** A server whose doors behave as the test says; what it does not know is 404. */
export const serve = async (behaviour: {
  answer?: (asked: Asked) => [status: number, body?: unknown]
  lets?: (asked: Asked) => boolean
  socket?: (socket: WebSocket) => void
}): Promise<{ url: string; asked: Asked[] }> => {
  const asked: Asked[] = []
  const note = ({ method = 'GET', url = '', headers }: http.IncomingMessage): Asked => {
    const one = { method, path: url, key: headers['x-emby-token']?.toString() ?? null }
    asked.push(one)
    return one
  }
  const server = http.createServer((request, response) => {
    const [status, body] = behaviour.answer?.(note(request)) ?? [404]
    response.writeHead(status).end(body === undefined ? '' : JSON.stringify(body))
  })
  const gate = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, stream, head) => {
    if (behaviour.lets?.(note(request)) === false) stream.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
    else gate.handleUpgrade(request, stream, head, (socket) => behaviour.socket?.(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterwards(async () => {
    for (const client of gate.clients) client.terminate()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}
