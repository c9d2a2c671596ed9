import { constants, copyFileSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import type { Log } from '../lib/log.ts'
import type { ArchiveResult } from './archive.ts'
import { archiveSync } from './archive-thread.ts'
import { listBackups } from './copies.ts'
import { inspectFile } from './database.ts'
import { moveDurably, syncFile, syncFolder } from './durable.ts'
import { copiesOf } from './migrate.ts'
import { moveAside } from './restore.ts'

interface Candidate {
  name: string
  at: number
  /** Writes the database inside to `to`, synced. */
  extract(to: string): ArchiveResult
}

const candidates = (path: string, folder: string): Candidate[] => {
  const backups = listBackups(folder).map(({ name, at, file }) => ({
    name,
    at,
    extract: (to: string) => archiveSync({ work: 'unpack', from: file, to, maxBytes: Number.POSITIVE_INFINITY }),
  }))
  const copies = copiesOf(path).map(({ file }) => ({
    name: basename(file),
    at: statSync(file).mtimeMs,
    extract: (to: string) => {
      copyFileSync(file, to, constants.COPYFILE_FICLONE)
      syncFile(to)
      return inspectFile(to)
    },
  }))
  return [...backups, ...copies].sort((a, b) => b.at - a.at)
}

/** Whether there was ever a database here: what is left of one forbids starting with an empty one. */
export const hasTraces = (path: string, folder: string): boolean =>
  existsSync(`${path}-wal`) ||
  readdirSync(folder).some((name) => name.startsWith(`${basename(path)}.damaged-`)) ||
  candidates(path, folder).length > 0

/** Puts the newest good copy in the place of a bad or missing database. Null when there is no good one. */
export const fallBack = (
  path: string,
  folder: string,
  now: number,
  log: Log,
): { from: string; at: number; keptAs: string | null } | null => {
  const draft = `${path}.draft`
  for (const { name, at, extract } of candidates(path, folder)) {
    rmSync(draft, { force: true })
    const found = extract(draft)
    if (found.state !== 'good') {
      log.warn({ copy: name, found }, 'this copy of the database cannot be used')
      continue
    }
    const keptAs =
      existsSync(path) || existsSync(`${path}-wal`)
        ? `${path}.damaged-${new Date(now).toISOString().replace(/[-:.]/g, '')}`
        : null
    if (keptAs) moveAside(path, keptAs)
    syncFolder(folder)
    moveDurably(draft, path)
    return { from: name, at, keptAs }
  }
  rmSync(draft, { force: true })
  return null
}
