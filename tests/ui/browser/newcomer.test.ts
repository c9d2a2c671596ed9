import { beforeAll, describe, expect, test } from 'vitest'
import { type Engine, startEngine } from '../../engines/engine.ts'
import { requirement } from '../../requirements.ts'
import { createJellyfinSimulator } from '../../simulators/jellyfin/index.ts'
import { type Appliance, startAppliance } from '../../system/appliance.ts'
import { owner } from '../../system/client.ts'
import { type Chromium, hasChromium, startChromium, type Window } from './chromium.ts'
import { addContainer } from './container.ts'
import { button, dialog, go, line, title, toast } from './people.ts'

const hasEngine = requirement('dockerd', 'a newcomer who stops and starts a container in a real browser')
const jellyfin = createJellyfinSimulator({ seed: 71, serverName: 'Attic films', stopDelayMs: 0 })

let app: Appliance
let chromium: Chromium
let window: Window
let engine: Engine | null = null

describe.skipIf(!hasChromium)('a newcomer', () => {
  beforeAll(async () => {
    ;[app, chromium] = await Promise.all([startAppliance(), startChromium()])
    window = await chromium.open()
    return async () => {
      await chromium.close()
      await Promise.all([app.kill(), jellyfin.stop(), engine?.stop()])
    }
  })

  test('claims the box with its code and is in, with this machine’s vitals moving', async () => {
    const { page } = window
    await page.goto(app.url)
    await title(page, 'Claim this box').waitFor()
    await page.getByLabel('Code on its screen').fill('WRONG-WRONG-1')
    await page.getByLabel('Your name').fill(owner.username)
    await page.getByLabel('Password', { exact: true }).fill(owner.password)
    await button(page, 'Claim').click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Code on its screen').fill(app.claimCode ?? '')
    await button(page, 'Claim').click()
    await page.getByRole('link', { name: `${owner.username}, admin` }).waitFor()
    const vitals = page.getByRole('region', { name: 'This box' }).locator('.line')
    const read = async () => (await vitals.allInnerTexts()).join('\n')
    await vitals.filter({ hasText: 'Memory' }).waitFor()
    const first = await read()
    await expect.poll(read, { timeout: 30_000 }).not.toBe(first)
  })

  test('adds a media server after a test, sees what plays and ends it with a message', async () => {
    const { page } = window
    const { url, apiKey } = await jellyfin.start()
    const player = jellyfin.play({ user: 'maya', item: 'Metropolis', device: 'Living room TV' })
    await go(page, 'Sources')
    await page.getByRole('link', { name: 'Add a source' }).click()
    await title(page, 'Add a source').waitFor()
    await page.getByLabel('Address').fill(url)
    await page.getByLabel('API key').fill(apiKey)
    await page.getByLabel('Name', { exact: true }).fill('Attic')
    await button(page, 'Test').click()
    await page.getByRole('heading', { name: 'Attic films answers' }).waitFor()
    await button(page, 'Add it').click()
    await toast(page, 'Added Attic').waitFor()
    await go(page, 'Sessions')
    await page.getByRole('link', { name: 'Metropolis' }).click()
    await page.getByText('Direct play').first().waitFor()
    await button(page, 'End session').click()
    const question = dialog(page, 'End Metropolis for maya?')
    await question.getByLabel('Message').fill('Lights out in ten minutes.')
    await button(question, 'End session').click()
    await toast(page, 'Metropolis ended for maya').waitFor()
    await page.getByText('This session is over').waitFor()
    expect(jellyfin.messages(player.id).map(({ text }) => text)).toEqual(['Lights out in ten minutes.'])
    expect(jellyfin.peek(player.id)?.['NowPlayingItem'] ?? null).toBeNull()
  })

  test('is told that a player ignored the request, while it goes on', async () => {
    const { page } = window
    jellyfin.scenario('stuck-client', { user: 'theo' })
    await go(page, 'Sessions')
    await button(line(page, 'Nosferatu'), 'Actions for Nosferatu').click()
    await page.getByRole('menuitem', { name: 'End session' }).click()
    const question = dialog(page, 'End Nosferatu for theo?')
    await button(question, 'End session').click()
    await question.getByText('Ending Nosferatu').waitFor()
    await toast(page, 'Nosferatu still plays').waitFor({ timeout: 40_000 })
    await line(page, 'Nosferatu').waitFor()
  })

  test.skipIf(!hasEngine)(
    'stops and starts a container and reads along in its log',
    async () => {
      const { page } = window
      engine = await startEngine({ network: false })
      await addContainer(engine, 'metronome', {
        Cmd: ['sh', '-c', 'trap "exit 0" TERM; i=0; while :; do i=$((i+1)); echo tick $i; sleep 1 & wait $!; done'],
      })
      await go(page, 'Sources')
      await page.getByRole('link', { name: 'Add a source' }).click()
      await button(page, 'Docker').click()
      await page.getByLabel('Address').fill(`unix://${engine.socketPath}`)
      await page.getByLabel('Name', { exact: true }).fill('Atlas')
      await button(page, 'Test').click()
      await button(page, 'Add it').click()
      await toast(page, 'Added Atlas').waitFor()
      await go(page, 'Containers')
      await page.getByRole('link', { name: 'metronome' }).first().click()
      await title(page, 'metronome').waitFor()
      await button(page, 'Stop').click()
      await button(dialog(page, 'Stop metronome?'), 'Stop').click()
      await toast(page, 'Stopped metronome').waitFor({ timeout: 30_000 })
      await button(page, 'Start').click()
      await toast(page, 'Started metronome').waitFor()
      await button(page, 'Log').click()
      const log = page.getByRole('region', { name: 'Log of metronome' })
      const last = async () => Number((await log.locator('li').last().textContent())?.split('tick ')[1])
      await log
        .getByText(/tick \d/)
        .first()
        .waitFor()
      const before = await last()
      await expect.poll(last, { timeout: 20_000 }).toBeGreaterThan(before)
      const state = (await engine.api('GET', '/containers/metronome/json')).body as { State: { Running: boolean } }
      expect(state.State.Running).toBe(true)
    },
    90_000,
  )

  test('has seen no error on any of these pages, and nothing was asked of another machine', () => {
    const { complaints, asked } = window
    // The wrong code was refused: the browser notes that by itself.
    expect(complaints.filter((text) => !text.includes('/api/v1/claim'))).toEqual([])
    expect(asked.filter((url) => new URL(url).origin !== app.url && !url.startsWith('blob:'))).toEqual([])
  })
})
