import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { vi } from 'vitest'
import { findProgram, requirement } from '../../requirements.ts'

export const hasChromium = requirement('chromium', 'every page, used in a real browser')

const quiet = [
  ...['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  ...['--disable-sync', '--no-first-run'],
]

/** A browser as it is before anybody used it, with one page open. */
export interface Window {
  context: BrowserContext
  page: Page
  /** What the page said went wrong: errors of the console, of scripts, and of the content policy. */
  complaints: string[]
  /** Every address the page asked for. */
  asked: string[]
  close(): Promise<void>
}

export interface Chromium {
  browser: Browser
  open(options?: BrowserContextOptions): Promise<Window>
  close(): Promise<void>
}

const patienceMs = 20_000
// A test here is a walk of many steps, each with a patience of its own.
vi.setConfig({ testTimeout: 60_000 })

const openWindow = async (browser: Browser, options: BrowserContextOptions): Promise<Window> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })
  context.setDefaultTimeout(patienceMs)
  const complaints: string[] = []
  const asked: string[] = []
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`${message.text()} (${message.location().url})`)
  })
  context.on('weberror', (error) => complaints.push(String(error.error())))
  context.on('request', (request) => asked.push(request.url()))
  await context.addInitScript(`
    addEventListener('securitypolicyviolation', (event) =>
      console.error('content policy: ' + event.violatedDirective + ' ' + event.blockedURI))
  `)
  return { context, page: await context.newPage(), complaints, asked, close: () => context.close() }
}

/** Chromium with a profile of its own, which goes with it. */
export const startChromium = async (): Promise<Chromium> => {
  const executablePath = findProgram('chromium')
  if (!executablePath) throw new Error('chromium is missing.')
  const browser = await chromium.launch({ executablePath, args: quiet })
  return { browser, open: (options = {}) => openWindow(browser, options), close: () => browser.close() }
}
