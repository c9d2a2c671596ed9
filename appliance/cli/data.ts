import type { Config } from '../config.ts'
import { createLog } from '../lib/log.ts'
import { openBeside } from '../store/database.ts'
import { databaseFile, openStore, type Store } from '../store/open.ts'
import { type Mark, runningIn } from '../store/running.ts'
import type { Context } from './command.ts'

export interface Data {
  db: Store['db']
  running: Mark | null
  close(): void
}

export const silentLog = createLog('silent')

/**
 * The database: beside the appliance while it runs (WAL lets both read and write), else opened as the appliance opens
 * it, with its checks and migrations, so that a command works before the first start and after a crash too.
 */
export const openData = ({ config, err }: Context): Data => {
  const running = runningIn(config.dataFolder)
  const beside = running && openBeside(databaseFile(config.dataFolder))
  if (beside) return { db: beside, running, close: () => beside.close() }
  const store = openStore({ folder: config.dataFolder, log: silentLog, now: Date.now })
  if (store.recovered) err(`The database was damaged; the copy ${store.recovered.from} is in use.`)
  return { db: store.db, running: null, close: store.close }
}

/** Runs `use` with the database and closes it whatever comes. */
export const withData = async <T>(context: Context, use: (data: Data) => Promise<T> | T): Promise<T> => {
  const data = openData(context)
  try {
    return await use(data)
  } finally {
    data.close()
  }
}

export const howToRestart = (config: Config) =>
  config.notifySocket === null && process.platform !== 'linux'
    ? 'Restart Belfry to use it.'
    : 'Restart Belfry to use it (`sudo systemctl restart belfry` where systemd runs it).'
