import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { BootError } from '../lib/boot-error.ts'
import { writeDurably } from './durable.ts'

const Mark = z.object({
  pid: z.number().int().positive(),
  born: z.string().nullable(),
  url: z.string().nullable().default(null),
})
/** Who uses the data folder: `born` tells a process from a later one with the same number. */
export type Mark = z.infer<typeof Mark>

const markFile = (folder: string) => join(folder, 'running.json')

const bornOf = (pid: number): string | null => {
  try {
    const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[19]
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${ticks}`
  } catch {
    return null
  }
}

const answersSignals = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const readMark = (folder: string): Mark | 'unreadable' | null => {
  try {
    return Mark.parse(JSON.parse(readFileSync(markFile(folder), 'utf8')))
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'unreadable'
  }
}

const isAlive = (mark: Mark) => answersSignals(mark.pid) && (mark.born === null || bornOf(mark.pid) === mark.born)

/** The appliance that runs on this folder now, or null. */
export const runningIn = (folder: string): Mark | null => {
  const mark = readMark(folder)
  return mark !== null && mark !== 'unreadable' && isAlive(mark) ? mark : null
}

export interface Claim {
  /** The last appliance here ended without saying so: a crash or a power cut. */
  unclean: boolean
  /** Writes down where the appliance answers, for the commands beside it. */
  announce(url: string): void
  release(): void
}

/** Takes the folder for this process. Throws BootError while another process has it. */
export const claimFolder = (folder: string): Claim => {
  const other = runningIn(folder)
  if (other && other.pid !== process.pid) {
    throw new BootError(`Another Belfry (process ${other.pid}) is using ${folder}. Stop it first.`)
  }
  const unclean = readMark(folder) !== null
  const mark: Mark = { pid: process.pid, born: bornOf(process.pid), url: null }
  const write = () => writeDurably(markFile(folder), JSON.stringify(mark), 0o644)
  write()
  return {
    unclean,
    announce: (url) => {
      mark.url = url
      write()
    },
    release: () => rmSync(markFile(folder), { force: true }),
  }
}
