import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { Namespaces } from './namespaces.ts'
import { ask } from './raw-api.ts'

const run = promisify(execFile)
const startsWithinMs = 30_000
const endingSignals: readonly NodeJS.Signals[] = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGABRT']

type Settings = {
  namespaces: Namespaces
  program: string
  arguments: readonly string[]
  path: string
  socketPath: string
  logFile: string
}

export type Daemon = {
  start(): Promise<void>
  /** Waits for the end of the process when `signal` is one that ends it. */
  kill(signal: NodeJS.Signals): Promise<void>
}

/** The engine's process, which may be ended and started again inside the same namespaces. */
export function createDaemon(settings: Settings): Daemon {
  let child: ChildProcess | undefined

  return {
    async start() {
      child = await launch(settings)
      await answering(settings, child)
    },
    async kill(signal) {
      if (!child || hasEnded(child)) return
      const ended = once(child, 'exit')
      const command = ['sh', '-c', `kill -s ${signal.replace('SIG', '')} "$(cat /run/docker.pid)"`]
      const [program = '', ...rest] = settings.namespaces.inside(command)
      await run(program, rest)
      if (endingSignals.includes(signal)) await ended
    },
  }
}

async function launch(settings: Settings): Promise<ChildProcess> {
  const log = await open(settings.logFile, 'a')
  // nsenter stops itself with its own child, and would then not see the child's end: so the engine is not its child.
  const watched = ['sh', '-c', '"$@" & wait $!', 'sh', settings.program, ...settings.arguments]
  const [program = '', ...rest] = settings.namespaces.inside(watched)
  const child = spawn(program, rest, {
    stdio: ['ignore', log.fd, log.fd],
    env: { ...process.env, PATH: settings.path },
    detached: true,
  })
  child.unref()
  await once(child, 'spawn')
  await log.close()
  return child
}

async function answering(settings: Settings, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + startsWithinMs
  while (!hasEnded(child) && Date.now() < deadline) {
    const answers = await ask(settings.socketPath, 'GET', '/_ping').then(
      (answer) => answer.status === 200,
      () => false,
    )
    if (answers) return
    await pause(10)
  }
  const log = await readFile(settings.logFile, 'utf8')
  throw new Error(`The engine does not answer. The end of its log:\n${log.slice(-3000)}`)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
