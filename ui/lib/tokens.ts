import type { SignedIn } from '#protocol/person.ts'
import { readAnswer } from './answer.ts'
import { ApiError } from './api-error.ts'

interface Held {
  token: string
  expiresAt: number
}

export interface Tokens {
  /** A token that is good for some seconds more; null when nobody is signed in. */
  fresh(): Promise<string | null>
  /** Asks for a new one whatever the clock says. */
  renew(): Promise<string | null>
  take(signedIn: SignedIn): void
  /** Forgets the token here and, when `everywhere`, in the other tabs. */
  drop(everywhere: boolean): void
}

type Message = { kind: 'token'; held: Held; person: SignedIn['person'] } | { kind: 'dropped' }

const marginMs = 20_000
const patienceMs = 10_000

/** Web Locks are there on secure origins only; elsewhere the box's leeway for refreshes at once makes up for it. */
const alone = <T>(work: () => Promise<T>): Promise<T> =>
  navigator.locks ? (navigator.locks.request('belfry-refresh', work) as Promise<T>) : work()

/** The access token lives in memory only; the refresh token is a cookie that no script can read. */
export const createTokens = (deps: {
  fetch: typeof fetch
  now: () => number
  /** A refresh that is under way already. */
  early: () => Promise<Response> | null
  onPerson: (person: SignedIn['person']) => void
  onDropped: () => void
}): Tokens => {
  const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('belfry')
  let held: Held | null = null
  let renewing: Promise<string | null> | null = null

  const isFresh = (at: Held | null): at is Held => at !== null && at.expiresAt - deps.now() > marginMs

  if (channel) {
    channel.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === 'token') {
        held = data.held
        deps.onPerson(data.person)
      } else {
        held = null
        deps.onDropped()
      }
    }
  }

  const take = ({ accessToken, expiresInMs, person }: SignedIn) => {
    held = { token: accessToken, expiresAt: deps.now() + expiresInMs }
    channel?.postMessage({ kind: 'token', held, person } satisfies Message)
    deps.onPerson(person)
  }

  const ask = async (before: Held | null): Promise<string | null> => {
    if (held !== before && isFresh(held)) return held.token
    try {
      const body = await readAnswer<SignedIn>(
        deps.early() ??
          deps.fetch('/api/v1/auth/refresh', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: '{}',
            signal: AbortSignal.timeout(patienceMs),
          }),
      )
      take(body)
      return body.accessToken
    } catch (error) {
      if (!(error instanceof ApiError) || ![400, 401, 403, 404, 410].includes(error.status)) throw error
      held = null
      return null
    }
  }

  const renew = () => {
    const before = held
    renewing ??= alone(() => ask(before)).finally(() => {
      renewing = null
    })
    return renewing
  }

  return {
    fresh: async () => (isFresh(held) ? held.token : renew()),
    renew,
    take,
    drop: (everywhere) => {
      held = null
      if (everywhere) channel?.postMessage({ kind: 'dropped' } satisfies Message)
    },
  }
}
