import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { chromium, type Page } from 'playwright-core'
import { startEngine } from '../engines/engine.ts'
import { account, startDemo } from './demo.ts'

const folder = join(import.meta.dirname, '../../ui/pictures')
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
]

/** What a home may run, out of one small image. */
const household: [name: string, script: string, host: object][] = [
  [
    'photos',
    'while true; do i=0; while [ $i -lt 90000 ]; do i=$((i+1)); done; sleep 1; done',
    { Memory: 512e6, NanoCpus: 1e9 },
  ],
  ['grafana', 'sleep 9999', { Memory: 256e6, NanoCpus: 5e8 }],
  ['backup', 'i=0; while true; do i=$((i+1)); echo "snapshot $i: 412 files, $((i * 37)) MB"; sleep 1; done', {}],
  ['nightly-import', 'echo 1,204 rows; exit 0', {}],
  ['wiki', 'httpd -f -p 80', { Memory: 256e6 }],
]

const fill = async (engine: Awaited<ReturnType<typeof startEngine>>) => {
  const image = await engine.importBusybox()
  for (const [name, script, host] of household) {
    const body = { Image: image, Cmd: ['sh', '-c', script], HostConfig: host }
    const made = await engine.api('POST', `/containers/create?name=${name}`, body)
    await engine.api('POST', `/containers/${(made.body as { Id: string }).Id}/start`)
  }
}

const signIn = async (page: Page, url: string) => {
  await page.goto(url)
  await page.getByLabel('Name').fill(account.username)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Now' }).waitFor({ state: 'attached' })
}

const take = async (
  url: string,
  name: string,
  path: string,
  look: { width: number; height: number; theme: 'light' | 'dark' },
) => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: quiet })
  const { width, height, theme } = look
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: theme,
    deviceScaleFactor: width < 500 ? 2 : 1,
  })
  await signIn(page, url)
  await page.goto(url + path)
  await pause(60_000)
  await page.screenshot({ path: join(folder, `${name}.png`) })
  await browser.close()
}

const engine = await startEngine()
const demo = await startDemo({ ...process.env, BELFRY_PORT: '0', BELFRY_DISCOVERY: 'off' })
try {
  mkdirSync(folder, { recursive: true })
  await fill(engine)
  const { accessToken } = (await (
    await fetch(`${demo.url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(account),
    })
  ).json()) as { accessToken: string }
  await fetch(`${demo.url}/api/v1/sources`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ kind: 'docker', name: 'atlas', url: `unix://${engine.socketPath}` }),
  })
  await Promise.all([
    take(demo.url, 'now-light', '/', { width: 1280, height: 960, theme: 'light' }),
    take(demo.url, 'now-phone', '/', { width: 390, height: 844, theme: 'dark' }),
    take(demo.url, 'containers-dark', '/containers', { width: 1280, height: 844, theme: 'dark' }),
  ])
} finally {
  await demo.stop()
  await engine.stop()
}
