import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createLog } from '../../appliance/lib/log.ts'
import { openStore } from '../../appliance/store/open.ts'
import { type Figure, inMegabytes, type Measurement, quantile } from './figure.ts'
import { fillWithPlays } from './plays.ts'

const run = promisify(execFile)
const budgets: Record<number, number> = { 100000: 200, 1000000: 500 }
const pageBudget = 50

interface Answer {
  took: Record<string, number[]>
  grown: number
}

const isPage = (name: string) => name.startsWith('history')

/** The slowest kind of question, by the median of its repetitions. */
const slowest = (took: Answer['took'], which: (name: string) => boolean): [string, number] => {
  const medians = Object.entries(took)
    .filter(([name]) => which(name) && name !== 'plain')
    .map(([name, sample]): [string, number] => [name, quantile(sample, 0.5)])
  return medians.reduce((most, one) => (one[1] > most[1] ? one : most), ['', 0])
}

const figuresOf = (count: number, { took, grown }: Answer): Figure[] => {
  const plays = count.toLocaleString('en')
  const reference = { what: 'GROUP BY over a year of plays', value: quantile(took['plain'] ?? [], 0.5) }
  const [question, ms] = slowest(took, (name) => !isPage(name))
  const [page, pageMs] = slowest(took, isPage)
  const inAll = Object.fromEntries(
    Object.entries(took)
      .filter(([name]) => /365d/.test(name))
      .map(([name, sample]) => [name, quantile(sample, 0.5)]),
  )
  const pages = Object.fromEntries(
    Object.entries(took)
      .filter(([name]) => isPage(name))
      .map(([name, sample]) => [name.slice(8), quantile(sample, 0.5)]),
  )
  return [
    {
      name: `analytics, ${plays} plays (${question})`,
      value: ms,
      unit: 'ms',
      budget: budgets[count] ?? null,
      reference,
      more: inAll,
    },
    {
      name: `history page, ${plays} plays (${page.slice(8)})`,
      value: pageMs,
      unit: 'ms',
      budget: pageBudget,
      reference: null,
      more: pages,
    },
    { name: `memory grown by it, ${plays} plays`, value: inMegabytes(grown), unit: 'MB', budget: 30, reference: null },
  ]
}

const measure = async (count: number): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-analytics-'))
  try {
    const now = Date.UTC(2026, 10, 15, 19, 30)
    const store = openStore({ folder, log: createLog('silent'), now: Date.now })
    fillWithPlays(store.db, count, now)
    store.close()
    const child = join(import.meta.dirname, 'analytics-child.ts')
    const { stdout } = await run(process.execPath, ['--max-semi-space-size=2', child, store.path, String(now)], {
      maxBuffer: 10_000_000,
    })
    return figuresOf(count, JSON.parse(stdout) as Answer)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Every range and every list over plays of three years, six servers and 200 viewers. */
export const analytics: Measurement = async ({ short }) => {
  const figures: Figure[] = []
  for (const count of short ? [100_000] : [100_000, 1_000_000]) figures.push(...(await measure(count)))
  return figures
}
