import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Engine, startEngine } from '../../engines/engine.ts'
import { requirement } from '../../requirements.ts'
import { createJellyfinSimulator } from '../../simulators/jellyfin/index.ts'
import { type Appliance, claimCode, startAppliance } from '../../system/appliance.ts'
import { owner, type Signed } from '../../system/client.ts'
import { type Chromium, hasChromium, startChromium, type Window } from './chromium.ts'
import { addContainer } from './container.ts'
import { signIn, title } from './people.ts'

const hasEngine = requirement('dockerd', 'the pages of containers, looked at by axe in a real browser')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const jellyfin = createJellyfinSimulator({ seed: 74, serverName: 'Attic films', stopDelayMs: 0 })

const sizes = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
]
const schemes = ['light', 'dark'] as const

let app: Appliance
let admin: Signed
let engine: Engine | null = null
let chromium: Chromium
let window: Window

interface Finding {
  id: string
  nodes: { target: string[]; any: { message: string }[] }[]
}

/** What axe finds, said in one line for each place. Colours alone change with the theme, so only they are looked at again. */
const findings = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe)
  const found: string[] = []
  for (const size of sizes) {
    await page.setViewportSize(size)
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const only = colorScheme === 'light' ? '{}' : `{ runOnly: ['color-contrast'] }`
      const { violations } = await page.evaluate<{ violations: Finding[] }>(
        `axe.run(document, { resultTypes: ['violations'], ...${only} })`,
      )
      for (const { id, nodes } of violations)
        for (const { target, any } of nodes)
          found.push(`${colorScheme} ${size.width} ${id}: ${target.join(' ')} ${any[0]?.message ?? ''}`)
    }
  }
  return found
}

const pages: [path: string, name: string, ready: string][] = [
  ['/', 'Now', '.line'],
  ['/sessions', 'Sessions', '.line'],
  ['/containers', 'Containers', '.head'],
  ['/sources', 'Sources', '.line'],
  ['/sources/new', 'Add a source', 'form'],
  ['/people', 'People', 'tbody tr'],
  ['/audit', 'Audit', 'tbody tr'],
  ['/me', 'Me', 'tbody tr'],
  ['/settings', 'Settings', 'form'],
  ['/system', 'This box', '.facts'],
  ['/trust', 'Trust this box', '.fingerprint .copy'],
  ['/more', 'More', '.entry'],
]

describe.skipIf(!hasChromium)('every page', () => {
  beforeAll(async () => {
    ;[app, chromium] = await Promise.all([startAppliance(), startChromium()])
    admin = await app.claim(claimCode)
    const server = await jellyfin.start()
    jellyfin.scenario('transcode-hdr', { user: 'maya', device: 'Living room TV' })
    await app.addJellyfin(admin, 'Attic', server)
    await app.person(admin, 'ines', 'member')
    window = await chromium.open()
    return async () => {
      await chromium.close()
      await Promise.all([app.kill(), jellyfin.stop(), engine?.stop()])
    }
  })

  test('the entrance is accessible and quiet', async () => {
    const { page, complaints } = window
    await page.goto(app.url)
    await title(page, 'Sign in').waitFor()
    expect(await findings(page)).toEqual([])
    expect(complaints).toEqual([])
    await signIn(page, app.url, owner)
  })

  test.each(pages)(
    '%s is accessible and quiet, and asks this box only',
    async (path, name, ready) => {
      const { page, complaints, asked } = window
      await page.setViewportSize({ width: 1280, height: 800 })
      await page.goto(app.url + path)
      await page.getByRole('heading', { level: 1, name }).waitFor({ state: 'attached' })
      await page.locator(`main ${ready}`).first().waitFor()
      expect(await findings(page)).toEqual([])
      expect(complaints).toEqual([])
      expect(asked.filter((url) => new URL(url).origin !== app.url && !url.startsWith('blob:'))).toEqual([])
    },
    60_000,
  )

  test.skipIf(!hasEngine)(
    'one container is accessible and quiet, on each of its tabs',
    async () => {
      engine = await startEngine({ network: false })
      await addContainer(engine, 'talker', { Cmd: ['sh', '-c', 'while :; do echo hello; sleep 1; done'] })
      const source = { kind: 'docker', name: 'Atlas', url: `unix://${engine.socketPath}`, credentials: {} }
      expect((await app.api('POST', '/sources', source, admin.token)).status).toBe(201)
      const { page, complaints } = window
      await page.setViewportSize({ width: 1280, height: 800 })
      await page.goto(`${app.url}/containers`)
      await page.getByRole('link', { name: 'talker' }).click()
      await page.getByRole('region', { name: 'Log of talker' }).waitFor()
      expect(await findings(page)).toEqual([])
      for (const tab of ['Log', 'Measurements', 'Details']) {
        await page.getByRole('button', { name: tab, exact: true }).click()
        await page.locator('main .section').first().waitFor()
        expect(await findings(page)).toEqual([])
      }
      expect(complaints).toEqual([])
    },
    90_000,
  )
})
