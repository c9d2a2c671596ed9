import http from 'node:http'
import type { LiveReader } from '../system/live.ts'
import { startBare } from './bare.ts'
import { type Effort, type Figure, spread } from './figure.ts'
import { createHome, forSeconds, type Home } from './home.ts'

const dashboards = 20
const everyMs = 500
const paths = ['/sessions', '/sources', '/bandwidth', '/containers', '/system', '/settings', '/me']

/** One GET on a connection that stays open: how long until the whole answer is there, in ms. */
const timed = (agent: http.Agent, url: string, token: string | null): Promise<number> =>
  new Promise((resolve, reject) => {
    const from = performance.now()
    const headers = token ? { authorization: `Bearer ${token}` } : {}
    const request = http.get(url, { agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => {
        if (answer.statusCode === 200) resolve(performance.now() - from)
        else reject(new Error(`${url} answered ${answer.statusCode}.`))
      })
    })
    request.once('error', reject)
  })

/** Twenty clients that each ask twice a second, out of step with each other. */
const poll = async (urlOf: (turn: number) => string, tokens: readonly string[], seconds: number): Promise<number[]> => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: dashboards })
  const sample: number[] = []
  const until = performance.now() + seconds * 1000
  const client = async (index: number) => {
    await forSeconds((index / dashboards) * (everyMs / 1000))
    for (let turn = index; performance.now() < until; turn += 1) {
      const from = performance.now()
      sample.push(await timed(agent, urlOf(turn), tokens[index % tokens.length] ?? null))
      await forSeconds(Math.max(0, everyMs - (performance.now() - from)) / 1000)
    }
  }
  await Promise.all(Array.from({ length: dashboards }, (_, index) => client(index)))
  agent.destroy()
  return sample
}

const pollApi = ({ app }: Home, tokens: readonly string[], seconds: number) =>
  poll((turn) => `${app.url}/api/v1${paths[turn % paths.length]}`, tokens, seconds)

/** A person may ask 600 times a minute, so several share the work. */
const tokensOf = async ({ app, owner }: Home): Promise<string[]> => {
  const more = []
  for (const name of ['Sam', 'Mia', 'Tom', 'Eva', 'Ben']) more.push(await app.person(owner, name, 'admin'))
  return [owner, ...more].map(({ token }) => token)
}

const addEngine = async ({ app, owner }: Home) => {
  const socket = process.env['BELFRY_BENCH_DOCKER'] ?? 'unix:///var/run/docker.sock'
  const body = { kind: 'docker', name: 'Engine', url: socket, credentials: {} }
  const { body: tried } = await app.api<{ ok: boolean }>('POST', '/sources/test', body, owner.token)
  if (tried.ok) await app.api('POST', '/sources', body, owner.token)
  return tried.ok
}

const hangOne = async ({ app, owner, servers }: Home): Promise<void> => {
  const [first] = servers
  if (!first) return
  const live = await app.live(owner.token)
  const away = live.next('source:status', ({ id, status }) => id === first.sourceId && status.state !== 'ok')
  first.faults.set('hang')
  first.sockets.drop()
  await Promise.all([away, app.api('POST', `/sources/${first.sourceId}/refresh`, undefined, owner.token)])
  await live.close()
}

/** Latency of the API under twenty open dashboards, then again while one source hangs. */
export const api = async ({ short }: Effort): Promise<Figure[]> => {
  const seconds = short ? 8 : 40
  const home = await createHome({ servers: 3, lively: true })
  const tokens = await tokensOf(home)
  const hasEngine = await addEngine(home)
  const readers: LiveReader[] = []
  for (let index = 0; index < dashboards; index += 1) {
    readers.push(await home.app.live(tokens[index % tokens.length] ?? ''))
  }
  const bare = await startBare()
  await pollApi(home, tokens, 3)
  const floor = spread(await poll(() => bare.url.concat('/items'), tokens, seconds))
  const calm = spread(await pollApi(home, tokens, seconds))
  await hangOne(home)
  const hanging = spread(await pollApi(home, tokens, seconds))
  for (const reader of readers) await reader.close()
  await bare.stop()
  await home.end()
  const reference = { what: 'bare node:http, p95', value: floor.p95 }
  const figure = (name: string, { p95, ...more }: ReturnType<typeof spread>): Figure => ({
    ...{ name, value: p95, unit: 'ms', budget: 50, reference },
    more: { ...more, engines: hasEngine ? 1 : 0 },
  })
  return [figure('API p95, 20 dashboards', calm), figure('API p95, 20 dashboards, one source hangs', hanging)]
}
