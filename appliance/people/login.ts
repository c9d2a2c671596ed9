import { AppError } from '#protocol/errors.ts'
import type { Log } from '../lib/log.ts'
import type { Passwords } from './passwords.ts'
import { nameKeyOf } from './person.ts'
import type { From, Opened, SignIns } from './sign-ins.ts'
import type { PeopleStore } from './store.ts'
import type { AccountRow } from './store-accounts.ts'
import { type Attempt, type Counted, networkOf, type Throttle } from './throttle.ts'
import { hashOf } from './tokens.ts'
import { countedOf, type Totp, wrongCode } from './totp.ts'

const quarter = 15 * 60_000

/** Guesses at an account from all over the world are slowed too, but never for those who are signed in to it. */
export const guesses = (account: string, address: string, isKnown: boolean): Counted[] => [
  { key: `address:${networkOf(address)}`, free: 20, maxWaitMs: 5 * 60_000 },
  { key: `pair:${account}|${networkOf(address)}`, free: 5, maxWaitMs: quarter, clears: true },
  ...(isKnown ? [] : [{ key: `account:${account}`, free: 20, maxWaitMs: 60_000 }]),
]

const wrong = () => new AppError('invalid_credentials', 'The name or the password is not right.')

/** Ways to prove the second factor at a sign-in with a password; none when it is not asked for. */
const waysOf = (row: AccountRow): string[] => {
  if (row.totpConfirmed) return ['totp', 'recovery-code', ...(row.passkeys > 0 ? ['passkey'] : [])]
  return row.role === 'admin' && row.passkeys > 0 ? ['passkey', 'recovery-code'] : []
}

interface LoginDeps {
  store: PeopleStore
  passwords: Passwords
  signIns: SignIns
  totp: Totp
  throttle: Throttle
  now: () => number
  log: Log
}

/** A password whose hash is cheaper than today's is hashed anew, now that it is here. */
const createHarden =
  ({ store, passwords, log }: LoginDeps) =>
  async (row: AccountRow, password: string) => {
    if (row.passwordHash === null || !passwords.isWeaker(row.passwordHash)) return
    try {
      store.accounts.rehash(row.id, row.passwordHash, await passwords.hash(password))
    } catch (err) {
      log.debug({ err }, 'a password keeps its older hash until the next sign-in')
    }
  }

export const createLogin = (deps: LoginDeps) => {
  const { store, passwords, signIns, totp, throttle, now } = deps
  const { accounts } = store
  const harden = createHarden(deps)

  const demandFactor = (row: AccountRow, code: string | undefined, attempt: Attempt, isKnown: boolean) => {
    const ways = waysOf(row)
    if (ways.length === 0) return
    if (code === undefined || code === '') {
      attempt.dropped()
      throw new AppError('totp_required', 'A code of your second factor is needed too.', { details: { ways } })
    }
    const second = throttle.begin(isKnown ? [] : [countedOf(row.id)])
    if (store.atomically(() => totp.use(row, code))) return second.passed()
    second.failed()
    attempt.failed()
    throw wrongCode()
  }

  /** `about` hears who it is as soon as that is known, so that a failure is written down with a name. */
  const login = async (
    body: { username: string; password: string; totp?: string | undefined },
    from: From,
    about: (row: AccountRow) => void,
  ): Promise<Opened> => {
    const nameKey = nameKeyOf(body.username)
    const row = accounts.byName(nameKey)
    if (row) about(row)
    const isKnown = store.signIns.isKnown(row?.id ?? '', from.address, now())
    const attempt = throttle.begin(guesses(row?.id ?? `name:${hashOf(nameKey)}`, from.address, isKnown))
    try {
      const right = await passwords.matches(row?.passwordHash ?? null, body.password)
      const current = row && accounts.byId(row.id)
      if (!right || !current || current.disabled || current.passwordHash !== row.passwordHash) {
        attempt.failed()
        throw wrong()
      }
      demandFactor(current, body.totp, attempt, isKnown)
      await harden(current, body.password)
      if (accounts.byId(current.id)?.disabled !== false) throw wrong()
      attempt.passed()
      return signIns.open(current.id, 'password', from)
    } finally {
      attempt.dropped()
    }
  }

  return { login }
}
export type Login = ReturnType<typeof createLogin>
