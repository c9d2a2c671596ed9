import { startAppliance, temporaryData } from '../system/appliance.ts'
import { startBare } from './bare.ts'
import { type Effort, type Figure, quantile, round } from './figure.ts'

const startedInMs = async (data: string): Promise<number> => {
  const from = performance.now()
  const app = await startAppliance({ data })
  const ms = performance.now() - from
  await app.stop()
  return ms
}

/** From the start of the process to its `listening` line, on a data folder that is there already and on a new one. */
export const start = async ({ short }: Effort): Promise<Figure[]> => {
  const { folder, remove } = temporaryData()
  const first = await startedInMs(folder)
  const again: number[] = []
  const bare: number[] = []
  for (let round = 0; round < (short ? 3 : 9); round += 1) {
    again.push(await startedInMs(folder))
    const server = await startBare()
    bare.push(server.startedInMs)
    await server.stop()
  }
  remove()
  return [
    {
      name: 'start to listening',
      value: quantile(again, 0.5),
      unit: 'ms',
      budget: null,
      reference: { what: 'bare node:http', value: quantile(bare, 0.5) },
      more: { veryFirst: round(first), max: quantile(again, 1) },
    },
  ]
}
