import type { SignIn } from '#protocol/person.ts'
import { ulid } from '../lib/ulid.ts'
import type { PeopleStore } from './store.ts'
import type { SignInRow } from './store-sign-ins.ts'
import { hashOf, type Tokens } from './tokens.ts'

export const refreshLifeMs = 7 * 24 * 60 * 60_000
const maxPerPerson = 100

export interface From {
  address: string
  agent: string
}

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

interface SignInDeps {
  store: PeopleStore
  tokens: Tokens
  now: () => number
  /** Told after the write is safe. */
  onEnded: (ids: readonly string[]) => void
}
type Remove = (personId: string, keep?: (id: string) => boolean) => string[]

/** Inside a transaction; whoever calls tells `announce` afterwards. */
const createRemove =
  ({ signIns }: PeopleStore): Remove =>
  (personId, keep = () => false) =>
    signIns
      .of(personId, 0)
      .filter(({ id }) => !keep(id) && signIns.remove(id))
      .map(({ id }) => id)

const createOpen =
  ({ store, tokens, now, onEnded }: SignInDeps, remove: Remove) =>
  (personId: string, method: SignIn['method'], from: From): Opened => {
    const { signIns } = store
    const at = now()
    const signInId = ulid(at)
    const refreshToken = tokens.refresh()
    const ended = store.atomically(() => {
      const latest = signIns.of(personId, at).slice(0, maxPerPerson - 1)
      const gone = remove(personId, (id) => latest.some((one) => one.id === id))
      signIns.insert({
        ...{ id: signInId, personId, createdAt: at, lastUsedAt: at, expiresAt: at + refreshLifeMs },
        ...{ ...from, method },
      })
      signIns.insertToken(hashOf(refreshToken), signInId, at)
      store.accounts.seen(personId, at)
      return gone
    })
    onEnded(ended)
    return { personId, signInId, refreshToken }
  }

export const createSignIns = (deps: SignInDeps) => {
  const { store, now } = deps
  const { signIns } = store
  const remove = createRemove(store)

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
    open: createOpen(deps, remove),
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
