import type { Database } from 'better-sqlite3'
import { createAccountStore } from './store-accounts.ts'
import { createApiKeyStore } from './store-api-keys.ts'
import { createFactorStore } from './store-factors.ts'
import { createSignInStore } from './store-sign-ins.ts'

export type Db = Database

export const createPeopleStore = (db: Db) => ({
  accounts: createAccountStore(db),
  signIns: createSignInStore(db),
  factors: createFactorStore(db),
  apiKeys: createApiKeyStore(db),
  /** Runs `work` in one transaction that holds the write lock from its start; a throw undoes all of it. */
  atomically: <T>(work: () => T): T => db.transaction(work).immediate(),
})
export type PeopleStore = ReturnType<typeof createPeopleStore>
