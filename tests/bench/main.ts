import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../system/appliance.ts'
import { analytics } from './analytics.ts'
import { api } from './api.ts'
import { dashboard } from './dashboard.ts'
import { disk } from './disk.ts'
import { events } from './events.ts'
import { type Figure, isWithin, type Measurement } from './figure.ts'
import { memory } from './memory.ts'
import { processor } from './processor.ts'
import { start } from './start.ts'
import { tableOf } from './table.ts'
import { upstream } from './upstream.ts'

const measurements: Record<string, Measurement> = {
  ...{ start, memory, dashboard, api, events, processor, upstream, disk, analytics },
}

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, short: { type: 'boolean', default: false } },
})
const unknown = values.only?.filter((name) => !measurements[name]) ?? []
if (unknown.length > 0) {
  console.error(`There is no ${unknown.join(', ')}. There are: ${Object.keys(measurements).join(', ')}.`)
  process.exit(1)
}

process.once('SIGTERM', () => process.exit(143))
process.once('SIGINT', () => process.exit(130))

const figures: Figure[] = []
const broken: string[] = []
for (const [name, measure] of Object.entries(measurements)) {
  if (values.only && !values.only.includes(name)) continue
  console.error(`measuring: ${name}`)
  try {
    figures.push(...(await measure({ short: values.short })))
  } catch (cause) {
    broken.push(name)
    console.error(cause)
  }
}

const file = join(root, 'dist/bench.json')
mkdirSync(join(root, 'dist'), { recursive: true })
const machine = { processor: cpus()[0]?.model ?? null, cores: cpus().length, node: process.version }
const judged = figures.map((figure) => ({ ...figure, pass: isWithin(figure) }))
writeFileSync(
  file,
  `${JSON.stringify({ at: new Date().toISOString(), short: values.short, machine, figures: judged, broken }, null, 2)}\n`,
)

console.log(`\n${tableOf(figures)}\n`)
const failed = judged.filter(({ pass }) => pass === false)
if (failed.length > 0) console.log(`Over budget: ${failed.map(({ name }) => name).join('; ')}.`)
if (broken.length > 0) console.log(`Could not be measured: ${broken.join(', ')}.`)
console.log(`Written to ${file}.`)
process.exit(failed.length + broken.length > 0 ? 1 : 0)
