import type { Log } from '../../lib/log.ts'
import type { HttpClient } from '../http.ts'
import { createPush, type Door, type Push } from '../mediabrowser/push.ts'

/** The socket stands beside the API and not below it; behind some proxies only what is below gets through. */
const doorsOf = ({ baseUrl, apiKey, deviceId }: { baseUrl: URL; apiKey: string; deviceId: string }): Door[] => {
  const root = baseUrl.pathname.replace(/\/+$/, '').replace(/\/emby$/i, '')
  return [`${root}/embywebsocket`, `${root}/emby/embywebsocket`].map((pathname) => {
    const url = new URL(baseUrl)
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
    url.pathname = pathname
    url.searchParams.set('api_key', apiKey)
    url.searchParams.set('deviceId', deviceId)
    return { url, headers: {} }
  })
}

/** What some versions tell admins at once, where the next frame would come up to two seconds later. */
const nudgedBy = ['PlaybackStart', 'PlaybackStopped', 'SessionEnded']

/** Frames come every two seconds or so, also when nothing changed; the socket closes unless it is pinged. */
export const createEmbyPush = (deps: {
  http: HttpClient
  baseUrl: URL
  apiKey: string
  deviceId: string
  log: Log
  /** The first subscription is lost now and then. */
  repeatAfterMs?: number
  deafAfterMs?: number
}): Push =>
  createPush({
    repeatAfterMs: 5000,
    nudgedBy,
    ...deps,
    agent: deps.http.agent,
    keep: { by: 'ping', everyMs: 30_000 },
    doors: () => doorsOf(deps),
  })
