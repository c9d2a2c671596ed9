import { once } from 'node:events'
import { afterEach } from 'vitest'
import { WebSocket } from 'ws'
import { createEmbySimulator, type Simulator, type Started } from './emby/index.ts'
import type { EmbyOptions } from './emby/world.ts'

export const START = Date.parse('2026-03-01T20:00:00Z')
export const SECOND = 1000

export type Wire = Record<string, unknown>

export interface Answer {
  status: number
  text: string
  json(): Wire
}

interface CallOptions {
  headers?: Record<string, string>
  body?: unknown
  key?: string | null
}

export interface Running extends Started {
  sim: Simulator
  clock: { now: number }
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
}

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

export async function run(options: EmbyOptions = {}): Promise<Running> {
  const clock = { now: START }
  const sim = createEmbySimulator({ now: () => clock.now, tickMs: 0, stopDelayMs: 0, ...options })
  const started = await sim.start()
  stops.push(() => sim.stop())
  const call = async (method: string, path: string, { headers = {}, body, key = started.apiKey }: CallOptions = {}) => {
    const response = await fetch(started.url + path, {
      method,
      headers: {
        ...(key === null ? {} : { 'x-emby-token': key }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, text, json: () => JSON.parse(text) as Wire }
  }
  return { ...started, sim, clock, call }
}

export const listOf = (answer: Answer): Wire[] => JSON.parse(answer.text) as Wire[]

export function signIn({ call }: Running, body: Wire): Promise<Answer> {
  const authorization = 'Emby UserId="", Client="Tests", Device="Phone", DeviceId="phone", Version="1.0"'
  return call('POST', '/emby/Users/AuthenticateByName', {
    key: null,
    headers: { 'x-emby-authorization': authorization },
    body,
  })
}

export interface Ear {
  socket: WebSocket
  frames(): Wire[]
  say(message: Wire): void
  /** Everything that was sent before has come once this settles. */
  flush(): Promise<void>
}

export async function listen({ url, apiKey }: Running, path = '/embywebsocket'): Promise<Ear> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}?api_key=${apiKey}&deviceId=listener`)
  const heard: Wire[] = []
  socket.on('message', (data) => heard.push(JSON.parse(String(data)) as Wire))
  await once(socket, 'open')
  return {
    socket,
    frames: () => heard.filter((message) => message['MessageType'] === 'Sessions'),
    say: (message) => socket.send(JSON.stringify(message)),
    flush: async () => {
      const answered = once(socket, 'pong')
      socket.ping()
      await answered
    },
  }
}

export async function subscribe({ sim }: Running, ear: Ear): Promise<void> {
  const subscribed = sim.next('subscribe')
  ear.say({ MessageType: 'SessionsStart', Data: '0,1500' })
  await subscribed
}
