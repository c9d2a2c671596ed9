import { z } from 'zod'
import { AppError } from '#protocol/errors.ts'
import type { Adapter, Connection, Identity } from '../adapter.ts'
import { createHttpClient } from '../http.ts'
import { createPlexClient, type PlexClient } from './client.ts'
import { createHearing } from './hearing.ts'
import { createObserver } from './observer.ts'
import { createPush } from './push.ts'
import { createRested } from './rested.ts'
import { createEnding } from './terminate.ts'
import { createWarmUp } from './warm-up.ts'

const Credentials = z.strictObject({
  token: z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]{1,2000}$/, 'Paste the X-Plex-Token of the owner, without blanks.'),
})
const Options = z.strictObject({ visibleToViewers: z.boolean().optional() })

const defaultPort = '32400'
const isBareHost = /^(\[[^\]]*\]|[^:/]+)\/?$/

const badUrl = (why: string) => new AppError('invalid_request', `url: ${why}`)

/** Takes an address as people have it: a bare name, or copied from the browser on the server's own page. */
const parseUrl = (text: string): string => {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
  const full = hasScheme ? text : `http://${text}`
  if (!URL.canParse(full)) throw badUrl('This is not an address such as http://plex.local:32400.')
  const url = new URL(full)
  if (!/^https?:$/.test(url.protocol)) throw badUrl('A Plex server is reached by http or https.')
  if (url.username || url.password) throw badUrl('The address must not carry a name or a password.')
  if (/(^|\.)plex\.tv$/i.test(url.hostname)) throw badUrl('This is the page of Plex and not your server.')
  if (isBareHost.test(text)) url.port = defaultPort
  return `${url.origin}${url.pathname.replace(/\/web(\/.*)?$/, '').replace(/\/+$/, '')}`
}

const identify = async (client: PlexClient, signal: AbortSignal): Promise<Identity> => {
  const { machineIdentifier, version } = await client.identity(signal)
  const name = await client.name(signal)
  return { id: machineIdentifier, name: name?.slice(0, 200) || 'Plex', version }
}

type Parts = ReturnType<typeof createParts>

const createParts = (
  settings: Parameters<typeof connect>[0],
  deps: Parameters<typeof connect>[1],
  signal: AbortSignal,
) => {
  const { log, deviceId } = deps
  const { token } = settings.credentials
  const baseUrl = new URL(settings.url)
  const http = createHttpClient({ baseUrl, fingerprint: settings.fingerprint })
  const client = createPlexClient({ http, token, deviceId })
  const ending = createEnding({ client })
  const push = createPush({ http, client, baseUrl, token, log })
  const observer = createObserver({ client, canEnd: ending.isPossible, log, signal })
  return { http, client, ending, push, observer, hearing: createHearing() }
}

const connectParts = ({ client, ending, push, observer, hearing }: Parts): Omit<Connection, 'close'> => {
  let listening: { hasRead: boolean; nudge(): void } | null = null
  let isProven = false
  const warmUp = createWarmUp()

  return {
    identify: async (signal) => {
      const who = await identify(client, signal)
      if (!isProven) await client.sessions(signal)
      return who
    },
    read: async (signal) => {
      const before = listening
      isProven = false
      const sessions = await client.sessions(signal)
      isProven = true
      const isNews = hearing.read(sessions)
      if (listening && listening === before) {
        push.wasRead(listening.hasRead && isNews)
        listening.hasRead = true
      }
      warmUp(sessions, () => listening?.nudge())
      return observer.observe(sessions)
    },
    listen: async (to, signal) => {
      listening = { hasRead: false, nudge: to.nudge }
      const again = createRested(() => to.observe(observer.again()))
      observer.onLearned(again.ask)
      const take: Parameters<typeof push.listen>[0]['take'] = (notice) => {
        const hasMoved = notice.plays.filter(observer.moved).length > 0
        if (hearing.isNews(notice)) to.nudge()
        else if (hasMoved) again.ask()
      }
      try {
        await push.listen({ ready: to.ready, take }, signal)
      } finally {
        listening = null
        observer.onLearned(null)
        again.stop()
      }
    },
    rest: { pushMs: 60_000, pollMs: 5000, idleMs: 15_000 },
    isIdle: ({ sessions }) => !sessions?.length,
    media: { terminate: ending.terminate },
  }
}

const connect: Adapter<z.infer<typeof Credentials>, z.infer<typeof Options>>['connect'] = (settings, deps) => {
  const closing = new AbortController()
  const parts = createParts(settings, deps, closing.signal)
  return {
    ...connectParts(parts),
    close: () => {
      closing.abort()
      parts.http.close()
    },
  }
}

export const plex = {
  kind: 'plex',
  label: 'Plex',
  credentials: Credentials,
  options: Options,
  parseUrl,
  connect,
} satisfies Adapter<z.infer<typeof Credentials>, z.infer<typeof Options>>
