import { AppError } from '#protocol/errors.ts'
import { type From, type Opened, refreshLifeMs } from './sign-ins.ts'
import type { PeopleStore } from './store.ts'
import { hashOf, type Tokens } from './tokens.ts'

/** Two tabs that refresh at the same moment both get the same next token. */
const leewayMs = 15_000

type Refreshed =
  | { kind: 'unknown' | 'expired' }
  | { kind: 'reused'; personId: string; signInId: string }
  | { kind: 'same' | 'next'; personId: string; signInId: string; token: string }

export interface RefreshDeps {
  store: PeopleStore
  tokens: Tokens
  now: () => number
  onEnded: (ids: readonly string[]) => void
  onReuse: (personId: string, from: From) => void
}

const rotate = ({ store, tokens, now }: RefreshDeps, token: string, from: From): Refreshed => {
  const { signIns } = store
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
    return { kind: 'reused', personId, signInId }
  }
  signIns.useToken(row.hash, at)
  signIns.removeTokensBefore(signInId, at - refreshLifeMs)
  signIns.insertToken(hashOf(next), signInId, at)
  signIns.used({ id: signInId, at, expiresAt: at + refreshLifeMs, ...from })
  return { kind: 'next', personId, signInId, token: next }
}

/** The next token for this one. A token that comes again after the leeway was stolen: its whole sign-in ends. */
export const createRefresh =
  (deps: RefreshDeps) =>
  (token: string, from: From): Opened => {
    const result = deps.store.atomically(() => rotate(deps, token, from))
    switch (result.kind) {
      case 'unknown':
        throw new AppError('unauthorized', 'This sign-in has ended. Sign in again.')
      case 'expired':
        throw new AppError('token_expired', 'This sign-in has expired. Sign in again.')
      case 'reused':
        deps.onEnded([result.signInId])
        deps.onReuse(result.personId, from)
        throw new AppError('token_reused', 'This token was used before, so the sign-in was ended. Sign in again.')
      case 'same':
      case 'next':
        return { personId: result.personId, signInId: result.signInId, refreshToken: result.token }
    }
  }
export type Refresh = ReturnType<typeof createRefresh>
