import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAppliance } from '../../appliance/app.ts'
import { loadConfig } from '../../appliance/config.ts'
import { busy } from './jellyfin/busy.ts'
import { createJellyfinSimulator } from './jellyfin/index.ts'

const folder = process.env['BELFRY_DATA'] ?? mkdtempSync(join(tmpdir(), 'belfry-demo-'))
const claimCode = process.env['BELFRY_CLAIM_CODE'] ?? 'DEMO-DEMO'
const account = { username: 'nora', password: 'three words of mine' }

const post = async (base: string, path: string, body: unknown, token?: string) => {
  const answer = await fetch(`${base}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  })
  if (!answer.ok && answer.status !== 409) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as { accessToken?: string }
}

const jellyfin = createJellyfinSimulator({ serverName: 'Jelly', seed: 7 })
const home = await jellyfin.start()
const household = busy(jellyfin, { seed: 7 })

const appliance = createAppliance(loadConfig({ ...process.env, BELFRY_DATA: folder, BELFRY_CLAIM_CODE: claimCode }))
await appliance.start()
const base = appliance.url().replace('0.0.0.0', '127.0.0.1')
await post(base, '/claim', { code: claimCode, ...account })
const { accessToken } = await post(base, '/auth/login', account)
await post(
  base,
  '/sources',
  {
    kind: 'jellyfin',
    name: 'Jelly',
    url: home.url,
    credentials: { apiKey: home.apiKey },
    options: { visibleToViewers: true },
  },
  accessToken,
)
console.log(`\nThe demo runs at ${base}. Sign in as ${account.username} with the password "${account.password}".\n`)

const stop = async () => {
  household.stop()
  await appliance.stop()
  await jellyfin.stop()
  if (!process.env['BELFRY_DATA']) rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}
process.on('SIGINT', stop)
process.on('SIGTERM', stop)
