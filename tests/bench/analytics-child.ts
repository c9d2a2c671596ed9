import { createAnalytics } from '../../appliance/media/analytics/index.ts'
import type { Reads } from '../../appliance/media/analytics/store.ts'
import { createHistory } from '../../appliance/media/history/index.ts'
import { createReader } from '../../appliance/store/reader.ts'

/** Asks everything that the pages ask of the database of its first argument, and says how long each took (ms). */
const [, , path = '', at = '0'] = process.argv
const reader = createReader(path)
const now = () => Number(at)
const analytics = createAnalytics({ reads: reader, now, timeZone: () => 'Europe/Vienna' })
const viewersNamed = (name: string) => [Number(name)]
const history = createHistory({ reads: reader, viewersNamed })
const sources = [1, 2, 3, 4, 5, 6]
const dimensions = ['viewer', 'movie', 'show', 'library', 'device', 'client'] as const
const ranges = ['24h', '7d', '30d', '180d', '365d'] as const

const took: Record<string, number[]> = {}
const timed = async (name: string, ask: () => Promise<unknown>) => {
  const from = performance.now()
  await ask()
  took[name] = [...(took[name] ?? []), performance.now() - from]
}

const monthWatch = async (reads: Reads) =>
  reads.all(
    `SELECT i.title, count(*), sum(p.played_ms) AS played FROM plays p JOIN play_facets f ON f.id = p.facet
      JOIN play_items i ON i.id = p.item WHERE f.media_type = 'movie' AND p.started_at >= ?
      GROUP BY 1 ORDER BY played DESC LIMIT 100`,
    [now() - 365 * 24 * 3600_000],
  )

// What the appliance holds anyway: the thread that reads, and the names of the time zones.
await reader.all('SELECT 1')
new Intl.DateTimeFormat('en', { timeZone: 'Europe/Vienna' }).formatToParts(now())
const before = process.memoryUsage.rss()
for (let round = 0; round < 3; round++) {
  for (const range of ranges) {
    for (const dimension of dimensions) {
      await timed(`${dimension} ${range}`, () =>
        analytics.ranking(dimension, { range, limit: 100, by: 'time' }, sources),
      )
    }
    await timed(`summary ${range}`, () => analytics.summary(range, sources))
    await timed(`activity ${range}`, () => analytics.activity(range, sources))
  }
  const asks: Record<string, [Parameters<typeof history.page>[0], number[] | null]> = {
    'history newest': [{ limit: 100 }, null],
    'history of one source': [{ limit: 100, sourceId: 'server-2' }, [7, 8, 9, 10, 11, 12]],
    'history of one facet': [{ limit: 100 }, [3]],
    'history of half of the facets': [{ limit: 100 }, Array.from({ length: 18 }, (_, i) => i * 2 + 1)],
    'history of a busy viewer': [{ limit: 100, viewer: '1' }, null],
    'history of a rare viewer': [{ limit: 100, viewer: '200' }, [31, 32]],
    'history of common words': [{ limit: 100, q: 'show' }, null],
    'history of rare words': [{ limit: 100, q: 'film 3999' }, null],
    'history of no words': [{ limit: 100, q: 'nothing of this name' }, null],
  }
  for (const [name, [query, facets]] of Object.entries(asks)) {
    await timed(name, () => history.page(query, facets))
    const middle = Buffer.from(`${now() - 500 * 24 * 3600_000}.1`).toString('base64url')
    await timed(`${name}, deep`, () => history.page({ ...query, cursor: middle }, facets))
  }
}
const grown = process.memoryUsage.rss() - before
await timed('plain', () => monthWatch(reader))
process.stdout.write(JSON.stringify({ took, grown }))
await reader.close()
