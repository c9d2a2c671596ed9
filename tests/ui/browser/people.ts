import type { Locator, Page } from 'playwright-core'

/** Who signs in. */
export interface Known {
  username: string
  password: string
}

/** Fills the form that is open in and sends it. What comes of it is not waited for. */
export const enter = async (page: Page, { username, password }: Known): Promise<void> => {
  await page.getByLabel('Name', { exact: true }).fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Signs in at `url` and waits until the pages are there. */
export const signIn = async (page: Page, url: string, known: Known): Promise<void> => {
  await page.goto(url)
  await enter(page, known)
  await page.locator('.shell main h1').waitFor({ state: 'attached' })
}

export const title = (page: Page, name: string): Locator => page.getByRole('heading', { level: 1, name })

/** The line or row of one thing. */
export const line = (page: Page, name: string): Locator => page.locator('li.line, tbody tr').filter({ hasText: name })

export const toast = (page: Page, text: string | RegExp): Locator => page.locator('.toast').filter({ hasText: text })

export const button = (within: Page | Locator, name: string): Locator =>
  within.getByRole('button', { name, exact: true })

export const dialog = (page: Page, name: string | RegExp): Locator => page.getByRole('dialog', { name })

/** Goes to a page by the entry of the rail, whose name ends with what it counts. */
export const go = async (page: Page, name: string): Promise<void> => {
  const rail = page.getByRole('navigation', { name: /^(Main|House)$/ })
  await rail.getByRole('link', { name: new RegExp(`^${name}`) }).click()
  await title(page, name).waitFor()
}
