import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type CDPSession, chromium, type Page } from 'playwright-core'
import { findProgram } from '../requirements.ts'
import { owner } from '../system/client.ts'

const quiet = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update']

export interface Browser {
  context: BrowserContext
  page: Page
  devtools: CDPSession
  close(): Promise<void>
}

/** Chromium with a profile of its own, which goes with it; null where there is none. */
export const openBrowser = async (): Promise<Browser | null> => {
  const executablePath = findProgram('chromium')
  if (!executablePath) return null
  const profile = mkdtempSync(join(tmpdir(), 'belfry-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: [...quiet, '--disable-sync', '--no-first-run'],
    viewport: { width: 1280, height: 800 },
  })
  const page = context.pages()[0] ?? (await context.newPage())
  return {
    context,
    page,
    devtools: await context.newCDPSession(page),
    close: async () => {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

/** Usable: the sentence stands as the headline, and the first line below it is drawn. */
const usable = `
  /\\w+\\.$/.test(document.querySelector('main h1')?.textContent?.trim() ?? '') &&
  (document.querySelector('main .line .line-name')?.textContent ?? '') !== ''
`

/** Makes every page write down when it became usable, counted from the start of its navigation. */
export const watchUsable = (page: Page): Promise<unknown> =>
  page.addInitScript(`
    (() => {
      const observer = new MutationObserver(() => {
        if (globalThis.usableAt !== undefined || !(${usable})) return
        observer.disconnect()
        requestAnimationFrame(() => requestAnimationFrame(() => { globalThis.usableAt = performance.now() }))
      })
      observer.observe(document, { subtree: true, childList: true, characterData: true })
    })()
  `)

/** Ms from the start of the navigation until the page was usable and painted. */
export const usableAt = async (page: Page): Promise<number> => {
  const handle = await page.waitForFunction('globalThis.usableAt', undefined, { polling: 50, timeout: 60_000 })
  return Number(await handle.jsonValue())
}

/** Signs the owner in through the page. */
export const signInByPage = async (page: Page, url: string): Promise<void> => {
  await page.goto(url)
  await page.fill('#username', owner.username)
  await page.fill('#password', owner.password)
  await page.click('button[type=submit]')
}
