import { existsSync } from 'node:fs'
import type { DiscoveredSource } from '#protocol/source.ts'
import type { Log } from '../lib/log.ts'
import { every } from '../lib/poll.ts'
import { type Found, parseGdm, parseMediaBrowser } from './discovery/answers.ts'
import { ask, type Destination } from './discovery/ask.ts'
import { broadcastAddresses } from './discovery/networks.ts'

export interface Discovery {
  start(): void
  stop(): Promise<void>
  /** Everything that has answered lately, the ones not yet added first. */
  list(): DiscoveredSource[]
  /** Asks now and waits for the answers; one that runs already is joined. Never rejects. */
  search(): Promise<void>
}

export interface DiscoveryDeps {
  log: Log
  now: () => number
  /** Nobody is asked, and nothing is listed, while this is false. */
  enabled?: () => boolean
  /** What is configured already. */
  known(): { url: string; identity: string | null }[]
  /** Where the questions go; by default the broadcast addresses of all networks of this machine. */
  destinations?: () => Record<'jellyfin' | 'emby' | 'plex', Destination[]>
  dockerSocket?: string
  /** How long answers are awaited. */
  listenMs?: number
}

const mediaBrowserPort = 7359
const plexPort = 32414
const plexGroup = '239.0.0.250'
const everyMs = 5 * 60_000
const forgottenMs = 3 * everyMs
const maxFound = 64

const everywhere = (): Record<'jellyfin' | 'emby' | 'plex', Destination[]> => {
  const at = (port: number) => broadcastAddresses().map((address) => ({ address, port }))
  return {
    jellyfin: at(mediaBrowserPort),
    emby: at(mediaBrowserPort),
    plex: [{ address: plexGroup, port: plexPort }, ...at(plexPort)],
  }
}

const questions = {
  jellyfin: { text: 'Who is JellyfinServer?', parse: parseMediaBrowser('jellyfin') },
  emby: { text: 'who is EmbyServer?', parse: parseMediaBrowser('emby') },
  plex: { text: 'M-SEARCH * HTTP/1.1\r\n\r\n', parse: parseGdm },
} as const

const placeOf = (url: string): string => (URL.canParse(url) ? new URL(url).host || url : url)

/** What has answered, as long as it keeps answering. */
const createFindings = (now: () => number) => {
  const found = new Map<string, Found & { at: number }>()
  return {
    keep: (one: Found) => {
      const key = `${one.kind} ${one.identity ?? one.url}`
      if (found.has(key) || found.size < maxFound) found.set(key, { ...one, at: now() })
    },
    forget: () => {
      for (const [key, { at }] of found) if (now() - at > forgottenMs) found.delete(key)
    },
    all: (): Found[] => [...found.values()].map(({ at: _, ...one }) => one),
  }
}

const marked = (found: Found[], known: ReturnType<DiscoveryDeps['known']>): DiscoveredSource[] => {
  const identities = new Set(known.map(({ identity }) => identity))
  const places = new Set(known.map(({ url }) => placeOf(url)))
  const isKnown = ({ identity, url }: Found) =>
    (identity !== null && identities.has(identity)) || places.has(placeOf(url))
  return found
    .map((one) => ({ ...one, known: isKnown(one) }))
    .sort((a, b) => Number(a.known) - Number(b.known) || a.name.localeCompare(b.name))
}

/** Finds servers that answer on the local networks, and the engine of this machine. What it finds is a suggestion. */
export const createDiscovery = (deps: DiscoveryDeps): Discovery => {
  const { log, now, dockerSocket = '/var/run/docker.sock', listenMs = 2500 } = deps
  const found = createFindings(now)
  const stopping = new AbortController()
  let searching: Promise<void> | null = null
  let loop: Promise<void> | null = null

  const look = async () => {
    found.forget()
    if (deps.enabled?.() === false) return
    const engine = {
      kind: 'docker',
      name: 'Docker on this machine',
      url: `unix://${dockerSocket}`,
      identity: null,
    } as const
    if (existsSync(dockerSocket)) found.keep(engine)
    const destinations = (deps.destinations ?? everywhere)()
    const kinds = ['jellyfin', 'emby', 'plex'] as const
    await Promise.all(
      kinds.map((kind) =>
        ask({
          text: questions[kind].text,
          to: destinations[kind],
          listenMs,
          signal: stopping.signal,
          log,
          onAnswer: (bytes, address) => {
            const one = questions[kind].parse(bytes, address)
            if (one) found.keep(one)
          },
        }),
      ),
    )
  }

  const search = (): Promise<void> => {
    searching ??= look()
      .catch((cause: unknown) => log.debug({ err: cause }, 'the search for servers failed'))
      .finally(() => {
        searching = null
      })
    return searching
  }

  return {
    search,
    start: () => {
      loop = every({ everyMs, signal: stopping.signal, run: search, onError: () => undefined })
    },
    stop: async () => {
      stopping.abort()
      await loop
      await searching
    },
    list: () => marked(found.all(), deps.known()),
  }
}
