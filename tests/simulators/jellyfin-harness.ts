import { once } from 'node:events'
import { afterEach } from 'vitest'
import { WebSocket } from 'ws'
import { createJellyfinSimulator, type Simulator, type Started } from './jellyfin/index.ts'
import type { SimulatorOptions } from './jellyfin/world.ts'

export const START = Date.parse('2026-03-01T20:00:00Z')
export const SECOND = 1000

export interface Running extends Started {
  sim: Simulator
  clock: { now: number }
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  sessions(options?: CallOptions): Promise<Wire[]>
}

export interface CallOptions {
  headers?: Record<string, string>
  body?: unknown
  key?: string | null
}

export interface Answer {
  status: number
  text: string
  json(): Wire
}

export type Wire = Record<string, unknown>

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

export async function run(options: SimulatorOptions = {}): Promise<Running> {
  const clock = { now: START }
  const sim = createJellyfinSimulator({ now: () => clock.now, tickMs: 0, stopDelayMs: 0, ...options })
  const started = await sim.start()
  stops.push(() => sim.stop())
  const call = async (method: string, path: string, { headers = {}, body, key = started.apiKey }: CallOptions = {}) => {
    const response = await fetch(started.url + path, {
      method,
      headers: {
        ...(key === null ? {} : { authorization: `MediaBrowser Token="${key}"` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, text, json: () => JSON.parse(text) as Wire }
  }
  const sessions = async (options?: CallOptions) =>
    (await call('GET', '/Sessions', options)).json() as unknown as Wire[]
  return { ...started, sim, clock, call, sessions }
}

export function device(name: string, id = name): string {
  return `MediaBrowser Client="Tests", Device="${name}", DeviceId="${id}", Version="1.0"`
}

export async function signIn({ call }: Running, name: string, password = `${name}-secret`): Promise<Answer> {
  const headers = { authorization: device(`${name}'s phone`, `${name}-phone`) }
  return call('POST', '/Users/AuthenticateByName', { key: null, headers, body: { Username: name, Pw: password } })
}

export async function tokenOf(running: Running, name: string): Promise<string> {
  return String((await signIn(running, name)).json()['AccessToken'])
}

export interface Ear {
  socket: WebSocket
  heard: Wire[]
  next(type: string): Promise<Wire>
  say(message: Wire): void
}

export async function listen(running: Running, path = '/socket', headers?: Record<string, string>): Promise<Ear> {
  const authorization = `MediaBrowser Token="${running.apiKey}", DeviceId="listener", Device="Listener"`
  const socket = new WebSocket(running.url.replace('http', 'ws') + path, { headers: headers ?? { authorization } })
  const heard: Wire[] = []
  const waiting: { type: string; resolve: (message: Wire) => void }[] = []
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Wire
    heard.push(message)
    const index = waiting.findIndex(({ type }) => type === message['MessageType'])
    if (index !== -1) waiting.splice(index, 1)[0]?.resolve(message)
  })
  const next = (type: string) => new Promise<Wire>((resolve) => waiting.push({ type, resolve }))
  const greeted = next('ForceKeepAlive')
  await once(socket, 'open')
  await greeted
  return { socket, heard, next, say: (message) => socket.send(JSON.stringify(message)) }
}

export async function subscribe(running: Running, ear: Ear): Promise<void> {
  const subscribed = running.sim.next('subscribe')
  ear.say({ MessageType: 'SessionsStart', Data: '0,1500' })
  await subscribed
}

/** Everything that was sent before is in `heard` once the answer to a keep-alive came. */
export async function flush(ear: Ear): Promise<Wire[]> {
  const answered = ear.next('KeepAlive')
  ear.say({ MessageType: 'KeepAlive' })
  await answered
  return ear.heard.filter((message) => message['MessageType'] === 'Sessions')
}
