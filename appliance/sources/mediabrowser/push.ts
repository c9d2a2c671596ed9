import type { Log } from '../../lib/log.ts'
import { pause } from '../../lib/poll.ts'
import type { HttpClient } from '../http.ts'
import type { JellyfinClient } from './client.ts'
import { runSocket } from './socket.ts'

/** Before this version the socket drops a subscription made with an API key without a word. */
const subscribesFrom = [10, 10, 6] as const
const tryAgainMs = 10 * 60_000

const isAtLeast = (version: string, floor: readonly number[]): boolean => {
  const numbers = version.split(/[.-]/).map(Number)
  for (const [index, wanted] of floor.entries()) {
    const found = numbers[index] ?? 0
    if (Number.isNaN(found)) return true
    if (found !== wanted) return found > wanted
  }
  return true
}

const socketUrl = (baseUrl: URL, deviceId: string): URL => {
  const url = new URL(baseUrl)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/socket`
  url.searchParams.set('deviceId', deviceId)
  return url
}

export interface Push {
  /** Ends when the stream does; throws when it broke. Where there is no push it waits before it returns. */
  listen(
    version: string | null,
    to: { ready(): void; sessions(data: unknown): void },
    signal: AbortSignal,
  ): Promise<void>
  /** Tells that a read found a change. When the socket has not told of it either a little later, it is given up. */
  sawChange(): void
}

export interface PushDeps {
  http: HttpClient
  client: JellyfinClient
  baseUrl: URL
  apiKey: string
  deviceId: string
  log: Log
  /** How long a frame may come later than the read that found the same. */
  deafAfterMs?: number
}

export const createPush = (deps: PushDeps): Push => {
  const { client, http, log, deviceId, apiKey, deafAfterMs = 5000 } = deps
  let frames = 0
  let giveUp: (() => void) | null = null
  let isQueryForm = false

  const urlOf = () => {
    const url = socketUrl(deps.baseUrl, deviceId)
    if (isQueryForm) url.searchParams.set(client.isLegacy() ? 'api_key' : 'ApiKey', apiKey)
    return url
  }

  return {
    sawChange: () => {
      const before = frames
      const stillThere = giveUp
      if (!stillThere) return
      setTimeout(() => {
        if (frames === before && giveUp === stillThere) stillThere()
      }, deafAfterMs).unref()
    },
    listen: async (version, to, signal) => {
      if (version !== null && !isAtLeast(version, subscribesFrom)) return pause(tryAgainMs, signal)
      const deaf = new AbortController()
      giveUp = () => deaf.abort()
      const run = () =>
        runSocket({
          url: urlOf(),
          headers: isQueryForm ? {} : client.authorization(),
          agent: http.agent,
          signal: AbortSignal.any([signal, deaf.signal]),
          onOpen: to.ready,
          onSessions: (data) => {
            frames += 1
            to.sessions(data)
          },
        })
      try {
        let end = await run()
        if (end === 'refused') {
          isQueryForm = !isQueryForm
          end = await run()
        }
        if (end === 'refused') isQueryForm = false
        if (end !== 'refused' && !deaf.signal.aborted) return
        log.info({ end }, 'the socket does not tell of sessions; they are read instead')
      } finally {
        giveUp = null
      }
      await pause(tryAgainMs, signal)
    },
  }
}
