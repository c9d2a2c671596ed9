import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const keeperScript = fileURLToPath(new URL('keeper.sh', import.meta.url))

// 198.18.0.0/15 is set aside for tests of this kind (RFC 2544), so it is no network of the machine.
const smallNetworks = 2 ** 15

export type Namespaces = {
  /** The first process in them, as seen from outside. */
  readonly pid: number
  /** Puts `command` in front of what has to run inside. */
  inside(command: readonly string[]): string[]
  /** Gives them an address that this machine can reach. */
  connect(): Promise<string>
  /** Ends all that runs inside and removes the folder. */
  close(): Promise<void>
}

/** Network, mount and process namespaces of one engine; they end with this process, however it ends. */
export async function openNamespaces(folder: string, memoryCgroup: boolean): Promise<Namespaces> {
  const keeper = spawn('sh', [keeperScript, folder, basename(folder), memoryCgroup ? 'yes' : 'no'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  const close = closing(keeper)
  const pid = await firstProcess(keeper)
  if (pid === undefined) {
    const reason = await readFile(join(folder, 'keeper.log'), 'utf8').finally(close)
    throw new Error(`Namespaces for an engine could not be made: ${reason}`)
  }
  keeper.unref()
  return {
    pid,
    inside: (command) => ['nsenter', `--target=${pid}`, '--net', '--mount', '--pid', '--', ...command],
    connect: () => connect(pid),
    close,
  }
}

function closing(keeper: ChildProcess): () => Promise<void> {
  const exited = once(keeper, 'exit')
  return async () => {
    keeper.ref()
    keeper.stdin?.end()
    await exited
  }
}

async function firstProcess(keeper: ChildProcess): Promise<number | undefined> {
  if (!keeper.stdout) return undefined
  for await (const line of createInterface(keeper.stdout)) return Number(line)
  return undefined
}

async function connect(pid: number): Promise<string> {
  const { ours, theirs } = await freeAddresses(pid)
  const inside = ['--target', String(pid), '--net', 'ip']
  await run('ip', ['link', 'add', `bfry${pid}`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid)])
  await run('ip', ['address', 'add', `${ours}/30`, 'dev', `bfry${pid}`])
  await run('ip', ['link', 'set', `bfry${pid}`, 'up'])
  await run('nsenter', [...inside, 'address', 'add', `${theirs}/30`, 'dev', 'eth0'])
  await run('nsenter', [...inside, 'link', 'set', 'eth0', 'up'])
  return theirs
}

async function freeAddresses(pid: number): Promise<{ ours: string; theirs: string }> {
  for (let attempt = 0; attempt < smallNetworks; attempt++) {
    const base = ((pid + attempt) % smallNetworks) * 4
    const address = (host: number) => `198.${18 + (base >> 16)}.${(base >> 8) & 255}.${(base & 255) + host}`
    const { stdout } = await run('ip', ['-o', '-4', 'address', 'show', 'to', `${address(0)}/30`])
    if (stdout === '') return { ours: address(1), theirs: address(2) }
  }
  throw new Error('No network is free for an engine.')
}
