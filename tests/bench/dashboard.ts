import { type Bare, startBare } from './bare.ts'
import { type Browser, openBrowser, signInByPage, watchUsable } from './browser.ts'
import { type Effort, type Figure, inKilobytes, quantile } from './figure.ts'
import { createHome, type Home } from './home.ts'

const counted = new Set(['document', 'script', 'stylesheet'])

/** What the page itself asked for, in bytes as they came over the wire and as they are. */
const countTransfers = ({ page }: Browser) => {
  const sums = { wire: 0, plain: 0, files: 0 }
  const reading: Promise<unknown>[] = []
  page.on('response', (answer) => {
    if (!counted.has(answer.request().resourceType())) return
    reading.push(
      (async () => {
        const wire = Number((await answer.allHeaders())['content-length'] ?? 0)
        sums.wire += wire
        sums.plain += (await answer.body()).length
        sums.files += 1
      })(),
    )
  })
  return async () => {
    await Promise.all(reading)
    return sums
  }
}

type Watch = Awaited<ReturnType<typeof watchUsable>>

const firstLoad = async (browser: Browser, watch: Watch, { app }: Home): Promise<Figure> => {
  const transfers = countTransfers(browser)
  await signInByPage(browser.page, app.url)
  await watch.next()
  const { wire, plain, files } = await transfers()
  return {
    name: 'first load: sign-in and Now',
    value: inKilobytes(wire),
    unit: 'kB',
    budget: 60,
    reference: { what: 'the same, not compressed', value: inKilobytes(plain) },
    more: { files },
  }
}

const forgetCache = async ({ devtools }: Browser, url: string) => {
  await devtools.send('Network.clearBrowserCache')
  await devtools.send('Storage.clearDataForOrigin', { origin: url, storageTypes: 'service_workers,cache_storage' })
}

/** Opens the page again and again: signed in already, with or without what the browser keeps. */
const reopen = async (o: {
  browser: Browser
  watch: Watch
  url: string
  isCold: boolean
  times: number
}): Promise<number[]> => {
  const { browser, watch, url, isCold, times } = o
  const sample: number[] = []
  for (let round = 0; round < times; round += 1) {
    await browser.page.goto('about:blank')
    if (isCold) await forgetCache(browser, url)
    await browser.page.goto(url)
    sample.push(await watch.next())
  }
  return sample
}

const referenceOf = async (browser: Browser, bare: Bare): Promise<number> => {
  const sample: number[] = []
  for (let round = 0; round < 5; round += 1) {
    await browser.page.goto(bare.url)
    sample.push(await usableBare(browser))
  }
  return quantile(sample, 0.5)
}

const usableBare = ({ page }: Browser): Promise<number> =>
  page.evaluate<number>(`new Promise((resolve) => {
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.getEntriesByType('paint').at(-1).startTime)))
  })`)

/** Bytes of the first load, and the time until the page Now can be used on a slow machine. */
export const dashboard = async ({ short }: Effort): Promise<Figure[]> => {
  const browser = await openBrowser()
  if (!browser) return []
  const home = await createHome({ servers: 3, playing: 3 })
  const bare = await startBare()
  try {
    const watch = await watchUsable(browser.page)
    const load = await firstLoad(browser, watch, home)
    await browser.devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 })
    const times = short ? 3 : 9
    const cold = await reopen({ browser, watch, url: home.app.url, isCold: true, times })
    const warm = await reopen({ browser, watch, url: home.app.url, isCold: false, times })
    const reference = { what: 'a bare page, first paint', value: await referenceOf(browser, bare) }
    const figure = (name: string, sample: number[]): Figure => ({
      ...{ name, value: quantile(sample, 0.5), unit: 'ms', budget: 1500, reference },
      more: { max: quantile(sample, 1), times },
    })
    return [load, figure('Now usable, 4x slower, nothing cached', cold), figure('Now usable, 4x slower, cached', warm)]
  } finally {
    await browser.close()
    await bare.stop()
    await home.end()
  }
}
