import { AppError } from '#protocol/errors.ts'
import type { Person } from '#protocol/person.ts'
import { checkLength, minAdminPassword } from './account-rules.ts'
import type { Accounts } from './accounts.ts'
import { type Passwords, readable } from './passwords.ts'
import { nameKeyOf } from './person.ts'
import type { PeopleStore } from './store.ts'
import type { Throttle } from './throttle.ts'

const wrong = () => new AppError('invalid_credentials', 'The current password is not right.')

interface OwnPasswordDeps {
  store: PeopleStore
  accounts: Accounts
  passwords: Passwords
  throttle: Throttle
}

/** Throws `invalid_credentials` unless this is the person's password; guessing is slowed down. */
const createCheck =
  ({ accounts, passwords, throttle }: OwnPasswordDeps) =>
  async (personId: string, password: string): Promise<string> => {
    const known = accounts.find(personId).passwordHash
    const attempt = throttle.begin([{ key: `own:${personId}`, free: 5, maxWaitMs: 15 * 60_000, clears: true }])
    try {
      if (!(await passwords.matches(known, password)) || known === null) {
        attempt.failed()
        throw wrong()
      }
      attempt.passed()
      return known
    } finally {
      attempt.dropped()
    }
  }

/**
 * For the one who sits at the box: answers a password for one sign-in, which must then be changed. Sign-ins end, and
 * the second factor, recovery codes and passkeys go too, for whoever lost the password may have lost them, and
 * nobody who took the account over keeps a way back in. API keys stay, asleep until the password was changed.
 */
const createReset =
  ({ store, accounts, passwords }: OwnPasswordDeps) =>
  (name: string): string => {
    const password = readable(4)
    const passwordHash = passwords.hashNow(password)
    const found = store.accounts.byName(nameKeyOf(name))
    if (!found) throw new AppError('not_found', `There is nobody called ${name}.`)
    accounts.change(found.id, (row) => {
      if (row.role === 'viewer') throw new AppError('wrong_state', 'A viewer has no password here.')
      const next = { ...accounts.forgetFactors(row), passwordHash, passwordLong: true, mustChangePassword: true }
      return { next, end: true }
    })
    return password
  }

export const createOwnPassword = (deps: OwnPasswordDeps) => {
  const { accounts, passwords } = deps
  const check = createCheck(deps)

  /** Ends every other sign-in. Throws when the current one is wrong or the next is the same or too short. */
  const change = async (personId: string, keep: string | null, current: string, next: string): Promise<Person> => {
    checkLength(accounts.find(personId).role, next)
    if (passwords.isSame(current, next)) {
      throw new AppError('invalid_request', 'next: The new password must differ from the current one.')
    }
    const known = await check(personId, current)
    const passwordHash = await passwords.hash(next)
    return accounts.change(personId, (row) => {
      if (row.passwordHash !== known) throw wrong()
      checkLength(row.role, next)
      const passwordLong = next.length >= minAdminPassword
      return { next: { ...row, passwordHash, passwordLong, mustChangePassword: false }, end: { keep } }
    })
  }

  return { check, change, reset: createReset(deps) }
}
export type OwnPassword = ReturnType<typeof createOwnPassword>
