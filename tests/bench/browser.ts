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
    handleSIGTERM: false,
    handleSIGINT: false,
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
  !/^(Asking the box\\.)?$/.test(document.querySelector('main .sentence')?.textContent ?? '') &&
  (document.querySelector('main .line .line-name')?.textContent ?? '') !== ''
`

/** Tells of every page when it became usable, in ms from the start of its navigation. The page's policy forbids eval, so it reports by itself. */
export const watchUsable = async (page: Page): Promise<{ next(): Promise<number> }> => {
  let became = Promise.withResolvers<number>()
  await page.exposeFunction('becameUsable', (at: number) => became.resolve(at))
  await page.addInitScript(`
    (() => {
      let told = false
      const observer = new MutationObserver(() => {
        if (told || !(${usable})) return
        told = true
        observer.disconnect()
        requestAnimationFrame(() => requestAnimationFrame(() => becameUsable(performance.now())))
      })
      observer.observe(document, { subtree: true, childList: true, characterData: true })
    })()
  `)
  return {
    next: async () => {
      const at = await became.promise
      became = Promise.withResolvers<number>()
      return at
    },
  }
}

/** Signs the owner in through the page. */
export const signInByPage = async (page: Page, url: string): Promise<void> => {
  await page.goto(url)
  await page.fill('#username', owner.username)
  await page.fill('#password', owner.password)
  await page.click('button[type=submit]')
}
