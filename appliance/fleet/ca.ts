import type { Log } from '../lib/log.ts'
import { ulid } from '../lib/ulid.ts'
import { fingerprintOf, makeIssuing, makeRoot, makeServer, type Signed, serverLifeMs } from './certificate.ts'
import { createIssuingClock, earliest } from './issuing-clock.ts'
import { type CaDatabase, type CaKind, type CaRow, createCaStore } from './store-ca.ts'

/** What the CA needs from the vault. */
interface Vault {
  put(context: string, plain: string): string
  get(id: string): string
  remove(id: string): void
}

/** A pair that a TLS server can present; `cert` is the leaf followed by the issuing CA. */
export interface ServerPair {
  cert: string
  key: string
  notAfter: number
  fingerprint: string
}

export interface Ca {
  /** Makes root and issuing CA when there are none; to be awaited before anything else is called. */
  start(): Promise<void>
  rootPem(): string
  rootFingerprint(): string
  /** ms UTC. */
  rootNotAfter(): number
  /** The issuing CA followed by the root. */
  chainPem(): string
  /** The same pair again while the names are the same and a third of its life is left. */
  serverCertificate(names: string[]): Promise<ServerPair>
}

const renewServerAt = (row: CaRow) => row.notBefore + ((row.notAfter - row.notBefore) * 2) / 3
const normal = (names: readonly string[]) => [...new Set(names.map((name) => name.toLowerCase()))].sort()

/** Runs one after the other, so that two callers at once never make two certificates. */
const createTurns = () => {
  let last: Promise<unknown> = Promise.resolve()
  return <T>(run: () => Promise<T>): Promise<T> => {
    const next = last.then(run, run)
    last = next
    return next
  }
}

/** Belfry's own certificate authority. `now` is ms UTC and may be wrong: see `createIssuingClock`. */
export const createCa = (deps: { db: CaDatabase; vault: Vault; log: Log; now: () => number }): Ca => {
  const { vault, log } = deps
  const store = createCaStore(deps.db)
  const inTurn = createTurns()
  const clock = createIssuingClock(deps.now, () => store.latestStart())

  const keep = (kind: CaKind, made: Signed, issuerId: string | null, names: string[] = []): CaRow => {
    const { key, ...rest } = made
    const row = { id: ulid(), kind, issuerId, names, secretId: vault.put(`ca-${kind}`, key), ...rest }
    store.add(row)
    return row
  }
  const forget = (row: CaRow) => {
    store.remove(row.id)
    vault.remove(row.secretId)
  }
  const signer = (row: CaRow) => ({ pem: row.pem, notAfter: row.notAfter, key: vault.get(row.secretId) })
  const the = (kind: CaKind): CaRow => {
    const row = store.newest(kind)
    if (!row) throw new Error(`There is no ${kind} certificate yet: the CA was not started.`)
    return row
  }

  const makeFirst = async () => {
    const at = clock()
    const root = await makeRoot(earliest, at)
    const issuing = await makeIssuing(root, at)
    store.inOneStep(() => keep('issuing', issuing, keep('root', root, null).id))
    log.info({ fingerprint: fingerprintOf(root.pem) }, 'made the certificate authority of this box')
  }

  // A new issuing CA comes early enough that no server certificate is cut short by the end of the old one.
  const issuingAt = async (at: number): Promise<CaRow> => {
    const row = store.newest('issuing')
    if (row && row.notBefore <= at && at + serverLifeMs <= row.notAfter) return row
    const root = the('root')
    const made = await makeIssuing(signer(root), at)
    log.info({ notAfter: new Date(made.notAfter).toISOString() }, 'made a new issuing certificate authority')
    return store.inOneStep(() => {
      for (const wrong of store.startingAfter(at)) forget(wrong)
      return keep('issuing', made, root.id)
    })
  }

  const pairOf = (row: CaRow): ServerPair => {
    const issuer = row.issuerId === null ? null : store.get(row.issuerId)
    return {
      cert: row.pem + (issuer?.pem ?? ''),
      key: vault.get(row.secretId),
      notAfter: row.notAfter,
      fingerprint: fingerprintOf(row.pem),
    }
  }

  const serverCertificate = async (names: string[]): Promise<ServerPair> => {
    const at = clock()
    const held = store.newest('server')
    const isGood = held && held.notBefore <= at && at < renewServerAt(held)
    if (held && isGood && held.names.join() === names.join()) return pairOf(held)
    const issuing = await issuingAt(at)
    const made = await makeServer(signer(issuing), names, at)
    const row = store.inOneStep(() => {
      for (const old of store.servers()) forget(old)
      return keep('server', made, issuing.id, names)
    })
    log.info({ names, notAfter: new Date(made.notAfter).toISOString() }, 'made a server certificate')
    return pairOf(row)
  }

  return {
    start: () => inTurn(async () => void (store.newest('root') ?? (await makeFirst()))),
    rootPem: () => the('root').pem,
    rootFingerprint: () => fingerprintOf(the('root').pem),
    rootNotAfter: () => the('root').notAfter,
    chainPem: () => the('issuing').pem + the('root').pem,
    serverCertificate: (names) => inTurn(() => serverCertificate(normal(names))),
  }
}
