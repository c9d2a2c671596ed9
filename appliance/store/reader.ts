import { AppError } from '#protocol/errors.ts'
import { type ReaderThread, startReaderThread } from './reader-thread.ts'
import type { Params } from './reader-worker.ts'

export interface Reader {
  /** All rows of a query. Rejects with AppError above the row cap (`payload_too_large`) or the time cap (`unavailable`). */
  all<T>(sql: string, params?: Params): Promise<T[]>
  /** The rows of a query, some hundred at a time and only as fast as they are taken; for exports. */
  stream<T>(sql: string, params?: Params): AsyncGenerator<T, void, undefined>
  close(): Promise<void>
}

interface Caps {
  maxRows?: number
  timeoutMs?: number
  /** A thread that nobody asks ends, and its memory is free again. */
  idleMs?: number
  /** A stream whose taker rests this long ends: it holds back the folding of the log into the file. */
  stallMs?: number
}

const batchRows = 500
const stopping = () => new AppError('unavailable', 'The appliance is stopping.')
const cutOff = () => new AppError('unavailable', 'The reading was cut off. Start it again.')
const tooMany = (rows: number) => new AppError('payload_too_large', `This has more than ${rows} rows. Ask for less.`)

/** The thread that is alive now, or a new one; ended when nothing has been `held` for a while. */
const createKeeper = (path: string, timeoutMs: number, idleMs: number) => {
  let thread: ReaderThread | null = null
  let held = 0
  let idle: NodeJS.Timeout | undefined
  const end = async () => {
    clearTimeout(idle)
    const ending = thread
    thread = null
    await ending?.end()
  }
  return {
    end,
    alive: (): ReaderThread => {
      if (!thread || thread.isDead()) thread = startReaderThread(path, timeoutMs)
      return thread
    },
    hold: () => {
      clearTimeout(idle)
      held++
      return () => {
        held--
        if (held === 0) idle = setTimeout(() => void end(), idleMs).unref()
      }
    },
  }
}

type Keeper = ReturnType<typeof createKeeper>
type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/** A query whose rows are asked for batch by batch; it dies with its thread. */
const openCursor = async (keeper: Keeper, inTurn: InTurn, sql: string, params: Params) => {
  const thread = await inTurn(async () => keeper.alive())
  const { cursor } = await inTurn(() => thread.ask({ ask: 'open', sql, params }))
  let open = true
  const shut = () => {
    if (!open) return
    open = false
    if (!thread.isDead()) inTurn(() => thread.ask({ ask: 'shut', cursor })).catch(() => undefined)
  }
  const next = () => {
    if (!open || thread.isDead()) throw cutOff()
    return inTurn(() => thread.ask({ ask: 'next', cursor, count: batchRows }))
  }
  return { next, shut }
}

async function* rowsOf<T>(cursor: Awaited<ReturnType<typeof openCursor>>, stallMs: number) {
  let stalled: NodeJS.Timeout | undefined
  try {
    for (let more = true; more; ) {
      const answer = await cursor.next()
      more = answer.more
      stalled = setTimeout(cursor.shut, stallMs).unref()
      yield* answer.rows as T[]
      clearTimeout(stalled)
    }
  } finally {
    clearTimeout(stalled)
    cursor.shut()
  }
}

/**
 * Reads in a thread of its own, so that the event loop never waits for a heavy query. The thread starts with the first
 * question, ends when idle, and starts again when it died; questions wait for each other.
 */
export const createReader = (path: string, caps: Caps = {}): Reader => {
  const { maxRows = 100_000, timeoutMs = 30_000, idleMs = 60_000, stallMs = 60_000 } = caps
  const keeper = createKeeper(path, timeoutMs, idleMs)
  let last: Promise<unknown> = Promise.resolve()
  let closed = false

  const inTurn: InTurn = (work) => {
    const release = keeper.hold()
    const turn = last.then(() => {
      if (closed) throw stopping()
      return work()
    })
    last = turn.catch(() => undefined)
    return turn.finally(release)
  }

  async function* stream<T>(sql: string, params: Params = []) {
    const release = keeper.hold()
    try {
      yield* rowsOf<T>(await openCursor(keeper, inTurn, sql, params), stallMs)
    } finally {
      release()
    }
  }

  return {
    all: <T>(sql: string, params: Params = []) =>
      inTurn(async () => {
        const { rows, more } = await keeper.alive().ask({ ask: 'all', sql, params, maxRows })
        if (more) throw tooMany(maxRows)
        return rows as T[]
      }),
    stream,
    close: async () => {
      closed = true
      await keeper.end()
    },
  }
}
