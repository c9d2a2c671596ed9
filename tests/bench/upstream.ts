import { type Effort, type Figure, round } from './figure.ts'
import { createHome, forSeconds } from './home.ts'

/** Calls to each media server while somebody watches there and nothing else happens. */
export const upstream = async ({ short }: Effort): Promise<Figure[]> => {
  const seconds = short ? 90 : 240
  const home = await createHome({ servers: 3, playing: 2 })
  await forSeconds(5)
  for (const { requests } of home.servers) requests.reset()
  await forSeconds(seconds)
  const calls = home.servers.map(({ requests }) => requests.count())
  const paths = new Set(home.servers.flatMap(({ requests }) => requests.list().map(({ path }) => path)))
  await home.end()
  const perMinute = calls.map((count) => (count * 60) / seconds)
  return [
    {
      name: 'calls to a media server while nothing changes',
      value: round(Math.max(...perMinute)),
      unit: 'calls/min',
      // One safety poll a minute; its jitter can put one more into the window.
      budget: round(1 + 60 / seconds),
      reference: { what: 'a poll every 5 s', value: 12 },
      more: { servers: calls.length, calls: calls.reduce((sum, count) => sum + count, 0), paths: paths.size },
    },
  ]
}
