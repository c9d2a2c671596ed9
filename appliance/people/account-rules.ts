import { AppError } from '#protocol/errors.ts'
import type { Role } from '#protocol/person.ts'
import { type Acting, can } from './can.ts'
import { emailKeyOf, nameKeyOf, toPerson } from './person.ts'
import type { PeopleStore } from './store.ts'
import type { AccountRow } from './store-accounts.ts'

export const minAdminPassword = 12

export const noSuchPerson = () => new AppError('not_found', 'There is no such person, or not any more.')
export const protect = (message: string) => new AppError('self_protection', message)

export const checkLength = (role: Role, password: string) => {
  if (role === 'admin' && password.length < minAdminPassword) {
    throw new AppError('invalid_request', 'password: An admin’s password has at least 12 characters.')
  }
}

/** An admin by role, and not by a key that was narrowed. */
export const isWholeAdmin = (person: Acting): boolean => person.role === 'admin' && !person.limits && !person.disabled

export interface Names {
  username?: string | undefined
  email?: string | null | undefined
}

export const renamed = (row: AccountRow, { username, email }: Names): AccountRow => ({
  ...row,
  ...(username === undefined ? {} : { username: username.normalize('NFC'), nameKey: nameKeyOf(username) }),
  ...(email === undefined ? {} : { email, emailKey: email === null ? null : emailKeyOf(email) }),
})

/** Whoever acts is judged inside each transaction, as they are by then and not as the request found them. */
export const createAccountRules = ({ accounts }: PeopleStore) => {
  const actorNow = (actor: Acting): Acting => {
    const row = accounts.byId(actor.id)
    if (!row || row.disabled) throw new AppError('unauthorized', 'Your account is gone or switched off.')
    return { ...toPerson(row), ...(actor.limits ? { limits: actor.limits } : {}) }
  }
  return {
    find: (id: string): AccountRow => {
      const row = accounts.byId(id)
      if (!row) throw noSuchPerson()
      return row
    },
    demandAdmin: (actor: Acting) => {
      if (!isWholeAdmin(actorNow(actor))) throw new AppError('forbidden', 'Only an admin may do this.')
    },
    demandPeople: (actor: Acting, id: string, role: Role) => {
      if (can(actorNow(actor), 'manage-people', { kind: 'person', id, role })) return
      throw new AppError('forbidden', 'You may not do this to this person. An admin can.')
    },
    checkFree: (row: AccountRow) => {
      const sameName = accounts.byName(row.nameKey)
      if (sameName && sameName.id !== row.id) throw new AppError('conflict', 'This name is taken.')
      const sameEmail = row.emailKey === null ? undefined : accounts.byEmail(row.emailKey)
      if (sameEmail && sameEmail.id !== row.id) throw new AppError('conflict', 'This e-mail address is taken.')
    },
    checkAdminRemains: (row: AccountRow) => {
      if (row.role === 'admin' && !row.disabled && accounts.otherAdmins(row.id) === 0) {
        throw protect('This is the last admin. Make somebody else an admin first.')
      }
    },
  }
}
export type AccountRules = ReturnType<typeof createAccountRules>
