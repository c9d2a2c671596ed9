import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { type Appliance, claimCode, startAppliance } from '../../system/appliance.ts'
import { owner } from '../../system/client.ts'
import { type Chromium, hasChromium, startChromium } from './chromium.ts'
import { signIn, title } from './people.ts'

let app: Appliance
let chromium: Chromium
let url: string

describe.skipIf(!hasChromium)('over HTTPS with the box’s own authority', () => {
  beforeAll(async () => {
    ;[app, chromium] = await Promise.all([startAppliance({ env: { BELFRY_HTTPS_PORT: '0' } }), startChromium()])
    await app.claim(claimCode)
    const line = await app.line(({ msg }) => msg === 'listening')
    url = `https://localhost:${line?.['httpsPort']}`
    return async () => {
      await chromium.close()
      await app.kill()
    }
  })

  test('one signs in with a cookie that no script reads and that stays on HTTPS, and a reload stays signed in', async () => {
    const window = await chromium.open({ ignoreHTTPSErrors: true })
    const { page, context } = window
    await signIn(page, `${url}/me`, owner)
    await title(page, 'Me').waitFor()
    const cookies = await context.cookies(`${url}/api/v1/auth/refresh`)
    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toMatchObject({ secure: true, httpOnly: true, sameSite: 'Strict' })
    expect(await page.evaluate('isSecureContext')).toBe(true)
    await page.reload()
    await title(page, 'Me').waitFor()
    await page.getByRole('button', { name: 'Add a passkey' }).waitFor()
    // A service worker wants a certificate that is trusted, whatever the browser was told to overlook.
    expect(window.complaints.filter((text) => !text.includes('certificate error'))).toEqual([])
    await window.close()
  })

  test('the page that hands out the root certificate opens for anybody', async () => {
    const { page, close } = await chromium.open({ ignoreHTTPSErrors: true })
    await page.goto(`${url}/trust`)
    await title(page, 'Trust this box').waitFor()
    await page.locator('.fingerprint .copy').waitFor()
    await page.getByRole('button', { name: 'Linux' }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download as PEM' }).click()
    expect(readFileSync(await (await download).path(), 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----/)
    await close()
  })
})
