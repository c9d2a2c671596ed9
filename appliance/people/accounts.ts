import type { z } from 'zod'
import { AppError } from '#protocol/errors.ts'
import type { Grants, NewPerson, Person, PersonPatch, Role } from '#protocol/person.ts'
import { type Acting, can } from './can.ts'
import type { Passwords } from './passwords.ts'
import { emailKeyOf, nameKeyOf, newAccount, noGrants, toPerson } from './person.ts'
import type { Secrets } from './ports.ts'
import type { SignIns } from './sign-ins.ts'
import type { PeopleStore } from './store.ts'
import type { AccountRow } from './store-accounts.ts'

export const minAdminPassword = 12

export const noSuchPerson = () => new AppError('not_found', 'There is no such person, or not any more.')
const notYours = () => new AppError('forbidden', 'You may not do this to this person. An admin can.')
const protect = (message: string) => new AppError('self_protection', message)

export const checkLength = (role: Role, password: string) => {
  if (role === 'admin' && password.length < minAdminPassword) {
    throw new AppError('invalid_request', 'password: An admin’s password has at least 12 characters.')
  }
}

/** An admin by role, and not by a key that was narrowed. */
export const isWholeAdmin = (person: Acting): boolean => person.role === 'admin' && !person.limits && !person.disabled

type Patch = z.infer<typeof PersonPatch>

/** Accounts and the rules about them. Whoever acts is judged again inside each transaction, as they are by then. */
export const createAccounts = (deps: {
  store: PeopleStore
  vault: Secrets
  passwords: Passwords
  signIns: SignIns
  now: () => number
  onChanged: (personId: string) => void
}) => {
  const { store, vault, passwords, signIns, now } = deps
  const { accounts } = store

  const find = (id: string): AccountRow => {
    const row = accounts.byId(id)
    if (!row) throw noSuchPerson()
    return row
  }

  const actorNow = (actor: Acting): Acting => {
    const row = accounts.byId(actor.id)
    if (!row || row.disabled) throw new AppError('unauthorized', 'Your account is gone or switched off.')
    return { ...toPerson(row), ...(actor.limits ? { limits: actor.limits } : {}) }
  }

  const demandAdmin = (actor: Acting) => {
    if (!isWholeAdmin(actorNow(actor))) throw new AppError('forbidden', 'Only an admin may do this.')
  }

  const demandPeople = (actor: Acting, id: string, role: Role) => {
    if (!can(actorNow(actor), 'manage-people', { kind: 'person', id, role })) throw notYours()
  }

  const checkFree = (row: AccountRow) => {
    const sameName = accounts.byName(row.nameKey)
    if (sameName && sameName.id !== row.id) throw new AppError('conflict', 'This name is taken.')
    const sameEmail = row.emailKey === null ? undefined : accounts.byEmail(row.emailKey)
    if (sameEmail && sameEmail.id !== row.id) throw new AppError('conflict', 'This e-mail address is taken.')
  }

  const checkAdminRemains = (row: AccountRow) => {
    if (row.role === 'admin' && !row.disabled && accounts.otherAdmins(row.id) === 0) {
      throw protect('This is the last admin. Make somebody else an admin first.')
    }
  }

  const renamed = (row: AccountRow, patch: { username?: string | undefined; email?: string | null | undefined }) => ({
    ...row,
    ...(patch.username === undefined
      ? {}
      : { username: patch.username.normalize('NFC'), nameKey: nameKeyOf(patch.username) }),
    ...(patch.email === undefined
      ? {}
      : { email: patch.email, emailKey: patch.email === null ? null : emailKeyOf(patch.email) }),
  })

  /** Saves in one transaction and tells the others after it. `end` closes the person's sign-ins with it. */
  const change = (id: string, work: (row: AccountRow) => { next: AccountRow; end: boolean }): Person => {
    const done = store.atomically(() => {
      const { next, end } = work(find(id))
      checkFree(next)
      accounts.save(next)
      return { person: toPerson(find(id)), ended: end ? signIns.remove(id) : [] }
    })
    signIns.announce(done.ended)
    deps.onChanged(id)
    return done.person
  }

  const create = async (actor: Acting, body: z.infer<typeof NewPerson>): Promise<Person> => {
    demandPeople(actor, '', body.role)
    checkLength(body.role, body.password)
    const row = newAccount(
      {
        ...{ username: body.username, role: body.role, mustChangePassword: true },
        passwordHash: await passwords.hash(body.password),
        passwordLong: body.password.length >= minAdminPassword,
      },
      body.email ?? null,
      now(),
    )
    return store.atomically(() => {
      demandPeople(actor, '', body.role)
      checkFree(row)
      accounts.save(row)
      return toPerson(row)
    })
  }

  const update = async (actor: Acting, id: string, patch: Patch): Promise<Person> => {
    const self = actor.id === id
    if (self && patch.password !== undefined) {
      throw protect('Change your own password with the current one, at /auth/password.')
    }
    if (self && patch.disabled) throw protect('You cannot switch yourself off.')
    const passwordHash = patch.password === undefined ? null : await passwords.hash(patch.password)
    return change(id, (row) => {
      demandPeople(actor, id, row.role)
      if (patch.password !== undefined) checkLength(row.role, patch.password)
      if (patch.disabled) checkAdminRemains(row)
      if (passwordHash && row.role === 'viewer') throw new AppError('wrong_state', 'A viewer has no password here.')
      const next = renamed(row, patch)
      if (patch.disabled !== undefined) next.disabled = patch.disabled
      if (passwordHash !== null && patch.password !== undefined) {
        next.passwordHash = passwordHash
        next.passwordLong = patch.password.length >= minAdminPassword
        next.mustChangePassword = true
      }
      return { next, end: passwordHash !== null || next.disabled !== row.disabled }
    })
  }

  /** A new admin whose password is too short for one has to choose another at the next sign-in. */
  const setRole = (actor: Acting, id: string, role: Exclude<Role, 'viewer'>): Person =>
    change(id, (row) => {
      demandAdmin(actor)
      if (row.role === role) return { next: row, end: false }
      if (actor.id === id) throw protect('You cannot change your own role.')
      if (row.role === 'viewer')
        throw new AppError('wrong_state', 'A viewer signs in with a media account and stays one.')
      checkAdminRemains(row)
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
      demandAdmin(actor)
      if (row.role !== 'staff') throw new AppError('wrong_state', 'Only staff carry grants.')
      return { next: { ...row, grants }, end: false }
    })

  const forgetFactors = (row: AccountRow): AccountRow => {
    accounts.save({ ...row, totpSecretId: null, totpConfirmed: false })
    if (row.totpSecretId) vault.remove(row.totpSecretId)
    store.factors.removePasskeys(row.id)
    store.factors.replaceCodes(row.id, [])
    return { ...row, totpSecretId: null, totpConfirmed: false, adminSince: row.role === 'admin' ? now() : null }
  }

  /** For somebody who lost the phone: the grace of a new admin begins anew, and all sign-ins end. */
  const clearSecondFactor = (actor: Acting, id: string): Person =>
    change(id, (row) => {
      demandAdmin(actor)
      if (actor.id === id) throw protect('Switch your own second factor off with your password and a code.')
      return { next: forgetFactors(row), end: true }
    })

  const remove = (actor: Acting, id: string): Person => {
    const done = store.atomically(() => {
      demandAdmin(actor)
      const row = find(id)
      if (actor.id === id) throw protect('You cannot delete yourself.')
      checkAdminRemains(row)
      const ended = signIns.remove(id)
      forgetFactors(row)
      accounts.remove(id)
      return { person: toPerson(row), ended }
    })
    signIns.announce(done.ended)
    deps.onChanged(id)
    return done.person
  }

  return {
    find,
    create,
    update,
    setRole,
    setGrants,
    clearSecondFactor,
    remove,
    demandAdmin,
    forgetFactors,
    change,
    rename: (id: string, patch: { username?: string | undefined; email?: string | null | undefined }) =>
      change(id, (row) => ({ next: renamed(row, patch), end: false })),
    list: (o: { cursor?: string | undefined; limit: number; q?: string | undefined; role?: Role | undefined }) => {
      const after = o.cursor === undefined ? '' : Buffer.from(o.cursor, 'base64url').toString()
      const rows = accounts.list({ after, limit: o.limit + 1, q: nameKeyOf(o.q ?? ''), role: o.role ?? null })
      const items = rows.slice(0, o.limit)
      const last = rows.length > o.limit ? items.at(-1) : undefined
      return { items: items.map(toPerson), next: last ? Buffer.from(last.nameKey).toString('base64url') : null }
    },
  }
}
export type Accounts = ReturnType<typeof createAccounts>
