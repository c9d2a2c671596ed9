import { beforeAll, describe, expect, test } from 'vitest'
import { createJellyfinSimulator } from '../../simulators/jellyfin/index.ts'
import { type Appliance, claimCode, startAppliance } from '../../system/appliance.ts'
import { owner } from '../../system/client.ts'
import { type Chromium, hasChromium, startChromium, type Window } from './chromium.ts'
import { button, dialog, line, title } from './people.ts'

const jellyfin = createJellyfinSimulator({ seed: 73, stopDelayMs: 0 })

let app: Appliance
let chromium: Chromium
let window: Window

/** What has the focus, by its name. */
const focused = () =>
  window.page.evaluate<string>(
    `(document.activeElement.getAttribute('aria-label') ?? document.activeElement.innerText ?? '').trim()`,
  )

describe.skipIf(!hasChromium)('with a keyboard alone', () => {
  beforeAll(async () => {
    ;[app, chromium] = await Promise.all([startAppliance(), startChromium()])
    const server = await jellyfin.start()
    jellyfin.play({ user: 'maya', item: 'Metropolis' })
    await app.addJellyfin(await app.claim(claimCode), 'Attic', server)
    window = await chromium.open()
    return async () => {
      await chromium.close()
      await Promise.all([app.kill(), jellyfin.stop()])
    }
  })

  test('one signs in, and skips to the content', async () => {
    const { page } = window
    await page.goto(app.url)
    await title(page, 'Sign in').waitFor()
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('username')
    await page.keyboard.type(owner.username)
    await page.keyboard.press('Tab')
    await page.keyboard.type(owner.password)
    await page.keyboard.press('Enter')
    await line(page, 'Metropolis').waitFor()
    await page.keyboard.press('Tab')
    const skip = page.getByRole('link', { name: 'Skip to content' })
    await expect.poll(focused).toBe('Skip to content')
    expect(await skip.isVisible()).toBe(true)
    await page.keyboard.press('Enter')
    expect(await page.evaluate('document.activeElement.id')).toBe('main')
  })

  test('one opens a menu, walks through it and leaves it, back where one was', async () => {
    const { page } = window
    const actions = button(page, 'Actions for Metropolis')
    await actions.focus()
    await page.keyboard.press('Enter')
    const item = (name: string) => page.getByRole('menuitem', { name })
    await item('Details').waitFor()
    await expect.poll(focused).toBe('Details')
    await page.keyboard.press('ArrowDown')
    await expect.poll(focused).toBe('End session')
    await page.keyboard.press('ArrowDown')
    await expect.poll(focused).toBe('Details')
    await page.keyboard.press('e')
    await expect.poll(focused).toBe('End session')
    await page.keyboard.press('Escape')
    await item('Details').waitFor({ state: 'detached' })
    await expect.poll(focused).toBe('Actions for Metropolis')
    expect(await actions.getAttribute('aria-expanded')).toBe('false')
  })

  test('a question keeps the focus inside, begins with the harmless answer, and gives it back', async () => {
    const { page } = window
    await button(page, 'Actions for Metropolis').focus()
    await page.keyboard.press('Enter')
    await expect.poll(focused).toBe('Details')
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    const question = dialog(page, 'End Metropolis for maya?')
    await question.waitFor()
    await expect.poll(focused).toBe('Keep playing')
    for (let turn = 0; turn < 6; turn += 1) {
      await page.keyboard.press('Tab')
      const inside = `document.activeElement === document.body || document.querySelector('dialog').contains(document.activeElement)`
      expect(await page.evaluate(inside)).toBe(true)
    }
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
    await expect.poll(focused).toBe('Actions for Metropolis')
    expect(jellyfin.past('stop')).toEqual([])
  })

  test('one goes to another page, and is told where one is', async () => {
    const { page } = window
    await page.getByRole('link', { name: /^Sessions/ }).focus()
    await page.keyboard.press('Enter')
    await title(page, 'Sessions').waitFor()
    await expect.poll(focused).toBe('Sessions')
    expect(await page.title()).toMatch(/^Sessions · /)
    const film = page.getByRole('link', { name: 'Metropolis' })
    await film.focus()
    await page.keyboard.press('Enter')
    await button(page, 'End session').waitFor()
    expect(await film.getAttribute('aria-expanded')).toBe('true')
  })
})
