import { existsSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { createBackups } from '../store/backup.ts'
import { backupName } from '../store/copies.ts'
import { databaseFile, openStore } from '../store/open.ts'
import { keptFile } from '../store/restore.ts'
import { runningIn } from '../store/running.ts'
import { openVault } from '../store/vault.ts'
import { type Command, type Context, exitCodes } from './command.ts'
import { howToRestart, silentLog, withData } from './data.ts'

const backupsOf = ({ config }: Context) =>
  createBackups({ folder: config.dataFolder, now: Date.now, masterKeyFile: config.masterKeyFile })

const targetOf = (given: string): string => {
  const file = resolve(given)
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory()
  return isFolder ? join(file, backupName(Date.now(), 'asked')) : file
}

const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`

export const backup: Command = {
  takes: ['FILE'],
  summary: 'writes a backup of the whole database to FILE (or into it, when it is a folder)',
  detail:
    'One consistent moment, verified, while the appliance goes on. A gzip of an SQLite database; a plain one when FILE ' +
    'ends in .db. Secrets inside stay sealed: keep a copy of the master key too, in another place.',
  run: async (context, [given = '']) => {
    if (!existsSync(databaseFile(context.config.dataFolder))) {
      throw new Error(`There is no database in ${context.config.dataFolder}. Set BELFRY_DATA to its folder.`)
    }
    const file = targetOf(given)
    const { bytes } = await withData(context, () => backupsOf(context).createAt(file))
    context.tell({ file, bytes }, [
      `Backed up to ${file} (${mebibytes(bytes)}), verified.`,
      `The secrets inside are sealed with ${context.config.masterKeyFile}: keep a copy of that file in another place.`,
    ])
    return exitCodes.done
  },
}

export const restore: Command = {
  takes: ['FILE'],
  summary: 'goes back to the backup in FILE',
  detail:
    'FILE is validated first, and the present database is kept beside the new one. While the appliance runs the backup ' +
    'is only laid ready: it counts from the next start on. Works for a database too damaged to start with.',
  run: async (context, [given = '']) => {
    const { config } = context
    const file = resolve(given)
    if (!existsSync(file)) throw new Error(`There is no file ${file}.`)
    const { version } = await backupsOf(context).stage(file)
    const running = runningIn(config.dataFolder)
    const facts = { file, version, restartNeeded: running !== null }
    if (running) {
      context.tell(facts, [`${basename(file)} is good and lies ready. ${howToRestart(config)}`])
      return exitCodes.done
    }
    const path = databaseFile(config.dataFolder)
    openStore({ folder: config.dataFolder, log: silentLog, now: Date.now }).close()
    const kept = existsSync(keptFile(path)) ? ` The one before is kept as ${basename(keptFile(path))}.` : ''
    context.tell(facts, [`Restored from ${basename(file)}.${kept}`])
    return exitCodes.done
  },
}

export const rotateKey: Command = {
  takes: [],
  summary: 'makes a new master key and seals every secret with it',
  detail:
    'Works while the appliance runs: it notices. A power cut at any moment loses nothing. The old key stays in the ' +
    'file named .retired beside it, for backups from before. Keep copies of both files in another place.',
  run: (context) =>
    withData(context, async ({ db, running }) => {
      const { masterKeyFile } = context.config
      const secrets = openVault(db, masterKeyFile).rotate()
      const { name } = await backupsOf(context).create('rotate-key')
      context.tell({ secrets, backup: name, running: running !== null }, [
        `The master key is new; ${secrets} secrets are sealed with it. Keep a copy of ${masterKeyFile}.`,
        `Backed up as ${name}. Backups from before need the old key, which is in ${masterKeyFile}.retired.`,
      ])
      return exitCodes.done
    }),
}
