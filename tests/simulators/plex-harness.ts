import { once } from 'node:events'
import { afterEach } from 'vitest'
import { WebSocket } from 'ws'
import { createPlexSimulator, type PlexSimulator, type Started } from './plex/index.ts'
import { createPlexTvSimulator, type PlexTvSimulator } from './plex/tv/index.ts'
import type { TvOptions } from './plex/tv/world.ts'
import type { SimulatorOptions } from './plex/world.ts'

export const START = Date.parse('2026-03-01T20:00:00Z')
export const SECOND = 1000

export type Wire = Record<string, unknown>

export interface Answer {
  status: number
  text: string
  json(): Wire
}

export interface Asking {
  method?: string
  token?: string | null
  headers?: Record<string, string>
  body?: string
}

export interface Running extends Started {
  sim: PlexSimulator
  clock: { now: number }
  call(path: string, asking?: Asking): Promise<Answer>
  /** The elements of the sessions, in JSON. */
  sessions(): Promise<Wire[]>
  /** The named list of a container, in JSON. */
  list(path: string, name?: string): Promise<Wire[]>
}

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function ask(url: string, { method = 'GET', token, headers = {}, body }: Asking): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: { ...(token ? { 'x-plex-token': token } : {}), accept: 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  })
  const text = await response.text()
  return { status: response.status, text, json: () => JSON.parse(text) as Wire }
}

export async function run(options: SimulatorOptions = {}): Promise<Running> {
  const clock = { now: START }
  const sim = createPlexSimulator({ now: () => clock.now, tickMs: 0, stopDelayMs: 0, ...options })
  const started = await sim.start()
  stops.push(() => sim.stop())
  const call = (path: string, asking: Asking = {}) => ask(started.url + path, { token: started.token, ...asking })
  const list = async (path: string, name = 'Metadata') => {
    const container = (await call(path)).json()['MediaContainer'] as Wire
    return (container[name] ?? []) as Wire[]
  }
  return { ...started, sim, clock, call, list, sessions: () => list('/status/sessions') }
}

export interface RunningTv {
  tv: PlexTvSimulator
  clock: { now: number }
  /** As the client `belfry-1` unless the headers say otherwise. */
  call(path: string, asking?: Asking): Promise<Answer>
}

export async function runTv(options: TvOptions = {}): Promise<RunningTv> {
  const clock = { now: START }
  const tv = createPlexTvSimulator({ now: () => clock.now, ...options })
  const { url } = await tv.start()
  stops.push(() => tv.stop())
  const call = (path: string, { headers, ...asking }: Asking = {}) =>
    ask(url + path, { ...asking, headers: { 'x-plex-client-identifier': 'belfry-1', ...headers } })
  return { tv, clock, call }
}

export interface Ear {
  heard: Wire[]
  /** Settles with the next message of that type, or with one that was heard already and not taken. */
  next(type: string): Promise<Wire>
}

function createEar(): Ear & { hear(type: string, message: Wire): void } {
  const heard: Wire[] = []
  const untaken: { type: string; message: Wire }[] = []
  const waiting: { type: string; resolve: (message: Wire) => void }[] = []
  return {
    heard,
    hear(type, message) {
      heard.push(message)
      const index = waiting.findIndex((wait) => wait.type === type)
      if (index === -1) untaken.push({ type, message })
      else waiting.splice(index, 1)[0]?.resolve(message)
    },
    next: (type) => {
      const index = untaken.findIndex((kept) => kept.type === type)
      const [kept] = index === -1 ? [] : untaken.splice(index, 1)
      return kept ? Promise.resolve(kept.message) : new Promise((resolve) => waiting.push({ type, resolve }))
    },
  }
}

/** Reads the event stream; the messages are what stands after `data:`. */
export async function listen({ url, token }: Running, query = '', as = token): Promise<Ear> {
  const ear = createEar()
  const abort = new AbortController()
  stops.push(async () => abort.abort())
  const response = await fetch(`${url}/:/eventsource/notifications?X-Plex-Token=${as}${query}`, {
    signal: abort.signal,
  })
  void follow(response, ear.hear).catch(() => undefined)
  return ear
}

async function follow(response: Response, hear: (type: string, message: Wire) => void): Promise<void> {
  let rest = ''
  for await (const chunk of response.body ?? []) {
    const blocks = (rest + Buffer.from(chunk).toString()).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, type = '', data = '{}'] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? []
      hear(type, JSON.parse(data) as Wire)
    }
  }
}

export async function connect({ url, token }: Running, path = '/:/websockets/notifications'): Promise<Ear> {
  const ear = createEar()
  const socket = new WebSocket(`${url.replace('http', 'ws')}${path}?X-Plex-Token=${token}`)
  socket.on('message', (data) => {
    const { NotificationContainer: message } = JSON.parse(String(data)) as { NotificationContainer: Wire }
    ear.hear(String(message['type']), message)
  })
  await once(socket, 'open')
  return ear
}
