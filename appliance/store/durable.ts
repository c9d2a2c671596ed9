import {
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

const sync = (path: string) => {
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Makes what was written to `file` survive a power cut. Never for a database this process has open: see `moveDurably`. */
export const syncFile = sync

/** Makes creations, renames and removals in `folder` survive a power cut. */
export const syncFolder = sync

/** Gives a file that root made in somebody's folder to the owner of the folder, who must be able to use it. */
const handOver = (file: string, folder: string) => {
  if (process.getuid?.() !== 0) return
  const { uid, gid } = statSync(folder)
  chownSync(file, uid, gid)
}

/**
 * Renames within one file system; `from` must be synced already. Opening and closing a database file by hand
 * would drop SQLite's locks on it (POSIX), so that this never opens either of them.
 */
export const moveDurably = (from: string, to: string): void => {
  handOver(from, dirname(to))
  renameSync(from, to)
  syncFolder(dirname(to))
}

/** Replaces `file` as a whole: after a power cut it holds either the old text or the new one. */
export const writeDurably = (file: string, text: string, mode: number): void => {
  const draft = `${file}.new`
  rmSync(draft, { force: true })
  writeFileSync(draft, text, { mode, flush: true })
  moveDurably(draft, file)
}

/** Makes a folder that belongs to the owner of the one it is in. */
export const makeFolder = (folder: string): void => {
  if (mkdirSync(folder, { recursive: true, mode: 0o750 })) handOver(folder, dirname(folder))
}
