import type { Log } from '../../lib/log.ts'
import type { HttpClient } from '../http.ts'
import { createPush, type Push } from '../mediabrowser/push.ts'
import type { JellyfinClient } from './client.ts'

/** Before this version the socket drops a subscription made with an API key without a word. */
const subscribesFrom = [10, 10, 6] as const

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

export interface JellyfinPushDeps {
  http: HttpClient
  client: JellyfinClient
  baseUrl: URL
  apiKey: string
  deviceId: string
  log: Log
  /** How long a frame may come later than the read that found the same. */
  deafAfterMs?: number
}

/** The key goes in a header; in the address only where that is refused. */
export const createJellyfinPush = (deps: JellyfinPushDeps): Push => {
  const { client, baseUrl, apiKey, deviceId } = deps
  const withKey = () => {
    const url = socketUrl(baseUrl, deviceId)
    url.searchParams.set(client.isLegacy() ? 'api_key' : 'ApiKey', apiKey)
    return url
  }
  return createPush({
    ...deps,
    agent: deps.http.agent,
    keep: { by: 'message', everyMs: 60_000 },
    doors: (version) =>
      version !== null && !isAtLeast(version, subscribesFrom)
        ? []
        : [
            { url: socketUrl(baseUrl, deviceId), headers: client.authorization() },
            { url: withKey(), headers: {} },
          ],
  })
}
