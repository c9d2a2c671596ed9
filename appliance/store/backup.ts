import { rmSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '#protocol/errors.ts'
import type { ArchiveResult } from './archive.ts'
import { archive } from './archive-thread.ts'
import { type BackupFile, backupFolder, backupName, listBackups, parseBackupName } from './copies.ts'
import { latestVersion } from './database.ts'
import { makeFolder, moveDurably, syncFolder } from './durable.ts'
import { databaseFile } from './open.ts'
import { keptFile, pendingFile } from './restore.ts'
import { countUnreadable } from './vault.ts'

/** Reasons of the backups that nobody asked for; only these are removed when there are enough. */
const automatic = new Set(['nightly', 'before-restore', 'rotate-key'])

export interface Backups {
  /** Newest first. */
  list(): BackupFile[]
  /** One consistent moment of the database, secrets still sealed, verified; `reason` in lower-case letters. */
  create(reason: string): Promise<BackupFile>
  /** The same to a file of the person's choice: plain when its name ends in `.db`, else gzip. */
  createAt(file: string): Promise<{ version: number; bytes: number }>
  /** Throws `not_found` for every name that is not exactly one of `list`. */
  find(name: string): BackupFile
  remove(name: string): void
  /** Removes the oldest automatic ones above `keep`. */
  thin(keep: number): void
  /** Validates a backup and stages its database: the next start puts it in place. Throws `invalid_request`. */
  stage(file: string): Promise<{ version: number }>
}

const refusal = (found: Exclude<ArchiveResult, { state: 'good' }>): AppError => {
  switch (found.state) {
    case 'newer':
      return new AppError(
        'invalid_request',
        `This backup comes from a newer Belfry (its version is ${found.version}, this one knows ${latestVersion}). Update first.`,
      )
    case 'too-large':
      return new AppError('invalid_request', 'There is not enough room on the disk for what is in this backup.')
    case 'foreign':
      return new AppError('invalid_request', 'This is not a backup of Belfry.')
    case 'damaged':
      return new AppError('invalid_request', `This backup is damaged (${found.reason}). Use another one.`)
  }
}

const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0
const freeBytes = (folder: string) => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
const spareBytes = 32 * 1024 * 1024

const demandRoom = (path: string, folder: string) => {
  const needed = (sizeOf(path) + sizeOf(`${path}-wal`)) * 1.5 + spareBytes
  if (freeBytes(folder) >= needed) return
  throw new AppError('unavailable', 'There is not enough room on the disk for a backup. Delete old ones first.')
}

const demandKeys = (database: string, masterKeyFile: string) => {
  const count = countUnreadable(database, masterKeyFile)
  if (count === 0) return
  throw new AppError(
    'invalid_request',
    `${count} secrets in this backup were sealed with a master key that is not here. Put the master key of the box ` +
      `it comes from at ${masterKeyFile}.retired first.`,
  )
}

/** Backups of the database of a data folder, made and read in a thread of their own, one at a time. */
export const createBackups = (deps: { folder: string; now: () => number; masterKeyFile: string }): Backups => {
  const { folder, now, masterKeyFile } = deps
  const path = databaseFile(folder)
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }

  const packTo = (to: string, room: string) =>
    inTurn(async () => {
      demandRoom(path, room)
      const found = await archive({ work: 'pack', from: path, to, maxBytes: Number.POSITIVE_INFINITY })
      if (found.state === 'good') return { version: found.version, bytes: sizeOf(to) }
      throw new Error(`The backup could not be verified: ${'reason' in found ? found.reason : found.state}.`)
    })

  const find = (name: string): BackupFile => {
    const found = parseBackupName(name) && listBackups(folder).find((backup) => backup.name === name)
    if (!found) throw new AppError('not_found', 'There is no such backup, or not any more.')
    return found
  }
  const remove = (name: string) => {
    rmSync(find(name).file)
    syncFolder(backupFolder(folder))
  }

  return {
    list: () => listBackups(folder),
    find,
    remove,
    create: async (reason) => {
      makeFolder(backupFolder(folder))
      const name = backupName(now(), reason)
      await packTo(join(backupFolder(folder), name), folder)
      return find(name)
    },
    createAt: (file) => packTo(file, join(file, '..')),
    thin: (keep) => {
      const old = listBackups(folder).filter(({ reason }) => automatic.has(reason))
      for (const { name } of old.slice(keep)) remove(name)
    },
    stage: (file) =>
      inTurn(async () => {
        const draft = join(folder, 'restore.draft')
        const maxBytes = Math.max(0, freeBytes(folder) - spareBytes)
        const found = await archive({ work: 'unpack', from: file, to: draft, maxBytes })
        if (found.state !== 'good') throw refusal(found)
        demandKeys(draft, masterKeyFile)
        for (const old of [keptFile(path), `${keptFile(path)}-wal`]) rmSync(old, { force: true })
        moveDurably(draft, pendingFile(folder))
        return { version: found.version }
      }),
  }
}
