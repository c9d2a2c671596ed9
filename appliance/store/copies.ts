import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const namePattern = /^belfry-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z-([a-z][a-z-]{0,30})\.db\.gz$/

export interface BackupFile {
  name: string
  file: string
  at: number
  bytes: number
  reason: string
}

export const backupFolder = (folder: string) => join(folder, 'backups')

/** `belfry-20261120T033000000Z-nightly.db.gz`: sorts by time and says why it was made. */
export const backupName = (at: number, reason: string): string =>
  `belfry-${new Date(at).toISOString().replace(/[-:.]/g, '')}-${reason}.db.gz`

/** When and why a backup was made, from its name; null for any other name, so that no path gets through. */
export const parseBackupName = (name: string): { at: number; reason: string } | null => {
  const [, y, mo, d, h, mi, s, ms, reason] = namePattern.exec(name) ?? []
  if (!reason) return null
  const at = Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}.${ms}Z`)
  return Number.isNaN(at) ? null : { at, reason }
}

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(backupFolder(folder))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw cause
  }
}

/** The backups of the data folder, newest first. */
export const listBackups = (folder: string): BackupFile[] =>
  namesIn(folder)
    .flatMap((name) => {
      const parsed = parseBackupName(name)
      const file = join(backupFolder(folder), name)
      const stat = parsed && statSync(file, { throwIfNoEntry: false })
      return parsed && stat?.isFile() ? [{ name, file, bytes: stat.size, ...parsed }] : []
    })
    .sort((a, b) => b.at - a.at)
