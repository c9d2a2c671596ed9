import { randomBytes } from 'node:crypto'
import type { Secrets } from './ports.ts'
import type { PeopleStore } from './store.ts'

export type KeyName = 'access-token' | 'refresh-token' | 'recovery-code' | 'audit-ends'

/** The feature's own keys: 256 random bits each, made when first needed, sealed in the vault. */
export const createKeys = (store: PeopleStore, vault: Secrets) => {
  const opened = new Map<KeyName, Buffer>()
  const load = (name: KeyName): Buffer =>
    store.atomically(() => {
      const fact = `key:${name}`
      const known = store.accounts.fact(fact)
      if (known) return Buffer.from(vault.get(known), 'base64url')
      const key = randomBytes(32)
      store.accounts.setFact(fact, vault.put(fact, key.toString('base64url')))
      return key
    })
  return (name: KeyName): Buffer => {
    const key = opened.get(name) ?? load(name)
    opened.set(name, key)
    return key
  }
}
export type Keys = ReturnType<typeof createKeys>
