import { AppError } from '#protocol/errors.ts'
import type { Grants, Person, Role } from '#protocol/person.ts'
import { type AccountDeps, type Change, createForgetFactors } from './account-change.ts'
import { protect } from './account-rules.ts'
import type { Acting } from './can.ts'
import { noGrants, toPerson } from './person.ts'
import type { AccountRow } from './store-accounts.ts'

/** What only admins do to others: role, grants, a lost second factor, the end of an account. */
export const createAccountRights = (deps: AccountDeps, change: Change) => {
  const { store, rules, signIns, now } = deps
  const forgetFactors = createForgetFactors(deps)

  /** A new admin whose password is too short for one has to choose another at the next sign-in. */
  const setRole = (actor: Acting, id: string, role: Exclude<Role, 'viewer'>): Person =>
    change(id, (row) => {
      rules.demandAdmin(actor)
      if (row.role === role) return { next: row, end: false }
      if (actor.id === id) throw protect('You cannot change your own role.')
      if (row.role === 'viewer') throw new AppError('wrong_state', 'Viewers sign in with a media account and stay so.')
      rules.checkAdminRemains(row)
      const next: AccountRow = {
        ...row,
        role,
        grants: role === 'staff' ? row.grants : noGrants,
        adminSince: role === 'admin' ? now() : null,
        mustChangePassword: row.mustChangePassword || (role === 'admin' && !row.passwordLong),
      }
      return { next, end: true }
    })

  const setGrants = (actor: Acting, id: string, grants: Grants): Person =>
    change(id, (row) => {
      rules.demandAdmin(actor)
      if (row.role !== 'staff') throw new AppError('wrong_state', 'Only staff carry grants.')
      return { next: { ...row, grants }, end: false }
    })

  /** For somebody who lost the phone: the grace of a new admin begins anew, and all sign-ins end. */
  const clearSecondFactor = (actor: Acting, id: string): Person =>
    change(id, (row) => {
      rules.demandAdmin(actor)
      if (actor.id === id) throw protect('Switch your own second factor off with your password and a code.')
      return { next: forgetFactors(row), end: true }
    })

  const remove = (actor: Acting, id: string): Person => {
    const done = store.atomically(() => {
      rules.demandAdmin(actor)
      const row = rules.find(id)
      if (actor.id === id) throw protect('You cannot delete yourself.')
      rules.checkAdminRemains(row)
      const ended = signIns.remove(id)
      forgetFactors(row)
      store.accounts.remove(id)
      return { person: toPerson(row), ended }
    })
    signIns.announce(done.ended)
    deps.onChanged(id)
    return done.person
  }

  return { setRole, setGrants, clearSecondFactor, remove, forgetFactors }
}
