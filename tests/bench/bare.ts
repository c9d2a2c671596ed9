import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { node, root } from '../system/appliance.ts'

export interface Bare {
  url: string
  startedInMs: number
  rss(): number
  cpuMs(): number
  stop(): Promise<void>
}

/** Starts the bare server of the references in a process of its own. */
export const startBare = async (): Promise<Bare> => {
  const from = performance.now()
  const child = spawn(node, [join(root, 'tests/bench/bare-server.ts')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  const startedInMs = performance.now() - from
  const { port } = JSON.parse(String(line)) as { port: number }
  const stat = () => readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return {
    url: `http://127.0.0.1:${port}`,
    startedInMs,
    rss: () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024,
    cpuMs: () => (Number(stat()[11]) + Number(stat()[12])) * 10,
    stop: async () => {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
    },
  }
}
