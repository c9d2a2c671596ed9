import { existsSync, mkdtempSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { listBackups } from '../store/copies.ts'
import { inspectFile, latestVersion } from '../store/database.ts'
import { readKeys } from '../store/key-file.ts'
import { databaseFile } from '../store/open.ts'
import { countUnreadable } from '../store/vault.ts'
import { attention, type Check, fine, trouble } from './finding.ts'

const MiB = 1024 ** 2

export const checkDataFolder: Check = ({ dataFolder }) => {
  if (!existsSync(dataFolder)) return attention(`${dataFolder} is not there yet.`, 'The first start makes it.')
  try {
    rmSync(mkdtempSync(join(dataFolder, 'doctor-')), { recursive: true })
  } catch (cause) {
    return trouble(`${dataFolder} cannot be written (${(cause as Error).message}).`, 'Give it to the user of Belfry.')
  }
  const { bavail, bsize } = statfsSync(dataFolder)
  const free = Math.round((bavail * bsize) / MiB)
  if (free < 200) return trouble(`${free} MiB are free in ${dataFolder}.`, 'Make room, or Belfry will stop writing.')
  if (free < 1024) return attention(`${free} MiB are free in ${dataFolder}.`, 'Make room soon.')
  return fine(`${dataFolder} can be written; ${free} MiB are free.`)
}

const damagedIn = (folder: string) =>
  readdirSync(folder).filter((name) => name.startsWith('belfry.db.damaged-') && !name.endsWith('-wal'))

export const checkDatabase: Check = ({ dataFolder }) => {
  const path = databaseFile(dataFolder)
  if (!existsSync(path)) return attention('There is none yet.', 'The first start makes it.')
  const found = inspectFile(path)
  if (found.state === 'newer') {
    return trouble(`It belongs to a newer Belfry (version ${found.version}).`, 'Install that version, or restore.')
  }
  if (found.state !== 'good') {
    return trouble(`It is ${found.state} (${found.reason}).`, 'Restart Belfry, or use `belfry restore FILE`.')
  }
  const old = damagedIn(dataFolder)
  if (old.length > 0) {
    return attention('It is whole, but there was a damaged one.', `Delete ${old.join(', ')} when you do not need it.`)
  }
  if (found.version < latestVersion) return fine(`It is whole, of version ${found.version}; the next start renews it.`)
  return fine(`It is whole, of version ${found.version}, ${(statSync(path).size / MiB).toFixed(1)} MiB.`)
}

export const checkMasterKey: Check = ({ dataFolder, masterKeyFile }) => {
  const path = databaseFile(dataFolder)
  const unreadable = existsSync(path) ? countUnreadable(path, masterKeyFile) : 0
  if (!existsSync(masterKeyFile)) {
    if (unreadable === 0) return attention(`${masterKeyFile} is not there yet.`, 'The first start makes it.')
    return trouble(`${masterKeyFile} is missing, and ${unreadable} secrets need it.`, 'Put it back from your copy.')
  }
  readKeys(masterKeyFile)
  if (unreadable > 0) {
    return trouble(
      `${unreadable} secrets were sealed with a key that is not in ${masterKeyFile}.`,
      'Put that key back, or enter the credentials of the sources again.',
    )
  }
  if (statSync(masterKeyFile).mode & 0o077) {
    return trouble(`Others can read ${masterKeyFile}.`, `Run \`chmod 400 ${masterKeyFile}\`.`)
  }
  return fine(`${masterKeyFile} is readable by its owner only.`)
}

const hourMs = 3600_000

export const checkBackups: Check = ({ dataFolder }) => {
  const last = listBackups(dataFolder)[0]
  if (!last) return attention('There is none.', 'Belfry makes one each night; `belfry backup FILE` makes one now.')
  const hours = Math.round((Date.now() - last.at) / hourMs)
  if (hours <= 48) return fine(`The last one is ${hours} h old (${last.name}).`)
  return attention(`The last one is ${Math.round(hours / 24)} days old.`, 'Look into the log for why.')
}
