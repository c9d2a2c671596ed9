import { type Browser, openBrowser, signInByPage, watchUsable } from './browser.ts'
import { type Effort, type Figure, spread } from './figure.ts'
import { createHome, forSeconds, type Home } from './home.ts'

interface Player {
  home: Home
  toggle(): 'paused' | 'playing'
}

const createPlayer = (home: Home): Player => {
  const [server] = home.servers
  const [session] = home.servers[0]?.catalogue
    ? [server?.play({ user: 'ada', item: 'Nosferatu', device: 'Probe' })]
    : []
  if (!server || !session) throw new Error('There is nobody to press pause.')
  let isPaused = false
  return {
    home,
    toggle: () => {
      isPaused = !isPaused
      if (isPaused) server.pause(session.id)
      else server.resume(session.id)
      return isPaused ? 'paused' : 'playing'
    },
  }
}

/** From the change at the server to the frame at a reader of the WebSocket. */
const toFrame = async ({ home: { app, owner }, toggle }: Player, times: number): Promise<number[]> => {
  const live = await app.live(owner.token)
  const sample: number[] = []
  for (let round = 0; round < times; round += 1) {
    const from = performance.now()
    const wanted = toggle()
    await live.next('session:changed', ({ state, title }) => title === 'Nosferatu' && state === wanted)
    sample.push(performance.now() - from)
    await forSeconds(0.2)
  }
  await live.close()
  return sample
}

/** Watches the line of that title and says when its words turn to or from a pause, on the machine's own clock. */
const watchLine = `
  (() => {
    let was = null
    const look = () => {
      for (const line of document.querySelectorAll('main .line')) {
        if (!line.textContent.includes('Nosferatu')) continue
        const is = /paused/i.test(line.textContent) ? 'paused' : 'playing'
        if (is !== was) { was = is; globalThis.lineTurned(is, performance.timeOrigin + performance.now()) }
      }
    }
    new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
    look()
  })()
`

/** From the change at the server to the changed line in the page. */
const toPage = async ({ page }: Browser, { home, toggle }: Player, times: number): Promise<number[]> => {
  let turned = Promise.withResolvers<number>()
  let wanted = 'playing'
  await page.exposeFunction('lineTurned', (state: string, at: number) => {
    if (state === wanted) turned.resolve(at)
  })
  const watch = await watchUsable(page)
  await signInByPage(page, home.app.url)
  await watch.next()
  await page.evaluate(watchLine)
  await turned.promise
  const sample: number[] = []
  for (let round = 0; round < times; round += 1) {
    turned = Promise.withResolvers<number>()
    const from = performance.timeOrigin + performance.now()
    wanted = toggle()
    sample.push((await turned.promise) - from)
    await forSeconds(0.2)
  }
  return sample
}

/** A pause at the media server, until somebody can see it. */
export const events = async ({ short }: Effort): Promise<Figure[]> => {
  const times = short ? 12 : 60
  const home = await createHome({ servers: 3, playing: 3 })
  const player = createPlayer(home)
  const frames = spread(await toFrame(player, times * 2))
  const browser = await openBrowser()
  try {
    const page = browser && spread(await toPage(browser, player, times))
    const figure = (name: string, { p95, ...more }: ReturnType<typeof spread>, reference: Figure['reference']) =>
      ({ name, value: p95, unit: 'ms', budget: 300, reference, more }) satisfies Figure
    return [
      figure('media event to WebSocket, p95', frames, null),
      ...(page
        ? [figure('media event to the page, p95', page, { what: 'to the WebSocket, p95', value: frames.p95 })]
        : []),
    ]
  } finally {
    await browser?.close()
    await home.end()
  }
}
