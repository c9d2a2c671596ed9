import { createHash } from 'node:crypto'
import { chmodSync, closeSync, createReadStream, createWriteStream, openSync, readSync, rmSync } from 'node:fs'
import { Transform, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import Sqlite from 'better-sqlite3'
import { type Inspection, inspectFile } from './database.ts'
import { moveDurably, syncFile } from './durable.ts'

/** `from` is a database or a backup; `to` the file to make. */
export interface ArchiveJob {
  work: 'pack' | 'unpack'
  from: string
  to: string
  /** Gives up when the unpacked database would have more bytes than this. */
  maxBytes: number
}

export type ArchiveResult =
  | { state: 'good'; version: number }
  | Exclude<Inspection, { state: 'good' }>
  | { state: 'too-large' }

class TooLarge extends Error {
  override name = 'TooLarge'
}

const cap = (maxBytes: number) => {
  let seen = 0
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      seen += chunk.length
      done(seen > maxBytes ? new TooLarge() : null, chunk)
    },
  })
}

const beginsWith = (file: string): 'gzip' | 'sqlite' | null => {
  const handle = openSync(file, 'r')
  try {
    const head = Buffer.alloc(16)
    readSync(handle, head, 0, 16, 0)
    if (head.toString('latin1') === 'SQLite format 3\0') return 'sqlite'
    return head[0] === 0x1f && head[1] === 0x8b ? 'gzip' : null
  } finally {
    closeSync(handle)
  }
}

const hashOf = async (source: string, gzipped: boolean): Promise<string> => {
  const hash = createHash('sha256')
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      hash.update(chunk)
      done()
    },
  })
  const read = createReadStream(source)
  await (gzipped ? pipeline(read, createGunzip(), sink) : pipeline(read, sink))
  return hash.digest('hex')
}

/** One consistent moment of the database, compact, without waiting for the card: only the packed file is synced. */
const snapshot = (from: string, to: string) => {
  const db = new Sqlite(from, { readonly: true, fileMustExist: true, timeout: 5000 })
  try {
    db.pragma('synchronous = OFF')
    db.prepare('VACUUM INTO ?').run(to)
  } finally {
    db.close()
  }
}

/** Writes `from` as it is now to `to`: gzip, or the plain database when the name ends in `.db`. */
const pack = async ({ from, to }: ArchiveJob): Promise<ArchiveResult> => {
  const plain = `${to}.snapshot`
  const packed = `${to}.draft`
  try {
    rmSync(plain, { force: true })
    snapshot(from, plain)
    const found = inspectFile(plain)
    if (found.state !== 'good') return found
    if (to.endsWith('.db')) {
      chmodSync(plain, 0o600)
      syncFile(plain)
      moveDurably(plain, to)
      return found
    }
    await pipeline(createReadStream(plain), createGzip(), createWriteStream(packed, { flush: true, mode: 0o600 }))
    if ((await hashOf(plain, false)) !== (await hashOf(packed, true))) {
      return { state: 'damaged', reason: 'what was written cannot be read back' }
    }
    moveDurably(packed, to)
    return found
  } finally {
    for (const file of [plain, packed]) rmSync(file, { force: true })
  }
}

const isBadInput = (cause: unknown) =>
  cause instanceof Error && String((cause as NodeJS.ErrnoException).code).startsWith('Z_')

/** Writes the database that is inside `from` to `to`, synced, when it is a good one of ours. */
const unpack = async ({ from, to, maxBytes }: ArchiveJob): Promise<ArchiveResult> => {
  const kind = beginsWith(from)
  if (!kind) return { state: 'foreign', reason: 'it is not a backup of Belfry' }
  let found: ArchiveResult
  try {
    const out = createWriteStream(to, { flush: true, mode: 0o600 })
    const read = createReadStream(from)
    await (kind === 'gzip' ? pipeline(read, createGunzip(), cap(maxBytes), out) : pipeline(read, cap(maxBytes), out))
    found = inspectFile(to)
  } catch (cause) {
    if (cause instanceof TooLarge) found = { state: 'too-large' }
    else if (isBadInput(cause)) found = { state: 'damaged', reason: 'it ends early or was changed' }
    else throw cause
  }
  if (found.state !== 'good') rmSync(to, { force: true })
  return found
}

export const runArchiveJob = (job: ArchiveJob): Promise<ArchiveResult> =>
  job.work === 'pack' ? pack(job) : unpack(job)
