import { ulid } from '../lib/ulid.ts'
import { fingerprintOf, type Signed } from './certificate.ts'
import type { CaKind, CaRow, CaStore } from './store-ca.ts'

/** What the CA needs from the vault. */
export interface Vault {
  put(context: string, plain: string): string
  get(id: string): string
  remove(id: string): void
}

/** A pair that a TLS server can present; `cert` is the leaf followed by the issuing CA, `notAfter` ms UTC. */
export interface ServerPair {
  cert: string
  key: string
  notAfter: number
  fingerprint: string
}

/** Certificates in the store and their keys in the vault, as one. */
export const createKeyring = (store: CaStore, vault: Vault) => ({
  keep: (kind: CaKind, made: Signed, issuerId: string | null, names: string[] = []): CaRow => {
    const { key, ...rest } = made
    const row = { id: ulid(), kind, issuerId, names, secretId: vault.put(`ca-${kind}`, key), ...rest }
    store.add(row)
    return row
  },
  forget: (row: CaRow): void => {
    store.remove(row.id)
    vault.remove(row.secretId)
  },
  pairOf: (row: CaRow): ServerPair => ({
    cert: row.pem + (row.issuerId === null ? '' : (store.get(row.issuerId)?.pem ?? '')),
    key: vault.get(row.secretId),
    notAfter: row.notAfter,
    fingerprint: fingerprintOf(row.pem),
  }),
  signer: (row: CaRow) => ({ pem: row.pem, notAfter: row.notAfter, key: vault.get(row.secretId) }),
  /** The newest of its kind. Throws when the CA was not started. */
  the: (kind: CaKind): CaRow => {
    const row = store.newest(kind)
    if (!row) throw new Error(`There is no ${kind} certificate yet: the CA was not started.`)
    return row
  },
})
