import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { findProgram } from '../requirements.ts'
import { type Client, createClient } from './client.ts'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const node = join(root, 'node_modules/.bin/node')
export const claimCode = 'FIRST-LIGHT-1'

/** One JSON line of the appliance's log. */
export interface LogLine {
  level: string
  msg: string
  [name: string]: unknown
}

export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** The process as it is seen from outside, whether it comes up or not. */
export interface Process {
  pid: number
  /** What it wrote to standard output, line by line, as it was. */
  output: string[]
  logs: LogLine[]
  complaints(): string
  exited: Promise<Exit>
  /** The first line for which the test holds, also one that was written before. Null when the process ends without. */
  line(test: (line: LogLine) => boolean): Promise<LogLine | null>
  signal(name: NodeJS.Signals): void
}

export interface Appliance extends Process, Client {
  url: string
  port: number
  claimCode: string | null
  data: string
  /** Resident memory in bytes, of all its threads. */
  rss(): number
  /** What the kernel counts for it: bytes that went to the disk, and CPU time. */
  usage(): { writtenBytes: number; cpuMs: number }
  /** SIGTERM, and how it went. */
  stop(): Promise<Exit & { tookMs: number }>
  kill(): Promise<Exit>
}

export interface StartOptions {
  data?: string
  env?: Record<string, string | undefined>
}

/** A folder for the data of one appliance, and the way to be rid of it. */
export const temporaryData = (): { folder: string; remove(): void } => {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-system-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** What `npm start` runs once the pages are built: its variables and its arguments. */
const startCommand = (): { env: Record<string, string>; args: string[] } => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } }
  const words = scripts.start.split('&&').at(-1)?.trim().split(/\s+/) ?? []
  const at = words.indexOf('node')
  const env = words.slice(0, at).map((word) => word.split('=') as [string, string])
  return { env: Object.fromEntries(env), args: words.slice(at + 1) }
}

const environment = (data: string, more: StartOptions['env'] = {}): Record<string, string> => {
  const all = {
    PATH: process.env['PATH'],
    HOME: data,
    BELFRY_DATA: data,
    BELFRY_HOST: '127.0.0.1',
    BELFRY_PORT: '0',
    BELFRY_MQTT_PORT: '0',
    BELFRY_CLAIM_CODE: claimCode,
    BELFRY_DISCOVERY: 'off',
    ...more,
  }
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

const parseLine = (text: string): LogLine => {
  try {
    return JSON.parse(text) as LogLine
  } catch {
    return { level: 'not-json', msg: text }
  }
}

const watch = (child: ChildProcess): Process => {
  const output: string[] = []
  const logs: LogLine[] = []
  const errors: string[] = []
  const waiting = new Set<{ test: (line: LogLine) => boolean; resolve: (line: LogLine | null) => void }>()
  if (!child.stdout || !child.stderr) throw new Error('The process has no output.')
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = parseLine(text)
    output.push(text)
    logs.push(line)
    for (const one of waiting) {
      if (!one.test(line)) continue
      waiting.delete(one)
      one.resolve(line)
    }
  })
  child.stderr.on('data', (chunk) => errors.push(String(chunk)))
  const exited = once(child, 'close').then(([code, signal]): Exit => {
    for (const { resolve } of waiting) resolve(null)
    waiting.clear()
    return { code, signal }
  })
  return {
    pid: child.pid ?? 0,
    output,
    logs,
    complaints: () => errors.join(''),
    exited,
    line: (test) => {
      const known = logs.find(test)
      if (known) return Promise.resolve(known)
      const { promise, resolve } = Promise.withResolvers<LogLine | null>()
      if (child.exitCode !== null || child.signalCode !== null) resolve(null)
      else waiting.add({ test, resolve })
      return promise
    },
    signal: (name) => void child.kill(name),
  }
}

const children = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL')
})

/** A run that is killed has no time to clean up: where the kernel can, it ends the appliance together with its parent. */
const withParent = (args: string[]): [string, string[]] => {
  const setpriv = process.platform === 'linux' ? findProgram('setpriv') : undefined
  return setpriv ? [setpriv, ['--pdeathsig', 'KILL', node, ...args]] : [node, args]
}

/** Starts the process as `npm start` does and answers at once: it may be one that refuses to start. */
export const launch = (data: string, env: StartOptions['env'] = {}): Process => {
  const command = startCommand()
  const [program, args] = withParent(command.args)
  const child = spawn(program, args, {
    cwd: root,
    env: { ...command.env, ...environment(data, env) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return watch(child)
}

const residentBytes = (pid: number): number => {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

const usageOf = (pid: number): { writtenBytes: number; cpuMs: number } => {
  const [, written] = /^write_bytes: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8')) ?? []
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  const ticks = Number(fields[11]) + Number(fields[12])
  return { writtenBytes: Number(written), cpuMs: ticks * 10 }
}

const end = async (running: Process, signal: NodeJS.Signals): Promise<Exit & { tookMs: number }> => {
  const from = performance.now()
  running.signal(signal)
  const exit = await running.exited
  return { ...exit, tookMs: performance.now() - from }
}

/** Starts the real process and waits for its `listening` line. Throws with its own words when it does not come up. */
export const startAppliance = async (options: StartOptions = {}): Promise<Appliance> => {
  const own = options.data === undefined ? temporaryData() : null
  const data = options.data ?? own?.folder ?? ''
  const running = launch(data, options.env)
  if (own) void running.exited.then(own.remove)
  const line = await running.line(({ msg }) => msg === 'listening')
  if (!line) {
    const { code } = await running.exited
    throw new Error(`The appliance ended with ${code}: ${running.complaints()}${running.output.slice(-5).join('\n')}`)
  }
  const url = String(line['url'])
  const { port } = new URL(url)
  const reachable = `http://127.0.0.1:${port}`
  return {
    ...running,
    ...createClient(reachable),
    url: reachable,
    port: Number(port),
    claimCode: typeof line['claimCode'] === 'string' ? line['claimCode'] : null,
    data,
    rss: () => residentBytes(running.pid),
    usage: () => usageOf(running.pid),
    stop: () => end(running, 'SIGTERM'),
    kill: () => end(running, 'SIGKILL'),
  }
}
