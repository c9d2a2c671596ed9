import type { Log } from '../../lib/log.ts'
import { pause } from '../../lib/poll.ts'
import type { HttpClient } from '../http.ts'
import type { PlexClient } from './client.ts'
import { runEvents, type StreamEnd } from './events.ts'
import { runSocket } from './socket.ts'
import { type Notice, parseNotice } from './wire.ts'

const tryAgainMs = 5 * 60_000
const filters = 'playing,transcodeSession.start,transcodeSession.end'

/** The ways to be told, best first. Some proxies drop the header, some cannot stream; then the next one is tried. */
const ways = [
  { by: 'events', inQuery: false },
  { by: 'events', inQuery: true },
  { by: 'socket', inQuery: false },
  { by: 'socket', inQuery: true },
] as const

export interface Push {
  /** Ends when the stream does; throws when it broke. Where there is no push it waits before it returns. */
  listen(to: { ready(): void; take(notice: Notice): void }, signal: AbortSignal): Promise<void>
  /** Tells of a read. When it found what nothing was told of, before or a little later, the next way is tried. */
  wasRead(isNews: boolean): void
}

export interface PushDeps {
  http: HttpClient
  client: PlexClient
  baseUrl: URL
  token: string
  log: Log
  /** How long a notification may come later than the read that found the same. */
  deafAfterMs?: number
  silentAfterMs?: number
}

const socketUrl = (baseUrl: URL): URL => {
  const url = new URL(baseUrl)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/:/websockets/notifications`
  return url
}

const withoutToken = (headers: Record<string, string>) => {
  const { 'x-plex-token': _, ...rest } = headers
  return rest
}

type Listener = Parameters<Push['listen']>[0]

export const createPush = (deps: PushDeps): Push => {
  const { http, client, token, log, deafAfterMs = 5000 } = deps
  let current = 0
  let heard = 0
  let heardAtRead = 0
  let giveUp: (() => void) | null = null

  const run = ({ by, inQuery }: (typeof ways)[number], to: Listener, signal: AbortSignal): Promise<StreamEnd> => {
    const query: Record<string, string> = inQuery ? { 'X-Plex-Token': token } : {}
    const headers = inQuery ? withoutToken(client.authorization()) : client.authorization()
    const take = (json: string, named?: string) => {
      const notice = parseNotice(json, named)
      if (!notice) return
      if (/^(playing$|transcodeSession\.)/.test(notice.type)) heard += 1
      to.take(notice)
    }
    const quiet = deps.silentAfterMs === undefined ? {} : { silentAfterMs: deps.silentAfterMs }
    const onEvent = (name: string, data: string) => take(data, name)
    if (by === 'events')
      return runEvents({ http, filters, query, headers, signal, ...quiet, onOpen: to.ready, onEvent })
    const url = socketUrl(deps.baseUrl)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return runSocket({ url, headers, agent: http.agent, signal, onOpen: to.ready, onFrame: take })
  }

  return {
    wasRead: (isNews) => {
      const isUntold = heard === heardAtRead
      heardAtRead = heard
      const stillThere = giveUp
      if (!isNews || !isUntold || !stillThere) return
      setTimeout(() => {
        if (heard === heardAtRead && giveUp === stillThere) stillThere()
      }, deafAfterMs).unref()
    },
    listen: async (to, signal) => {
      for (; current < ways.length; current += 1) {
        const way = ways[current]
        if (!way) break
        const deaf = new AbortController()
        giveUp = () => deaf.abort()
        try {
          const end = await run(way, to, AbortSignal.any([signal, deaf.signal]))
          if (end !== 'refused' && !deaf.signal.aborted) return
          log.debug({ way: way.by, inQuery: way.inQuery }, 'the server does not tell of sessions this way')
        } finally {
          giveUp = null
        }
      }
      current = 0
      log.info({}, 'the server does not tell of sessions by itself; they are read instead')
      await pause(tryAgainMs, signal)
    },
  }
}
