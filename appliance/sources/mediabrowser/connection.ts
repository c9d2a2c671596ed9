import type { Log } from '../../lib/log.ts'
import type { Connection, Identity } from '../adapter.ts'
import type { HttpClient } from '../http.ts'
import type { MediaBrowserClient } from './calls.ts'
import type { Dialect } from './dialect.ts'
import { createObserver } from './observer.ts'
import type { Push } from './push.ts'
import { createTerminate } from './terminate.ts'
import { parseSessions } from './wire.ts'

/** A server of this family as the runner wants it, put together of what its adapter brings. */
export const createConnection = (parts: {
  http: HttpClient
  client: MediaBrowserClient
  dialect: Dialect
  push: Push
  identify(signal: AbortSignal): Promise<Identity>
  deviceId: string
  log: Log
  now: () => number
}): Connection => {
  const { http, client, push, log } = parts
  const closing = new AbortController()
  const observer = createObserver({ ...parts, signal: closing.signal })
  let listening: { hasRead: boolean } | null = null
  let version: string | null = null

  return {
    identify: async (signal) => {
      const who = await parts.identify(signal)
      version = who.version
      return who
    },
    read: async (signal) => {
      const before = { listening, ...observer.state() }
      const wires = await client.sessions(signal)
      // A frame that came while the answer was under way is the newer of the two.
      if (observer.state().frames !== before.frames) return observer.again()
      const seen = observer.observe(wires)
      push.sawOther()
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
        await push.listen(version, { ready: to.ready, nudge: to.nudge, sessions }, signal)
      } finally {
        listening = null
        observer.onLearned(null)
      }
    },
    rest: { pushMs: 60_000, pollMs: 5000, idleMs: 15_000 },
    isIdle: ({ sessions }) => !sessions?.length,
    media: { terminate: createTerminate({ ...parts, log }) },
    close: () => {
      closing.abort()
      http.close()
    },
  }
}
