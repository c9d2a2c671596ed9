import type { Log } from '../lib/log.ts'
import { fingerprintOf, makeIssuing, makeRoot, makeServer, serverLifeMs } from './certificate.ts'
import { createIssuingClock, earliest } from './issuing-clock.ts'
import { createKeyring, type ServerPair, type Vault } from './keyring.ts'
import { type CaDatabase, type CaRow, createCaStore } from './store-ca.ts'

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
  const { log } = deps
  const store = createCaStore(deps.db)
  const { keep, forget, pairOf, signer, the } = createKeyring(store, deps.vault)
  const inTurn = createTurns()
  const clock = createIssuingClock(deps.now, () => store.latestStart())

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
