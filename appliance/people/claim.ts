import { createHash, timingSafeEqual } from 'node:crypto'
import { AppError } from '#protocol/errors.ts'
import type { Person } from '#protocol/person.ts'
import { minAdminPassword } from './account-rules.ts'
import { type Passwords, readable } from './passwords.ts'
import { newAccount, toPerson } from './person.ts'
import type { Secrets } from './ports.ts'
import type { PeopleStore } from './store.ts'
import { networkOf, type Throttle } from './throttle.ts'

const plain = (code: string) => createHash('sha256').update(code.toUpperCase().replace(/[\s-]/g, '')).digest()

/** Throws `invalid_code`, or `rate_limited` when too many were wrong from there. */
const demandCode = (throttle: Throttle, expected: string | null, given: string, address: string) => {
  const attempt = throttle.begin([
    { key: `claim:${networkOf(address)}`, free: 5, maxWaitMs: 15 * 60_000 },
    { key: 'claim', free: 100, maxWaitMs: 60_000 },
  ])
  if (expected !== null && timingSafeEqual(plain(given), plain(expected))) return attempt.passed()
  attempt.failed()
  throw new AppError('invalid_code', 'This is not the code of this box. It stands on its screen and in its log.')
}

/** The first admin comes by a code that only somebody at the box can read. */
export const createClaim = (deps: {
  store: PeopleStore
  vault: Secrets
  passwords: Passwords
  throttle: Throttle
  fixedCode: string | undefined
  now: () => number
}) => {
  const { store, vault, passwords, throttle } = deps
  const { accounts } = store

  const isClaimed = () => accounts.fact('claimed') !== null || accounts.any()
  const claimed = () => new AppError('already_claimed', 'This box belongs to somebody. Sign in.')

  const code = (): string | null => {
    if (isClaimed()) return null
    const sealed = accounts.fact('claim-code')
    return sealed === null ? null : vault.get(sealed)
  }

  /** Keeps the code sealed until the box is claimed, so that it is the same after a restart. */
  const prepare = () =>
    store.atomically(() => {
      if (isClaimed()) return
      const sealed = accounts.fact('claim-code')
      if (sealed === null) return accounts.setFact('claim-code', vault.put('claim-code', deps.fixedCode ?? readable(2)))
      if (deps.fixedCode !== undefined) vault.replace(sealed, deps.fixedCode)
    })

  const claim = async (
    body: { code: string; username: string; password: string },
    address: string,
  ): Promise<Person> => {
    if (isClaimed()) throw claimed()
    demandCode(throttle, code(), body.code, address)
    const passwordHash = await passwords.hash(body.password)
    const passwordLong = body.password.length >= minAdminPassword
    const { username } = body
    return store.atomically(() => {
      if (isClaimed()) throw claimed()
      const row = newAccount(
        { username, role: 'admin', passwordHash, passwordLong, mustChangePassword: false },
        null,
        deps.now(),
      )
      accounts.save(row)
      accounts.setFact('claimed', row.id)
      const sealed = accounts.fact('claim-code')
      accounts.dropFact('claim-code')
      if (sealed !== null) vault.remove(sealed)
      return toPerson(row)
    })
  }

  return { code, prepare, claim, isClaimed }
}
export type Claim = ReturnType<typeof createClaim>
