import { X509Certificate } from 'node:crypto'
import { connect, createServer } from 'node:tls'
import Sqlite from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import { createCa } from '../../appliance/fleet/ca.ts'
import { createLog } from '../../appliance/lib/log.ts'
import { migrate } from '../../appliance/store/migrate.ts'
import { openVault } from '../../appliance/store/vault.ts'
import { temporaryFolder } from './temporary-folder.ts'

const day = 86_400_000
const start = Date.UTC(2027, 2, 1)
const names = ['belfry.local', 'localhost', '127.0.0.1', '::1', '192.168.7.20', 'fd00::12']
const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close()
})

const open = () => {
  const folder = temporaryFolder()
  const db = new Sqlite(':memory:')
  migrate(db)
  db.pragma('foreign_keys = ON')
  closers.push(folder.remove, () => db.close())
  const clock = { now: start }
  const lines: string[] = []
  const log = createLog('debug', { write: (line) => void lines.push(line) })
  const vault = openVault(db, `${folder.path}/master.key`)
  const create = () => createCa({ db, vault, log, now: () => clock.now })
  return { db, clock, lines, create }
}

const opened = async () => {
  const bench = open()
  const ca = bench.create()
  await ca.start()
  return { ...bench, ca }
}

const both = (pem: string) =>
  pem.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g)?.map((p) => new X509Certificate(p))
const leafOf = (pem: string) => new X509Certificate(pem)
const daysOf = (c: X509Certificate) => (c.validToDate.getTime() - c.validFromDate.getTime()) / day

/** Speaks TLS to a server with this pair, trusting only `root`, as a browser would. */
const handshake = async (pair: { cert: string; key: string }, root: string, host: string, servername?: string) => {
  const server = createServer(pair, (socket) => socket.end('welcome'))
  await new Promise<void>((done) => server.listen(0, host, done))
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  try {
    return await new Promise<string>((resolve, reject) => {
      const socket = connect({ host, port, ca: root, ...(servername ? { servername } : {}) })
      socket.once('data', (data) => resolve(data.toString()))
      socket.once('error', reject)
    })
  } finally {
    server.close()
  }
}

describe('the certificate authority', () => {
  test('makes a root of 20 years and an issuing CA of 5 with nothing below it', async () => {
    const { ca } = await opened()
    const [issuing, root] = both(ca.chainPem()) ?? []
    if (!issuing || !root) throw new Error('the chain has two certificates')
    expect(root.ca && issuing.ca).toBe(true)
    expect(root.verify(root.publicKey)).toBe(true)
    expect(issuing.verify(root.publicKey)).toBe(true)
    expect(root.validToDate.getTime() - start).toBeCloseTo(20 * 365 * day, -7)
    expect(daysOf(issuing)).toBe(5 * 365)
    expect(root.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    expect(ca.rootFingerprint()).toBe(root.fingerprint256)
  })

  test('stays the same after a restart', async () => {
    const { ca, create } = await opened()
    const pair = await ca.serverCertificate(names)
    const again = create()
    await again.start()
    expect(again.rootPem()).toBe(ca.rootPem())
    expect(await again.serverCertificate(names)).toEqual(pair)
  })

  test('keeps no key in clear, neither in the database nor in the log', async () => {
    const { ca, db, lines } = await opened()
    const pair = await ca.serverCertificate(names)
    const rows = JSON.stringify([
      db.prepare('SELECT * FROM certificates').all(),
      db.prepare('SELECT * FROM secrets').all(),
    ])
    const inKey = pair.key.split('\n')[1] ?? ''
    expect(inKey).toHaveLength(64)
    for (const text of [rows, lines.join()]) {
      expect(text).not.toContain('PRIVATE KEY')
      expect(text).not.toContain(inKey)
    }
  })

  test.each([
    ['127.0.0.1', undefined],
    ['::1', undefined],
    ['127.0.0.1', 'belfry.local'],
    ['127.0.0.1', 'localhost'],
  ])('is believed by somebody who trusts the root, at %s (%s)', async (host, servername) => {
    const { clock, create } = open()
    clock.now = Date.now()
    const ca = create()
    await ca.start()
    const pair = await ca.serverCertificate(names)
    expect(await handshake(pair, ca.rootPem(), host, servername)).toBe('welcome')
    await expect(handshake(pair, ca.rootPem(), '127.0.0.1', 'elsewhere.example')).rejects.toThrow(/altnames/)
  })

  test('gives servers a certificate that Apple and browsers accept', async () => {
    const { ca } = await opened()
    const leaf = leafOf((await ca.serverCertificate(names)).cert)
    expect(daysOf(leaf)).toBeLessThanOrEqual(397)
    expect(leaf.validFromDate.getTime()).toBeLessThan(start)
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
    expect(leaf.ca).toBe(false)
    for (const name of names.slice(2)) expect(leaf.checkIP(name)).toBe(name)
    for (const name of names.slice(0, 2)) expect(leaf.checkHost(name)).toBe(name)
  })

  test('hands out the same certificate until the names change', async () => {
    const { ca, db } = await opened()
    const [first, together] = await Promise.all([ca.serverCertificate(names), ca.serverCertificate(names.toReversed())])
    expect(together).toEqual(first)
    const moved = await ca.serverCertificate([...names, '192.168.7.99'])
    expect(moved.fingerprint).not.toBe(first.fingerprint)
    expect(leafOf(moved.cert).checkIP('192.168.7.99')).toBeDefined()
    expect(db.prepare(`SELECT count(*) AS n FROM certificates WHERE kind = 'server'`).get()).toEqual({ n: 1 })
    expect(db.prepare('SELECT count(*) AS n FROM secrets').get()).toEqual({ n: 3 })
  })

  test('renews a server certificate when two thirds of its life are over', async () => {
    const { ca, clock } = await opened()
    const first = await ca.serverCertificate(names)
    clock.now = start + 263 * day
    expect((await ca.serverCertificate(names)).fingerprint).toBe(first.fingerprint)
    clock.now = start + 264 * day
    expect((await ca.serverCertificate(names)).fingerprint).not.toBe(first.fingerprint)
  })

  test('replaces the issuing CA under the same root before it would cut a certificate short', async () => {
    const { ca, clock } = await opened()
    const [before] = both(ca.chainPem()) ?? []
    clock.now = start + 4 * 365 * day
    const pair = await ca.serverCertificate(names)
    const [leaf, issuing] = both(pair.cert) ?? []
    if (!before || !leaf || !issuing) throw new Error('the pair carries two certificates')
    expect(issuing.fingerprint256).not.toBe(before.fingerprint256)
    expect(issuing.verify(leafOf(ca.rootPem()).publicKey)).toBe(true)
    expect(leaf.verify(issuing.publicKey)).toBe(true)
    expect(daysOf(leaf)).toBe(397)
  })
})

describe('a clock that is wrong', () => {
  test('before the first release does not make certificates of that time', async () => {
    const { clock, create } = open()
    clock.now = Date.UTC(1970, 0, 1)
    const ca = create()
    await ca.start()
    const leaf = leafOf((await ca.serverCertificate(names)).cert)
    expect(leaf.validFromDate.getUTCFullYear()).toBe(2026)
    expect(leaf.validToDate.getUTCFullYear()).toBe(2027)
  })

  test('that lies back at boot changes nothing that was made before', async () => {
    const { ca, clock, create } = await opened()
    clock.now = start + 700 * day
    const pair = await ca.serverCertificate(names)
    clock.now = start - 90 * day
    const again = create()
    await again.start()
    expect(await again.serverCertificate(names)).toEqual(pair)
    const moved = leafOf((await again.serverCertificate(['10.0.0.9'])).cert)
    expect(moved.validToDate.getTime()).toBeGreaterThan(start + 1090 * day)
  })

  test('that lay ahead is repaired an hour after it was set, under the same root', async () => {
    const { clock, create } = open()
    clock.now = start + 4000 * day
    const ca = create()
    await ca.start()
    const wrong = await ca.serverCertificate(names)
    clock.now = start
    expect(await ca.serverCertificate(names)).toEqual(wrong)
    clock.now = start + 3_600_000
    const [leaf, issuing] = both((await ca.serverCertificate(names)).cert) ?? []
    const root = leafOf(ca.rootPem())
    for (const certificate of [leaf, issuing, root]) {
      expect(certificate?.validFromDate.getTime()).toBeLessThan(start)
      expect(certificate?.validToDate.getTime()).toBeGreaterThan(start)
    }
  })
})
