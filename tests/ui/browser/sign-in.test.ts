import { TOTP } from 'otpauth'
import type { Page } from 'playwright-core'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Appliance, claimCode, startAppliance } from '../../system/appliance.ts'
import { owner, type Signed } from '../../system/client.ts'
import { type Chromium, hasChromium, startChromium, type Window } from './chromium.ts'
import { button, dialog, enter, signIn, title, toast } from './people.ts'

const stepMs = 30_000

let app: Appliance
let admin: Signed
let chromium: Chromium
let window: Window

/** The app's code of this step or of the one after. The box takes both, each once, also when the step ends meanwhile. */
const codeOf = (secret: string | null, step: 0 | 1) =>
  new TOTP({ secret: secret?.replaceAll(' ', '') ?? '', algorithm: 'SHA1', digits: 6, period: 30 }).generate({
    timestamp: Date.now() + step * stepMs,
  })

const me = async (page: Page) => {
  await page.locator('.box a[href="/me"]').click()
  await title(page, 'Me').waitFor()
}

const signOut = async (page: Page) => {
  await me(page)
  await button(page, 'Sign out').click()
  await title(page, 'Sign in').waitFor()
}

describe.skipIf(!hasChromium)('signing in', () => {
  beforeAll(async () => {
    ;[app, chromium] = await Promise.all([startAppliance(), startChromium()])
    admin = await app.claim(claimCode)
    return async () => {
      await chromium.close()
      await app.kill()
    }
  })
  beforeEach(async () => {
    window = await chromium.open()
    return () => window.close()
  })

  test('a wrong password is refused with a sentence, and the right one opens the page that was asked for', async () => {
    const { page } = window
    await page.goto(`${app.url}/audit?outcome=failure`)
    await title(page, 'Sign in').waitFor()
    await enter(page, { ...owner, password: 'not the one' })
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Password', { exact: true }).fill(owner.password)
    await button(page, 'Sign in').click()
    await title(page, 'Audit').waitFor()
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/audit?outcome=failure')
    await signOut(page)
    await page.goto(`${app.url}/people`)
    await title(page, 'Sign in').waitFor()
  })

  test('an account made by an admin chooses its own password before anything else', async () => {
    const { page } = window
    await signIn(page, app.url, owner)
    await page.goto(`${app.url}/people/new`)
    await page.getByLabel('Name to sign in with').fill('Ines')
    await page.getByRole('radio', { name: /^Support/ }).check()
    await button(page, 'Make the account').click()
    const handover = dialog(page, 'Ines can come in')
    const given = await handover.locator('.once .mono').textContent()
    await button(handover, 'I have handed it over').click()
    const other = await chromium.open()
    await other.page.goto(`${app.url}/sessions`)
    await enter(other.page, { username: 'ines', password: given ?? '' })
    await title(other.page, 'A password of your own').waitFor()
    await other.page.getByLabel('The one you were given').fill(given ?? '')
    await other.page.getByLabel('Your own').fill('four walls and a door')
    await button(other.page, 'Change it').click()
    await title(other.page, 'Sessions').waitFor()
    await other.close()
  })

  test('an authenticator app is set up from its picture, and then asked for; a recovery code does as well', async () => {
    const { page } = window
    await app.person(admin, 'theo', 'staff')
    await signIn(page, app.url, { username: 'theo', password: 'chosen by theo' })
    await me(page)
    await button(page, 'Set it up').click()
    const setUp = dialog(page, 'Set an authenticator app up')
    await setUp
      .getByRole('img', { name: 'Code for your authenticator app' })
      .locator('path')
      .waitFor({ state: 'attached' })
    const secret = await setUp.locator('.copy .mono').textContent()
    await setUp.getByLabel('First code').fill('000000')
    await button(setUp, 'Switch it on').click()
    await setUp.getByRole('alert').waitFor()
    const first = codeOf(secret, 0)
    await setUp.getByLabel('First code').fill(first)
    await button(setUp, 'Switch it on').click()
    const kept = dialog(page, 'The app works. Keep these, too')
    await kept.locator('.codes li').first().waitFor()
    const codes = await kept.locator('.codes li').allInnerTexts()
    expect(codes).toHaveLength(10)
    await button(kept, 'I have kept them').click()
    await page.getByText('Ten recovery codes left.').waitFor()

    await signOut(page)
    await enter(page, { username: 'theo', password: 'chosen by theo' })
    await title(page, 'One more proof').waitFor()
    await page.getByLabel('Code of your app').fill(first)
    await button(page, 'Sign in').click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Code of your app').fill(codeOf(secret, 1))
    await button(page, 'Sign in').click()
    await title(page, 'Me').waitFor()

    await signOut(page)
    await enter(page, { username: 'theo', password: 'chosen by theo' })
    await button(page, 'Use a recovery code').click()
    await page.getByLabel('Recovery code').fill(codes[0] ?? '')
    await button(page, 'Sign in').click()
    await title(page, 'Me').waitFor()
    await page.getByText('Nine recovery codes left.').waitFor()
  })

  test('a passkey is added and signs in by itself, where the host has a name', async () => {
    const { page, context } = window
    const url = `http://localhost:${app.port}`
    await app.person(admin, 'ada', 'staff')
    const devtools = await context.newCDPSession(page)
    await devtools.send('WebAuthn.enable')
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        ...{ protocol: 'ctap2', transport: 'internal', automaticPresenceSimulation: true },
        ...{ hasResidentKey: true, hasUserVerification: true, isUserVerified: true },
      },
    })
    await signIn(page, url, { username: 'ada', password: 'chosen by ada' })
    await me(page)
    await button(page, 'Add a passkey').click()
    const adding = dialog(page, 'Add a passkey')
    await adding.getByLabel('Its name').fill('My key')
    await button(adding, 'Add it').click()
    await toast(page, 'My key is a passkey now').waitFor()
    await button(dialog(page, 'The passkey works. Keep these, too'), 'I have kept them').click()
    await page.getByRole('table', { name: 'Your passkeys' }).getByText('My key').waitFor()
    await signOut(page)
    await button(page, 'Use a passkey').click()
    await title(page, 'Me').waitFor()
    await page.getByText(/^ada, staff$/).waitFor()
  })

  test('where the host has no name, passkeys are not offered and it says why', async () => {
    const { page } = window
    await page.goto(app.url)
    await title(page, 'Sign in').waitFor()
    expect(await button(page, 'Use a passkey').count()).toBe(0)
    await enter(page, owner)
    await me(page)
    await page.getByText('Passkeys need a host name').waitFor()
  })
})
