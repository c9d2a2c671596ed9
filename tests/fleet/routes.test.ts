import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import Sqlite from 'better-sqlite3'
import { beforeAll, expect, test } from 'vitest'
import type { Api, Call } from '#protocol/api.ts'
import { createCa } from '../../appliance/fleet/ca.ts'
import { createCaRoutes } from '../../appliance/fleet/routes.ts'
import { createLog } from '../../appliance/lib/log.ts'
import { migrate } from '../../appliance/store/migrate.ts'
import { openVault } from '../../appliance/store/vault.ts'
import { requirement } from '../requirements.ts'
import { temporaryFolder } from './temporary-folder.ts'

const handlers = new Map<string, { access: string; handle: () => unknown }>()
const folder = temporaryFolder()
const db = new Sqlite(':memory:')

beforeAll(async () => {
  migrate(db)
  const vault = openVault(db, `${folder.path}/master.key`)
  const ca = createCa({ db, vault, log: createLog('silent'), now: Date.now })
  await ca.start()
  const get: Api['get'] = (path, { access }, handle) =>
    void handlers.set(path, { access, handle: () => handle({} as Call<never, never, never>) })
  createCaRoutes({ ca })({ get, post: get, put: get, delete: get })
  return () => {
    db.close()
    folder.remove()
  }
})

const ask = async (path: string) => {
  const found = handlers.get(path)
  if (!found) throw new Error(`${path} is not declared`)
  expect(found.access).toBe('public')
  return await found.handle()
}
const fetched = async (path: string) => {
  const response = await ask(path)
  if (!(response instanceof Response)) throw new Error(`${path} answers no file`)
  return { type: response.headers.get('content-type'), bytes: Buffer.from(await response.arrayBuffer()) }
}

test('the root certificate is the same as JSON, DER and PEM', async () => {
  const told = (await ask('/ca')) as { fingerprint: string; notAfter: string; pem: string }
  const der = await fetched('/ca/root.crt')
  const pem = await fetched('/ca/root.pem')
  expect(der.type).toBe('application/x-x509-ca-cert')
  for (const form of [told.pem, der.bytes, pem.bytes]) {
    const certificate = new X509Certificate(form)
    expect(certificate.fingerprint256).toBe(told.fingerprint)
    expect(certificate.validToDate.toISOString()).toBe(told.notAfter)
  }
})

test('the Apple profile carries the same certificate', async () => {
  const { type, bytes } = await fetched('/ca/root.mobileconfig')
  const inside = /<data>([A-Za-z0-9+/=]+)<\/data>/.exec(bytes.toString())?.[1] ?? ''
  expect(type).toBe('application/x-apple-aspen-config')
  expect(Buffer.from(inside, 'base64')).toEqual((await fetched('/ca/root.crt')).bytes)
})

test.runIf(requirement('openssl', 'the root certificate as another program reads it'))(
  'openssl reads the root as a CA',
  async () => {
    const { bytes } = await fetched('/ca/root.crt')
    const text = execFileSync('openssl', ['x509', '-inform', 'DER', '-noout', '-text'], { input: bytes }).toString()
    expect(text).toContain('CA:TRUE, pathlen:1')
    expect(text).toContain('ASN1 OID: prime256v1')
  },
)
