import { createWriteStream, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { setImmediate as breathe } from 'node:timers/promises'
import { AppError } from '#protocol/errors.ts'
import type { ImportTask } from '#protocol/play.ts'
import type { Log } from '../../lib/log.ts'
import { ulid } from '../../lib/ulid.ts'
import type { Reads } from '../analytics/store.ts'
import { shortestMs } from '../plays/play.ts'
import type { PlayStore } from '../plays/store.ts'
import { readJellystat } from './jellystat.ts'
import { countTautulli, isTautulli, readTautulli } from './tautulli.ts'
import { recordFrom, type Told } from './told.ts'

export type FileReads = Reads & { close(): Promise<void> }

export interface ImportDeps {
  store: PlayStore
  folder: string
  /** Opens a database of another program to read from it. */
  openFile(path: string): FileReads
  now: () => number
  log: Log
}

export interface Imports {
  /** Takes the file of a request and begins; throws when it is none that is known. */
  begin(request: Request, source: { id: string; name: string }): Promise<ImportTask>
  find(id: string): ImportTask | undefined
}

const maxBytes = 1024 ** 3
const maxJsonBytes = 128 * 1024 ** 2
const batch = 100
const kept = 20

const tooLarge = (bytes: number) =>
  new AppError('payload_too_large', `The file is larger than ${Math.round(bytes / 1024 / 1024)} MiB.`)
const unknown = () =>
  new AppError('invalid_request', 'This is neither the database of a Tautulli nor the backup of a Jellystat.')

const take = async (request: Request, file: string) => {
  if (!request.body) throw new AppError('invalid_request', 'The body must be the file.')
  let seen = 0
  const cap = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      seen += chunk.length
      done(seen > maxBytes ? tooLarge(maxBytes) : null, chunk)
    },
  })
  const body = Readable.fromWeb(request.body as ReadableStream<Uint8Array>)
  await pipeline(body, cap, createWriteStream(file, { mode: 0o600 }))
  return seen
}

const isDatabase = async (file: string): Promise<boolean> => {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(16), 0, 16, 0)
    return buffer.toString('latin1') === 'SQLite format 3\0'
  } finally {
    await handle.close()
  }
}

interface Opened {
  count: number
  plays: AsyncIterable<Told | null> | Iterable<Told | null>
  close(): Promise<void>
}

const openHistory = async (file: string, bytes: number, openFile: ImportDeps['openFile']): Promise<Opened> => {
  if (!(await isDatabase(file))) {
    if (bytes > maxJsonBytes) throw tooLarge(maxJsonBytes)
    const plays = (await readJellystat(file))?.sort((a, b) => (a?.startedAt ?? 0) - (b?.startedAt ?? 0))
    if (!plays) throw unknown()
    return { count: plays.length, plays, close: async () => undefined }
  }
  const reads = openFile(file)
  try {
    if (!(await isTautulli(reads))) throw unknown()
    return { count: await countTautulli(reads), plays: readTautulli(reads), close: reads.close }
  } catch (cause) {
    await reads.close()
    throw cause instanceof AppError ? cause : new AppError('invalid_request', 'This file cannot be read.', { cause })
  }
}

/** Writes a batch in one transaction; what is there already is left as it is. */
const writeBatch = (store: PlayStore, told: readonly (Told | null)[], source: { id: string; name: string }) =>
  store.atomically(() => {
    const counts = { added: 0, known: 0, left: 0 }
    for (const one of told) {
      const play = one && recordFrom(one, source)
      if (!play || play.playedMs < shortestMs) counts.left += 1
      else if (store.has(play)) counts.known += 1
      else {
        store.record(play)
        counts.added += 1
      }
    }
    return counts
  })

/** Takes over what another program has recorded of a source. One at a time; the same file again adds nothing. */
export const createImports = ({ store, folder, openFile, now, log }: ImportDeps): Imports => {
  const tasks = new Map<string, ImportTask>()
  let busy = false
  const file = join(folder, 'history.import')
  const clear = () => {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true })
  }

  const run = async (task: ImportTask, opened: Opened, source: { id: string; name: string }) => {
    const sums = { added: 0, known: 0, left: 0 }
    let waiting: (Told | null)[] = []
    let done = 0
    const flush = async () => {
      const { added, known, left } = writeBatch(store, waiting, source)
      done += waiting.length
      waiting = []
      Object.assign(sums, { added: sums.added + added, known: sums.known + known, left: sums.left + left })
      task.percent = opened.count > 0 ? Math.min(100, Math.floor((done / opened.count) * 100)) : 100
      await breathe()
    }
    for await (const one of opened.plays) if (waiting.push(one) >= batch) await flush()
    await flush()
    task.log.push(`${sums.added} plays added, ${sums.known} were here already, ${sums.left} too short or unreadable.`)
  }

  /** Says how it ended only when the file is gone and the next one may come. */
  const finish = async (task: ImportTask, opened: Opened, source: { id: string; name: string }) => {
    let end: Partial<ImportTask> = { state: 'done', percent: 100 }
    try {
      await run(task, opened, source)
    } catch (err) {
      log.error({ err }, 'a history could not be imported to its end')
      end = { state: 'failed', error: 'The file could not be read to its end. What was read is kept.' }
    } finally {
      await opened.close()
      clear()
      busy = false
      Object.assign(task, end)
    }
  }

  return {
    find: (id) => tasks.get(id),
    begin: async (request, source) => {
      if (busy) throw new AppError('conflict', 'Another import is running. Wait for it to end.')
      busy = true
      try {
        clear()
        const opened = await openHistory(file, await take(request, file), openFile)
        const task: ImportTask = {
          ...{ id: ulid(now()), kind: 'history.import', state: 'running', percent: 0, log: [], error: null },
        }
        tasks.set(task.id, task)
        const oldest = tasks.keys().next().value
        if (tasks.size > kept && oldest !== undefined) tasks.delete(oldest)
        void finish(task, opened, source)
        return task
      } catch (cause) {
        clear()
        busy = false
        throw cause
      }
    },
  }
}
