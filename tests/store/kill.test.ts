import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { dataFolder, open } from './data-folder.ts'

const program = fileURLToPath(new URL('./writer-child.ts', import.meta.url))

/** Lets a process write rows and kills it in the middle; answers the last row that it acknowledged. */
const writeAndKill = async (folder: string, afterRows: number): Promise<number> => {
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  let last = 0
  let rows = 0
  for await (const line of createInterface({ input: child.stdout })) {
    last = Number(line)
    if (++rows === afterRows) child.kill('SIGKILL')
  }
  if (child.signalCode === null && child.exitCode === null) await once(child, 'exit')
  return last
}

it('a process killed twenty times while it writes loses no acknowledged row', { timeout: 120_000 }, async () => {
  const folder = dataFolder()
  for (let round = 1; round <= 20; round++) {
    const acknowledged = await writeAndKill(folder, 1 + ((round * 37) % 400))
    const store = open(folder)
    const { rows, last } = store.db
      .prepare<[], { rows: number; last: number }>('SELECT count(*) AS rows, max(at) AS last FROM vitals')
      .get() ?? { rows: 0, last: 0 }
    expect(acknowledged).toBeGreaterThan(0)
    expect(last).toBeGreaterThanOrEqual(acknowledged)
    expect(rows).toBe(last)
    expect(store.recovered).toBeNull()
    store.close()
  }
})
