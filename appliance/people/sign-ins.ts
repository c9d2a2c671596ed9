import { AppError } from '#protocol/errors.ts'
import type { SignIn } from '#protocol/person.ts'
import { ulid } from '../lib/ulid.ts'
import type { PeopleStore } from './store.ts'
import type { SignInRow } from './store-sign-ins.ts'
import { hashOf, type Tokens } from './tokens.ts'

export const refreshLifeMs = 7 * 24 * 60 * 60_000
/** Two tabs that refresh at the same moment both get the same next token. */
export const leewayMs = 15_000
const maxPerPerson = 100

export interface From {
  address: string
  agent: string
}

type Refreshed =
  | { kind: 'unknown' | 'expired' }
  | { kind: 'reused'; personId: string; ended: string[] }
  | { kind: 'same' | 'next'; personId: string; signInId: string; token: string }

export interface Opened {
  personId: string
  signInId: string
  refreshToken: string
}

const toSignIn = (row: SignInRow, current: string | null): SignIn => ({
  id: row.id,
  createdAt: new Date(row.createdAt).toISOString(),
  lastUsedAt: new Date(row.lastUsedAt).toISOString(),
  expiresAt: new Date(row.expiresAt).toISOString(),
  address: row.address,
  agent: row.agent,
  method: row.method,
  current: row.id === current,
})

export const createSignIns = (deps: {
  store: PeopleStore
  tokens: Tokens
  now: () => number
  /** Told after the write is safe. */
  onEnded: (ids: readonly string[]) => void
  onReuse: (personId: string, from: From) => void
}) => {
  const { store, tokens, now } = deps
  const { signIns } = store

  /** Inside a transaction of the caller's; the caller tells `announce` afterwards. */
  const remove = (personId: string, keep: (id: string) => boolean = () => false): string[] =>
    signIns
      .of(personId, 0)
      .filter(({ id }) => !keep(id) && signIns.remove(id))
      .map(({ id }) => id)

  const open = (personId: string, method: SignIn['method'], from: From): Opened => {
    const at = now()
    const signInId = ulid(at)
    const refreshToken = tokens.refresh()
    const ended = store.atomically(() => {
      const newest = new Set(
        signIns
          .of(personId, at)
          .slice(0, maxPerPerson - 1)
          .map(({ id }) => id),
      )
      const gone = remove(personId, (id) => newest.has(id))
      signIns.insert({
        ...{ id: signInId, personId, createdAt: at, lastUsedAt: at, expiresAt: at + refreshLifeMs },
        ...{ ...from, method },
      })
      signIns.insertToken(hashOf(refreshToken), signInId, at)
      store.accounts.seen(personId, at)
      return gone
    })
    deps.onEnded(ended)
    return { personId, signInId, refreshToken }
  }

  const rotate = (token: string, from: From): Refreshed => {
    const at = now()
    const row = signIns.token(hashOf(token))
    const signIn = row && signIns.one(row.signInId)
    if (!row || !signIn) return { kind: 'unknown' }
    const { id: signInId, personId } = signIn
    if (row.createdAt + refreshLifeMs <= at || signIn.expiresAt <= at) return { kind: 'expired' }
    const next = tokens.child(token)
    if (row.usedAt !== null) {
      if (Math.abs(at - row.usedAt) <= leewayMs) return { kind: 'same', personId, signInId, token: next }
      signIns.remove(signInId)
      return { kind: 'reused', personId, ended: [signInId] }
    }
    signIns.useToken(row.hash, at)
    signIns.removeTokensBefore(signInId, at - refreshLifeMs)
    signIns.insertToken(hashOf(next), signInId, at)
    signIns.used({ id: signInId, at, expiresAt: at + refreshLifeMs, ...from })
    return { kind: 'next', personId, signInId, token: next }
  }

  const refresh = (token: string, from: From): Opened => {
    const result = store.atomically(() => rotate(token, from))
    switch (result.kind) {
      case 'unknown':
        throw new AppError('unauthorized', 'This sign-in has ended. Sign in again.')
      case 'expired':
        throw new AppError('token_expired', 'This sign-in has expired. Sign in again.')
      case 'reused':
        deps.onEnded(result.ended)
        deps.onReuse(result.personId, from)
        throw new AppError('token_reused', 'This token was used before, so the sign-in was ended. Sign in again.')
      case 'same':
      case 'next':
        return { personId: result.personId, signInId: result.signInId, refreshToken: result.token }
    }
  }

  /** True when that person had such a sign-in; without a person, anybody's. */
  const end = (id: string, personId: string | null): boolean => {
    const done = store.atomically(() => {
      const row = signIns.one(id)
      return row !== undefined && (personId === null || row.personId === personId) && signIns.remove(id)
    })
    if (done) deps.onEnded([id])
    return done
  }

  return {
    open,
    refresh,
    remove,
    announce: deps.onEnded,
    end,
    endAll: (personId: string, keep: string | null): number => {
      const ended = store.atomically(() => remove(personId, (id) => id === keep))
      deps.onEnded(ended)
      return ended.length
    },
    ofToken: (token: string): string | null => signIns.token(hashOf(token))?.signInId ?? null,
    list: (personId: string, current: string | null): SignIn[] =>
      signIns.of(personId, now()).map((row) => toSignIn(row, current)),
    endEverybody: () => deps.onEnded(store.atomically(() => signIns.removeExpired(Number.MAX_SAFE_INTEGER))),
    sweep: () => deps.onEnded(store.atomically(() => signIns.removeExpired(now()))),
  }
}
export type SignIns = ReturnType<typeof createSignIns>
