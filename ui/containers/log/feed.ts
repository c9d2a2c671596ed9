import { type ReadonlySignal, signal } from '@preact/signals'
import type { LogLine } from '#protocol/container.ts'
import type { Api } from '../../lib/api.ts'
import { isCode } from '../../lib/api-error.ts'
import { pathOf } from '../model.ts'
import { createLogBook, createRepeatFilter, type LogBook } from './book.ts'

/** `broken` tries again by itself, unless the box said that it makes no sense. */
export type FeedState = 'opening' | 'live' | 'ended' | 'broken' | 'refused'

export interface LogFeed {
  book: LogBook
  state: ReadonlySignal<FeedState>
  error: ReadonlySignal<unknown>
  /** Reads and follows until the answer is called. Lines that are there already are not asked for again. */
  start(): () => void
}

const delaysMs = [500, 1000, 2000, 5000, 10_000]

const pause = (ms: number, abort: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    const cut = () => {
      clearTimeout(timer)
      resolve()
    }
    abort.addEventListener('abort', cut, { once: true })
  })

/** Calls back with every batch of whole lines, as they come. */
const readLines = async (response: Response, onLines: (lines: LogLine[]) => void): Promise<void> => {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  for (;;) {
    const chunk = await reader?.read()
    if (!chunk || chunk.done) break
    const parts = (rest + chunk.value).split('\n')
    rest = parts.pop() ?? ''
    const lines = parts.filter(Boolean).map((part) => JSON.parse(part) as LogLine)
    if (lines.length > 0) onLines(lines)
  }
  if (rest) onLines([JSON.parse(rest) as LogLine])
}

/** The log of one container: its last lines, then what is written, over breaks of the connection too. */
export const createLogFeed = (deps: { api: Api; id: string; tail: number; isRunning: () => boolean }): LogFeed => {
  const book = createLogBook()
  const state = signal<FeedState>('opening')
  const error = signal<unknown>(null)

  const readOnce = async (abort: AbortSignal) => {
    const mark = book.mark()
    const isNew = createRepeatFilter(mark)
    const query = { tail: deps.tail, follow: true, since: mark?.at }
    const response = await deps.api.open(`${pathOf(deps.id)}/logs`, {}, { query, signal: abort, timeoutMs: 0 })
    if (deps.isRunning()) state.value = 'live'
    error.value = null
    if (!mark) book.clear()
    await readLines(response, (lines) => book.add(lines.filter(isNew)))
  }

  const run = async (abort: AbortSignal) => {
    let failures = 0
    while (!abort.aborted) {
      try {
        await readOnce(abort)
        failures = 0
        if (!deps.isRunning()) {
          state.value = 'ended'
          return
        }
      } catch (cause) {
        if (abort.aborted) return
        error.value = cause
        const isFinal = isCode(cause, 'not_found', 'forbidden', 'invalid_request', 'unauthorized')
        state.value = isFinal ? 'refused' : 'broken'
        if (isFinal) return
        failures += 1
      }
      await pause(delaysMs[Math.min(failures, delaysMs.length - 1)] ?? 1000, abort)
    }
  }

  return {
    book,
    state,
    error,
    start: () => {
      const stopping = new AbortController()
      void run(stopping.signal)
      return () => stopping.abort()
    },
  }
}
