import type { Person } from '#protocol/person.ts'
import type { AccountRules } from './account-rules.ts'
import { toPerson } from './person.ts'
import type { Secrets } from './ports.ts'
import type { SignIns } from './sign-ins.ts'
import type { PeopleStore } from './store.ts'
import type { AccountRow } from './store-accounts.ts'

export interface AccountDeps {
  store: PeopleStore
  vault: Secrets
  rules: AccountRules
  signIns: SignIns
  now: () => number
  onChanged: (personId: string) => void
}

/** What becomes of an account; `end` is false, true, or the one sign-in that stays. */
type Work = (row: AccountRow) => { next: AccountRow; end: boolean | { keep: string | null } }
export type Change = (id: string, work: Work) => Person

/** Saves in one transaction, ends sign-ins with it, and tells the others only after it. */
export const createChange =
  ({ store, rules, signIns, onChanged }: AccountDeps): Change =>
  (id, work) => {
    const done = store.atomically(() => {
      const { next, end } = work(rules.find(id))
      rules.checkFree(next)
      store.accounts.save(next)
      const keep = typeof end === 'object' ? end.keep : null
      return { person: toPerson(rules.find(id)), ended: end ? signIns.remove(id, (one) => one === keep) : [] }
    })
    signIns.announce(done.ended)
    onChanged(id)
    return done.person
  }

/** Inside a transaction. A new admin's grace begins anew. */
export const createForgetFactors =
  ({ store, vault, now }: AccountDeps) =>
  (row: AccountRow): AccountRow => {
    store.accounts.save({ ...row, totpSecretId: null, totpConfirmed: false })
    if (row.totpSecretId) vault.remove(row.totpSecretId)
    store.factors.removePasskeys(row.id)
    store.factors.replaceCodes(row.id, [])
    return { ...row, totpSecretId: null, totpConfirmed: false, adminSince: row.role === 'admin' ? now() : null }
  }
