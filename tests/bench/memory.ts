import { startBare } from './bare.ts'
import { type Effort, type Figure, inMegabytes, quantile } from './figure.ts'
import { createHome, forSeconds } from './home.ts'

const settled = async (rss: () => number, short: boolean): Promise<number> => {
  await forSeconds(short ? 30 : 45)
  const sample: number[] = []
  for (let index = 0; index < 5; index += 1) {
    sample.push(rss())
    await forSeconds(1)
  }
  return inMegabytes(quantile(sample, 0.5))
}

/** Resident memory of the whole process, its workers included, once nothing happens any more. */
export const memory = async ({ short }: Effort): Promise<Figure[]> => {
  const bare = await startBare()
  const reference = { what: 'bare node:http', value: inMegabytes(bare.rss()) }
  await bare.stop()
  const idle = await createHome()
  const value = await settled(idle.app.rss, short)
  await idle.end()
  const watching = await createHome({ servers: 3, lively: true })
  const busy = await settled(watching.app.rss, short)
  await watching.end()
  return [
    { name: 'memory, idle', value, unit: 'MB', budget: 150, reference },
    { name: 'memory, three media servers moving', value: busy, unit: 'MB', budget: 300, reference },
  ]
}
