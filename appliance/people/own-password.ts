import { AppError } from '#protocol/errors.ts'
import type { Person } from '#protocol/person.ts'
import { type Accounts, checkLength, minAdminPassword } from './accounts.ts'
import type { Passwords } from './passwords.ts'
import { readable } from './passwords.ts'
import { nameKeyOf } from './person.ts'
import type { SignIns } from './sign-ins.ts'
import type { PeopleStore } from './store.ts'
import type { Throttle } from './throttle.ts'

const wrong = () => new AppError('invalid_credentials', 'The current password is not right.')

export const createOwnPassword = (deps: {
  store: PeopleStore
  accounts: Accounts
  passwords: Passwords
  signIns: SignIns
  throttle: Throttle
}) => {
  const { store, accounts, passwords, signIns, throttle } = deps

  /** Throws `invalid_credentials` unless this is the person's password; guessing is slowed down. */
  const check = async (personId: string, password: string): Promise<string> => {
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

  /** Ends every other sign-in. Throws when the current one is wrong or the next is the same or too short. */
  const change = async (personId: string, keep: string | null, current: string, next: string): Promise<Person> => {
    const { role } = accounts.find(personId)
    checkLength(role, next)
    if (passwords.isSame(current, next)) {
      throw new AppError('invalid_request', 'next: The new password must differ from the current one.')
    }
    const known = await check(personId, current)
    const passwordHash = await passwords.hash(next)
    const ended: string[] = []
    const person = accounts.change(personId, (row) => {
      if (row.passwordHash !== known) throw wrong()
      checkLength(row.role, next)
      ended.push(...signIns.remove(personId, (id) => id === keep))
      const passwordLong = next.length >= minAdminPassword
      return { next: { ...row, passwordHash, passwordLong, mustChangePassword: false }, end: false }
    })
    signIns.announce(ended)
    return person
  }

  /**
   * For the one who sits at the box: answers a password for one sign-in, which must then be changed. Sign-ins end, and
   * the second factor, recovery codes and passkeys go too, for whoever lost the password may have lost them, and
   * nobody who took the account over keeps a way back in. API keys stay, asleep until the password was changed.
   */
  const reset = (name: string): string => {
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

  return { check, change, reset }
}
export type OwnPassword = ReturnType<typeof createOwnPassword>
