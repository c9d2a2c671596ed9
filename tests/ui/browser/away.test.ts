import { beforeAll, describe, expect, test } from 'vitest'
import { createJellyfinSimulator, type Started } from '../../simulators/jellyfin/index.ts'
import { type Appliance, claimCode, startAppliance, temporaryData } from '../../system/appliance.ts'
import { owner } from '../../system/client.ts'
import { type Chromium, hasChromium, startChromium, type Window } from './chromium.ts'
import { button, go, line, signIn, title } from './people.ts'

const banner = 'This page lost the box'
const jellyfin = createJellyfinSimulator({ seed: 72, serverName: 'Attic films', stopDelayMs: 0 })
const data = temporaryData()

let app: Appliance
let server: Started
let chromium: Chromium
let window: Window

const again = async () => {
  const { port } = app
  app = await startAppliance({ data: data.folder, env: { BELFRY_PORT: String(port) } })
}

describe.skipIf(!hasChromium)('a page', () => {
  beforeAll(async () => {
    ;[app, chromium, server] = await Promise.all([
      startAppliance({ data: data.folder }),
      startChromium(),
      jellyfin.start(),
    ])
    jellyfin.play({ user: 'maya', item: 'Metropolis', device: 'Living room TV' })
    await app.addJellyfin(await app.claim(claimCode), 'Attic', server)
    window = await chromium.open()
    await signIn(window.page, app.url, owner)
    await line(window.page, 'Metropolis').waitFor()
    return async () => {
      await chromium.close()
      await Promise.all([app.kill(), jellyfin.stop()])
      data.remove()
    }
  })

  test('says that the box is away, keeps the last lines with their age, and recovers by itself', async () => {
    const { page } = window
    await page.evaluate('document.documentElement.dataset.mine = "kept"')
    await app.kill()
    await page.getByText(banner).waitFor()
    await page.getByText(/What you see is of \d/).waitFor()
    await line(page, 'Metropolis')
      .getByText(/Playing when last seen at/)
      .waitFor()
    await line(page, 'Metropolis').getByText(/ago$/).waitFor()
    await button(line(page, 'Metropolis'), 'Actions for Metropolis').click()
    const end = page.getByRole('menuitem', { name: 'End session' })
    expect(await end.getAttribute('aria-disabled')).toBe('true')
    await page.keyboard.press('Escape')
    await again()
    await page.getByText(banner).waitFor({ state: 'detached', timeout: 40_000 })
    await line(page, 'Metropolis').getByText(/left$/).waitFor()
    await page.getByText(/^Live at/).waitFor()
    expect(await page.evaluate('document.documentElement.dataset.mine')).toBe('kept')
    expect(await page.getByLabel('Password').count()).toBe(0)
  }, 90_000)

  test('keeps and marks the lines of a source that dies, and takes them up when it is back', async () => {
    const { page } = window
    const attic = page.getByRole('region', { name: 'Attic' })
    await jellyfin.stop()
    await attic
      .getByText(/Unreachable/)
      .first()
      .waitFor({ timeout: 40_000 })
    await attic.getByText(/Playing when last seen at/).waitFor()
    await go(page, 'Sessions')
    await attic.getByText('The last answer came').waitFor()
    await line(page, 'Metropolis').waitFor()
    await jellyfin.start(Number(new URL(server.url).port))
    await button(attic, 'Try now').click()
    await attic
      .getByText(/Unreachable/)
      .first()
      .waitFor({ state: 'detached', timeout: 40_000 })
    await line(page, 'Metropolis').getByText(/left$/).waitFor()
  }, 90_000)

  test('opens from what the browser keeps while the box is away, and goes on when it is back', async () => {
    const { port } = app
    const local = await chromium.open()
    const { page } = local
    const url = `http://localhost:${port}`
    await page.goto(url)
    await title(page, 'Sign in').waitFor()
    await page.evaluate('navigator.serviceWorker.ready.then((it) => it.active.scriptURL)')
    await signIn(page, url, owner)
    await app.kill()
    await page.goto(`${url}/sessions`)
    await page.getByRole('heading', { name: 'The box cannot be reached' }).waitFor()
    await again()
    await title(page, 'Sessions').waitFor({ timeout: 40_000 })
    await local.close()
  }, 90_000)
})
