import { generateKeyPairSync } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import Sqlite from 'better-sqlite3'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { type Ca, createCa } from '../../appliance/fleet/ca.ts'
import { type Certificates, createCertificates } from '../../appliance/fleet/https.ts'
import type { ServerPair } from '../../appliance/fleet/keyring.ts'
import { createLog } from '../../appliance/lib/log.ts'
import { migrate } from '../../appliance/store/migrate.ts'
import { openVault } from '../../appliance/store/vault.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
const db = new Sqlite(':memory:')
let ca: Ca
let running: Certificates | null = null

beforeAll(async () => {
  migrate(db)
  const log = createLog('silent')
  ca = createCa({ db, vault: openVault(db, `${folder.path}/master.key`), log, now: Date.now })
  await ca.start()
  return () => {
    db.close()
    folder.remove()
  }
})
afterEach(async () => {
  await running?.stop()
  running = null
})

/** Certificates with everything they hand over and say, and a way to wait for the next of either. */
const create = (options: { names?: () => string[]; files?: { cert: string; key: string } }) => {
  const pairs: ServerPair[] = []
  const lines: string[] = []
  const waiting: (() => void)[] = []
  const tell = () => {
    for (const done of waiting.splice(0)) done()
  }
  const log = createLog('info', {
    write: (line) => {
      lines.push(line)
      tell()
    },
  })
  running = createCertificates({
    ca,
    names: options.names ?? (() => ['localhost']),
    files: options.files ?? null,
    now: Date.now,
    log,
    everyMs: 2,
    onChange: (pair) => {
      pairs.push(pair)
      tell()
    },
  })
  const until = async (is: () => boolean) => {
    while (!is()) await new Promise<void>((done) => waiting.push(done))
  }
  return { certificates: running, pairs, lines, until }
}

const write = (name: string, text: string) => {
  const path = `${folder.path}/${name}`
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
  return path
}

test('a change of address leads to a new certificate while it runs', async () => {
  let names = ['localhost', '192.168.1.4']
  const { certificates, pairs, until } = create({ names: () => names })
  await certificates.start()
  expect(pairs).toHaveLength(1)
  names = ['localhost', '192.168.1.5']
  await until(() => pairs.length === 2)
  expect(pairs[1]?.fingerprint).not.toBe(pairs[0]?.fingerprint)
})

test('files that are replaced are handed over, and a wrong pair in between leaves the last one in use', async () => {
  const first = await ca.serverCertificate(['one.example'])
  const second = await ca.serverCertificate(['two.example'])
  const files = { cert: write('tls.crt', first.cert), key: write('tls.key', first.key) }
  const { certificates, pairs, lines, until } = create({ files })
  await certificates.start()
  write('tls.crt', second.cert)
  await until(() => lines.some((line) => line.includes('does not belong')))
  write('tls.key', second.key)
  await until(() => pairs.length === 2)
  expect(pairs.map(({ fingerprint }) => fingerprint)).toEqual([first.fingerprint, second.fingerprint])
  expect(lines.filter((line) => line.includes('does not belong'))).toHaveLength(1)
})

const otherKey = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey

test.each([
  ['a key of another certificate', (p: ServerPair) => p.cert, () => otherKey, /does not belong/],
  ['no certificate', () => 'hello', (p: ServerPair) => p.key, /no certificate in PEM/],
  ['no key', (p: ServerPair) => p.cert, () => 'hello', /no private key in PEM/],
])('files with %s stop the boot with a sentence', async (_, cert, key, sentence) => {
  const pair = await ca.serverCertificate(['one.example'])
  const { certificates } = create({ files: { cert: write('bad.crt', cert(pair)), key: write('bad.key', key(pair)) } })
  await expect(certificates.start()).rejects.toThrow(sentence)
})

test('files that are not there stop the boot with their path', async () => {
  const { certificates } = create({ files: { cert: '/nowhere/tls.crt', key: '/nowhere/tls.key' } })
  await expect(certificates.start()).rejects.toThrow('/nowhere/tls.crt, which cannot be read')
})
