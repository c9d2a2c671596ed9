import { accessSync, appendFileSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { z } from 'zod'

/** A program that was looked for and not found, and what its tests would have covered. */
export type Missing = z.infer<typeof Missing>
const Missing = z.object({ program: z.string(), covers: z.string() })

const recordFileVariable = 'BELFRY_TEST_MISSING_FILE'
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin']

const otherNames: Readonly<Record<string, readonly string[]>> = {
  chromium: ['chromium', 'chromium-browser', 'google-chrome'],
  'busybox-static': ['busybox'],
}

/** Where the newer Docker engine lies that `tests/engines/install-newer.sh` unpacks. */
export function newerEngineFolder(): string {
  return join(process.env['BELFRY_ENGINES_CACHE'] ?? '/var/cache/belfry-engines', 'newer')
}

/** The full path of a program, looked up in PATH and the system folders. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...systemFolders]
  const names = otherNames[name] ?? [name]
  return names.flatMap((each) => folders.map((folder) => join(folder, each))).find(isExecutable)
}

/**
 * Whether a program is here. A missing one is listed at the end of the run with what it would have covered,
 * and is an error when BELFRY_TEST_STRICT=1. `dockerd` stands for all that a real engine needs (Linux, root, busybox),
 * `dockerd-newer` for the engine of `tests/engines/install-newer.sh` as well.
 */
export function requirement(program: string, covers: string): boolean {
  if (isThere(program)) return true
  if (process.env['BELFRY_TEST_STRICT'] === '1') throw new Error(`${program} is missing; it is needed for: ${covers}`)
  const file = process.env[recordFileVariable]
  if (file) appendFileSync(file, `${JSON.stringify({ program, covers } satisfies Missing)}\n`)
  return false
}

/** Makes every worker started from now on write what it misses into `file`. */
export function recordMissingIn(file: string): void {
  process.env[recordFileVariable] = file
}

/** What was recorded, each program and coverage once, in order of the program's name. */
export function readMissing(file: string): Missing[] {
  const lines = new Set(readFileSync(file, 'utf8').split('\n').filter(Boolean))
  const records = [...lines].map((line) => Missing.parse(JSON.parse(line)))
  return records.sort((a, b) => a.program.localeCompare(b.program) || a.covers.localeCompare(b.covers))
}

function isThere(program: string): boolean {
  if (program === 'dockerd-newer') return isThere('dockerd') && isExecutable(join(newerEngineFolder(), 'bin/dockerd'))
  if (program === 'dockerd') return canRunEngines()
  return findProgram(program) !== undefined
}

function canRunEngines(): boolean {
  const programs = ['dockerd', 'busybox-static', 'unshare', 'nsenter', 'ip', 'mount']
  return process.platform === 'linux' && process.getuid?.() === 0 && programs.every((name) => findProgram(name))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
