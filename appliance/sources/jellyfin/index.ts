import { z } from 'zod'
import { AppError } from '#protocol/errors.ts'
import type { Adapter, Identity } from '../adapter.ts'
import { createHttpClient } from '../http.ts'
import { UpstreamError } from '../upstream-error.ts'
import { createJellyfinClient, type JellyfinClient } from './client.ts'
import { createObserver } from './observer.ts'
import { createPush } from './push.ts'
import { createTerminate } from './terminate.ts'
import { parseSessions } from './wire.ts'

const Credentials = z.strictObject({ apiKey: z.string().trim().min(1, 'Paste an API key of the server.').max(500) })
const Options = z.strictObject({ visibleToViewers: z.boolean().optional() })

const badUrl = (why: string) => new AppError('invalid_request', `url: ${why}`)

/** Takes an address as people have it: without a scheme, or copied from the browser on the server's own page. */
const parseUrl = (text: string): string => {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`
  if (!URL.canParse(full)) throw badUrl('This is not an address such as http://jellyfin.local:8096.')
  const url = new URL(full)
  if (!/^https?:$/.test(url.protocol)) throw badUrl('A Jellyfin server is reached by http or https.')
  if (url.username || url.password) throw badUrl('The address must not carry a name or a password.')
  return `${url.origin}${url.pathname.replace(/\/web(\/.*)?$/, '').replace(/\/+$/, '')}`
}

const identify = async (client: JellyfinClient, signal: AbortSignal): Promise<Identity> => {
  const info = await client.publicInfo(signal)
  if (!info.ProductName && /^[34]\./.test(info.Version)) {
    const reason = `This is an Emby server, version ${info.Version}, and not Jellyfin.`
    throw new UpstreamError('degraded', 'upstream_refused', reason)
  }
  await client.prove(signal)
  return { id: info.Id, name: info.ServerName?.slice(0, 200) || 'Jellyfin', version: info.Version }
}

const connect: Adapter<z.infer<typeof Credentials>, z.infer<typeof Options>>['connect'] = (settings, deps) => {
  const { log, deviceId, now } = deps
  const { apiKey } = settings.credentials
  const baseUrl = new URL(settings.url)
  const closing = new AbortController()
  const http = createHttpClient({ baseUrl, fingerprint: settings.fingerprint })
  const client = createJellyfinClient({ http, apiKey, deviceId })
  const push = createPush({ http, client, baseUrl, apiKey, deviceId, log })
  const observer = createObserver({ client, deviceId, log, now, signal: closing.signal })
  let listening: { hasRead: boolean } | null = null
  let version: string | null = null

  return {
    identify: async (signal) => {
      const who = await identify(client, signal)
      version = who.version
      return who
    },
    read: async (signal) => {
      const before = { listening, ...observer.state() }
      const wires = await client.sessions(signal)
      // A frame that came while the answer was under way is the newer of the two.
      if (observer.state().frames !== before.frames) return observer.again()
      const seen = observer.observe(wires)
      const isNews = observer.state().signature !== before.signature
      if (listening?.hasRead && listening === before.listening && isNews) push.sawChange()
      if (listening) listening.hasRead = true
      return seen
    },
    listen: async (to, signal) => {
      listening = { hasRead: false }
      observer.onLearned(() => to.observe(observer.again()))
      const sessions = (data: unknown) => to.observe(observer.frame(parseSessions(data)))
      try {
        await push.listen(version, { ready: to.ready, sessions }, signal)
      } finally {
        listening = null
        observer.onLearned(null)
      }
    },
    rest: { pushMs: 60_000, pollMs: 5000, idleMs: 15_000 },
    isIdle: ({ sessions }) => !sessions?.length,
    media: { terminate: createTerminate({ client, log }) },
    close: () => {
      closing.abort()
      http.close()
    },
  }
}

export const jellyfin = {
  kind: 'jellyfin',
  label: 'Jellyfin',
  credentials: Credentials,
  options: Options,
  parseUrl,
  connect,
} satisfies Adapter<z.infer<typeof Credentials>, z.infer<typeof Options>>
