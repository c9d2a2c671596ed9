import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SourceBody } from '#protocol/source.ts'
import { createAppliance } from '../../appliance/app.ts'
import { loadConfig } from '../../appliance/config.ts'
import { busy as busyEmby } from '../simulators/emby/busy.ts'
import { createEmbySimulator } from '../simulators/emby/index.ts'
import { busy } from '../simulators/jellyfin/busy.ts'
import { createJellyfinSimulator } from '../simulators/jellyfin/index.ts'
import { busy as busyPlex } from '../simulators/plex/busy.ts'
import { createPlexSimulator } from '../simulators/plex/index.ts'

export const account = { username: 'nora', password: 'three words of mine' }

export interface Demo {
  url: string
  stop(): Promise<void>
}

type Household = { source: Omit<SourceBody, 'options'>; stop(): Promise<void> }

interface Server {
  stop(): Promise<void>
}

/** Runs a simulated server with its viewers; `stop` ends them first, as their timer would go on. */
const household = (source: Household['source'], server: Server, people: { stop(): void }): Household => ({
  source,
  stop: async () => {
    people.stop()
    await server.stop()
  },
})

const jellyfinHome = async (): Promise<Household> => {
  const server = createJellyfinSimulator({ serverName: 'Jelly', seed: 7 })
  const { url, apiKey } = await server.start()
  const source = { kind: 'jellyfin' as const, name: 'Jelly', url, credentials: { apiKey } }
  return household(source, server, busy(server, { seed: 7 }))
}

const embyHome = async (): Promise<Household> => {
  const server = createEmbySimulator({ serverName: 'Emby Cabin', seed: 11 })
  const { url, apiKey } = await server.start()
  const source = { kind: 'emby' as const, name: 'Emby Cabin', url, credentials: { apiKey } }
  return household(source, server, busyEmby(server, { seed: 11 }))
}

const plexHome = async (): Promise<Household> => {
  const server = createPlexSimulator({ name: 'Attic Plex', seed: 3, plexPass: true })
  const { url, token } = await server.start()
  const source = { kind: 'plex' as const, name: 'Attic Plex', url, credentials: { token } }
  return household(source, server, busyPlex(server, { seed: 3 }))
}

const post = async (base: string, path: string, body: unknown, token?: string) => {
  const answer = await fetch(`${base}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  })
  if (!answer.ok && answer.status !== 409) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as { accessToken?: string }
}

const furnish = async (base: string, claimCode: string, sources: Omit<SourceBody, 'options'>[]) => {
  await post(base, '/claim', { code: claimCode, ...account })
  const { accessToken } = await post(base, '/auth/login', account)
  for (const source of sources) {
    await post(base, '/sources', { ...source, options: { visibleToViewers: true } }, accessToken)
  }
}

/** The appliance as anybody has it, claimed, beside simulated servers whose viewers come and go. */
export const startDemo = async (env: Record<string, string | undefined> = process.env): Promise<Demo> => {
  const own = env['BELFRY_DATA'] === undefined
  const folder = env['BELFRY_DATA'] ?? mkdtempSync(join(tmpdir(), 'belfry-demo-'))
  const claimCode = env['BELFRY_CLAIM_CODE'] ?? 'DEMO-DEMO'
  const config = loadConfig({ BELFRY_LOG: 'warn', ...env, BELFRY_DATA: folder, BELFRY_CLAIM_CODE: claimCode })
  const households = await Promise.all([plexHome(), jellyfinHome(), embyHome()])
  const appliance = createAppliance(config)
  await appliance.start()
  await furnish(
    appliance.url(),
    claimCode,
    households.map(({ source }) => source),
  )
  return {
    url: appliance.url(),
    stop: async () => {
      await appliance.stop()
      await Promise.all(households.map(({ stop }) => stop()))
      if (own) rmSync(folder, { recursive: true, force: true })
    },
  }
}
