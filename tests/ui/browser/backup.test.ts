import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Appliance, claimCode, startAppliance } from '../../system/appliance.ts'
import { owner, type Signed } from '../../system/client.ts'
import { type Chromium, hasChromium, startChromium } from './chromium.ts'
import { button, dialog, enter, signIn, title, toast } from './people.ts'

let app: Appliance
let admin: Signed
let chromium: Chromium

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe.skipIf(!hasChromium)('a backup', () => {
  beforeAll(async () => {
    // The box starts again under its own address, so that has to be a port of its own.
    const port = await freePort()
    ;[app, chromium] = await Promise.all([startAppliance({ env: { BELFRY_PORT: String(port) } }), startChromium()])
    admin = await app.claim(claimCode)
    return async () => {
      await chromium.close()
      await app.kill()
    }
  })

  test('is made and gone back to on the page, which comes back by itself and asks to sign in', async () => {
    const { page, close } = await chromium.open()
    await signIn(page, `${app.url}/system`, owner)
    await title(page, 'This box').waitFor()
    await button(page, 'Make a backup').click()
    await toast(page, 'Made a backup').waitFor()
    const made = await app.api(
      'POST',
      '/users',
      { username: 'late', password: 'came after it', role: 'support' },
      admin.token,
    )
    expect(made.status).toBe(201)
    const table = page.getByRole('table', { name: 'Backups' })
    await table
      .getByRole('button', { name: /^More for/ })
      .first()
      .click()
    await page.getByRole('menuitem', { name: 'Restore' }).click()
    const question = dialog(page, /^Go back to the backup of/)
    await question.getByText('Everybody signs in again').waitFor()
    await button(question, 'Go back').click()
    await title(page, 'Sign in').waitFor({ timeout: 60_000 })
    await enter(page, owner)
    await title(page, 'This box').waitFor()
    await page.goto(`${app.url}/people`)
    await title(page, 'People').waitFor()
    await page.getByRole('link', { name: owner.username }).first().waitFor()
    expect(await page.getByText('late', { exact: true }).count()).toBe(0)
    await close()
  }, 120_000)
})
