import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { inspectFile, isDamage } from './database.ts'
import { moveDurably, syncFolder } from './durable.ts'

export const pendingFile = (folder: string) => join(folder, 'restore.pending')
export const keptFile = (path: string) => `${path}.before-restore`

const foldLog = (path: string) => {
  try {
    const db = new Sqlite(path, { fileMustExist: true, timeout: 5000 })
    db.pragma('wal_checkpoint(TRUNCATE)')
    db.close()
  } catch (cause) {
    if (!isDamage(cause)) throw cause
  }
}

/** Moves a database with its log. The log goes first: it must never lie beside a database it does not belong to. */
export const moveAside = (path: string, to: string): void => {
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${to}-wal`)
  rmSync(`${path}-shm`, { force: true })
  if (existsSync(path)) renameSync(path, to)
}

/**
 * Puts the staged database in the place of the present one, which is kept as `belfry.db.before-restore`. A power cut
 * at any moment leaves the staged file where it is until the very last rename, so that the next start goes on here.
 */
export const applyPending = (path: string, folder: string): 'none' | 'applied' | { refused: string } => {
  const pending = pendingFile(folder)
  if (!existsSync(pending)) return 'none'
  const found = inspectFile(pending)
  if (found.state !== 'good') {
    moveDurably(pending, `${pending}.refused`)
    return { refused: found.state === 'newer' ? 'it belongs to a newer version of Belfry' : found.reason }
  }
  if (existsSync(path)) foldLog(path)
  moveAside(path, keptFile(path))
  syncFolder(folder)
  moveDurably(pending, path)
  return 'applied'
}
