import type { z } from 'zod'
import { AppError } from '#protocol/errors.ts'
import type { NewPerson, Person, PersonPatch, Role } from '#protocol/person.ts'
import { type AccountDeps, type Change, createChange } from './account-change.ts'
import { createAccountRights } from './account-rights.ts'
import { type AccountRules, checkLength, minAdminPassword, type Names, protect, renamed } from './account-rules.ts'
import type { Acting } from './can.ts'
import type { Passwords } from './passwords.ts'
import { nameKeyOf, newAccount, toPerson } from './person.ts'
import type { PeopleStore } from './store.ts'
import type { AccountRow } from './store-accounts.ts'

type Patch = z.infer<typeof PersonPatch>

const createCreate =
  ({ store, rules, passwords, now }: AccountDeps & { passwords: Passwords }) =>
  async (actor: Acting, body: z.infer<typeof NewPerson>): Promise<Person> => {
    const { username, role, password } = body
    rules.demandPeople(actor, '', role)
    checkLength(role, password)
    const passwordHash = await passwords.hash(password)
    const passwordLong = password.length >= minAdminPassword
    const account = { username, role, passwordHash, passwordLong, mustChangePassword: true }
    const row = newAccount(account, body.email ?? null, now())
    return store.atomically(() => {
      rules.demandPeople(actor, '', role)
      rules.checkFree(row)
      store.accounts.save(row)
      return toPerson(row)
    })
  }

const patched = (row: AccountRow, patch: Patch, passwordHash: string | null): AccountRow => {
  const next = renamed(row, patch)
  if (patch.disabled !== undefined) next.disabled = patch.disabled
  if (passwordHash === null || patch.password === undefined) return next
  const passwordLong = patch.password.length >= minAdminPassword
  return { ...next, passwordHash, passwordLong, mustChangePassword: true }
}

const checkSelf = (patch: Patch) => {
  if (patch.password !== undefined) throw protect('Change your own password with the current one, at /auth/password.')
  if (patch.disabled) throw protect('You cannot switch yourself off.')
}

const createUpdate =
  (rules: AccountRules, passwords: Passwords, change: Change) =>
  async (actor: Acting, id: string, patch: Patch): Promise<Person> => {
    if (actor.id === id) checkSelf(patch)
    const { role } = rules.find(id)
    rules.demandPeople(actor, id, role)
    if (patch.password !== undefined) checkLength(role, patch.password)
    const passwordHash = patch.password === undefined ? null : await passwords.hash(patch.password)
    return change(id, (row) => {
      rules.demandPeople(actor, id, row.role)
      if (patch.password !== undefined) checkLength(row.role, patch.password)
      if (patch.disabled) rules.checkAdminRemains(row)
      if (passwordHash && row.role === 'viewer') throw new AppError('wrong_state', 'A viewer has no password here.')
      const next = patched(row, patch, passwordHash)
      return { next, end: passwordHash !== null || next.disabled !== row.disabled }
    })
  }

const createList =
  ({ accounts }: PeopleStore) =>
  (o: { cursor?: string | undefined; limit: number; q?: string | undefined; role?: Role | undefined }) => {
    const after = o.cursor === undefined ? '' : Buffer.from(o.cursor, 'base64url').toString()
    const rows = accounts.list({ after, limit: o.limit + 1, q: nameKeyOf(o.q ?? ''), role: o.role ?? null })
    const items = rows.slice(0, o.limit)
    const last = rows.length > o.limit ? items.at(-1) : undefined
    return { items: items.map(toPerson), next: last ? Buffer.from(last.nameKey).toString('base64url') : null }
  }

export const createAccounts = (deps: AccountDeps & { passwords: Passwords }) => {
  const { store, rules, passwords } = deps
  const change = createChange(deps)
  return {
    find: rules.find,
    demandAdmin: rules.demandAdmin,
    change,
    create: createCreate(deps),
    update: createUpdate(rules, passwords, change),
    rename: (id: string, names: Names) => change(id, (row) => ({ next: renamed(row, names), end: false })),
    list: createList(store),
    ...createAccountRights(deps, change),
  }
}
export type Accounts = ReturnType<typeof createAccounts>
