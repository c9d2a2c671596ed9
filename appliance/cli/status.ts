import { existsSync, statSync } from 'node:fs'
import { Health } from '#protocol/system.ts'
import { listBackups } from '../store/copies.ts'
import { databaseFile } from '../store/open.ts'
import { type Mark, runningIn } from '../store/running.ts'
import { type Command, exitCodes } from './command.ts'

/** What the running appliance says of itself, or null when it does not answer. */
export const healthOf = async (url: string | null): Promise<Health | null> => {
  if (!url) return null
  try {
    const answer = await fetch(new URL('/healthz', url), { signal: AbortSignal.timeout(5000) })
    return Health.parse(await answer.json())
  } catch {
    return null
  }
}

const duration = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000)
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24]
  if (days > 0) return `${days} d ${hours} h`
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`
}

const stateLine = (mark: Mark | null, health: Health | null): string => {
  if (!mark) return 'Belfry is not running.'
  const where = mark.url ? ` at ${mark.url}` : ''
  if (!health) return `Belfry is running (process ${mark.pid})${where}, but it does not answer.`
  return `Belfry ${health.version} is running${where}, since ${duration(health.uptimeMs)}: ${health.status}.`
}

export const status: Command = {
  takes: [],
  summary: 'whether the appliance runs, where, and how it is',
  detail:
    'Asks the running appliance at its own address. Ends with 3 when it does not run, with 1 when it is not well.',
  run: async (context) => {
    const { dataFolder } = context.config
    const mark = runningIn(dataFolder)
    const health = await healthOf(mark?.url ?? null)
    const path = databaseFile(dataFolder)
    const databaseBytes = existsSync(path) ? statSync(path).size : null
    const last = listBackups(dataFolder)[0]
    const lastBackupAt = last ? new Date(last.at).toISOString() : null
    context.tell(
      {
        running: mark !== null,
        pid: mark?.pid ?? null,
        url: mark?.url ?? null,
        health,
        dataFolder,
        databaseBytes,
        lastBackupAt,
      },
      [
        stateLine(mark, health),
        databaseBytes === null
          ? `There is no database in ${dataFolder} yet.`
          : `Database: ${path}, ${(databaseBytes / 1024 / 1024).toFixed(1)} MiB. Last backup: ${lastBackupAt ?? 'none'}.`,
      ],
    )
    if (!mark) return exitCodes.notRunning
    return health?.status === 'ok' ? exitCodes.done : exitCodes.failed
  },
}
