import { beforeAll, describe, expect, test } from 'vitest'
import { type Engine, startEngine } from '../../engines/engine.ts'
import { requirement } from '../../requirements.ts'
import { type Appliance, claimCode, startAppliance } from '../../system/appliance.ts'
import type { Signed } from '../../system/client.ts'
import { type Chromium, hasChromium, startChromium } from './chromium.ts'
import { addContainer } from './container.ts'
import { button, dialog, go, line, signIn, toast } from './people.ts'

const hasEngine = requirement('dockerd', 'a member who sees and stops their own container only, in a real browser')

let app: Appliance
let admin: Signed
let chromium: Chromium

describe.skipIf(!hasChromium)('the pages', () => {
  beforeAll(async () => {
    ;[app, chromium] = await Promise.all([startAppliance(), startChromium()])
    admin = await app.claim(claimCode)
    return async () => {
      await chromium.close()
      await app.kill()
    }
  })

  test('show support people what they may see, and say so when a link leads elsewhere', async () => {
    const sam = await app.person(admin, 'sam', 'support')
    const { page, close } = await chromium.open()
    await signIn(page, app.url, sam)
    const entries = page.getByRole('navigation', { name: /^(Main|House)$/ }).getByRole('link')
    await entries.first().waitFor()
    const offered = (await entries.allInnerTexts()).map((text) => text.trim().split('\n')[0])
    expect(offered).toEqual(expect.arrayContaining(['Now', 'Sessions']))
    for (const name of ['Containers', 'Sources', 'People', 'Audit', 'Settings', 'System'])
      expect(offered).not.toContain(name)
    for (const path of ['/people', '/people/new', '/settings', '/audit', '/containers', '/sources', '/sources/new']) {
      await page.goto(app.url + path)
      await page.getByRole('heading', { name: 'Not yours to see' }).waitFor()
    }
    await page.goto(`${app.url}/system`)
    await page.getByText('This page is for people who look after the box.').waitFor()
    await close()
  })

  describe.skipIf(!hasEngine)('with an engine', () => {
    let engine: Engine
    let ines: Signed
    beforeAll(async () => {
      ;[engine, ines] = await Promise.all([startEngine({ network: false }), app.person(admin, 'ines', 'member')])
      const sleeping = ['sh', '-c', 'trap "exit 0" TERM; while :; do sleep 1 & wait $!; done']
      await addContainer(engine, 'hers', { Cmd: sleeping, Labels: { 'belfry.owner': ines.id } })
      await addContainer(engine, 'nobodys', { Cmd: sleeping })
      const source = { kind: 'docker', name: 'Atlas', url: `unix://${engine.socketPath}`, credentials: {} }
      expect((await app.api('POST', '/sources', source, admin.token)).status).toBe(201)
      return () => engine.stop()
    })

    test('show a member their own container, which they may stop, and nothing of anybody else', async () => {
      const theirs = await app.api<{ items: { id: string; name: string }[] }>(
        'GET',
        '/containers',
        undefined,
        admin.token,
      )
      const other = theirs.body.items.find(({ name }) => name === 'nobodys')
      const { page, close } = await chromium.open()
      await signIn(page, app.url, ines)
      await line(page, 'hers').waitFor()
      await go(page, 'Containers')
      await page.getByRole('link', { name: 'hers' }).waitFor()
      expect(await page.locator('tbody tr').count()).toBe(1)
      await page.getByRole('link', { name: 'hers' }).click()
      await button(page, 'Stop').click()
      await button(dialog(page, 'Stop hers?'), 'Stop').click()
      await toast(page, 'Stopped hers').waitFor()
      expect(other).toBeDefined()
      await page.goto(`${app.url}/containers/${encodeURIComponent(other?.id ?? '')}`)
      await page.getByRole('heading', { name: 'Not yours to see' }).waitFor()
      expect(await page.getByText('nobodys').count()).toBe(0)
      await close()
    })
  })
})
