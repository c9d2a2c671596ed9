import { Worker } from 'node:worker_threads'
import { AppError } from '#protocol/errors.ts'
import type { Ask, Told } from './reader-worker.ts'
import { workerFile } from './worker-file.ts'

export type Answer = Extract<Told, { rows: unknown[] }>

/** A worker with at most one question under way. It is dead after `end`, an error or a question that took too long. */
export interface ReaderThread {
  ask(question: Ask): Promise<Answer>
  isDead(): boolean
  end(): Promise<void>
}

const tooLong = () => new AppError('unavailable', 'This question took too long. Ask for a shorter range.')

export const startReaderThread = (path: string, timeoutMs: number): ReaderThread => {
  let waiting: PromiseWithResolvers<Told> | null = null
  let dead = false
  const worker = new Worker(workerFile('reader-worker', import.meta.url), {
    workerData: { path },
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  })
  worker.unref()
  const die = (cause: unknown) => {
    dead = true
    waiting?.reject(cause)
  }
  worker.on('message', (told: Told) => waiting?.resolve(told))
  worker.on('error', die)
  worker.on('exit', () => die(new Error('The thread that reads the database ended.')))

  return {
    isDead: () => dead,
    end: async () => {
      dead = true
      await worker.terminate()
    },
    ask: async (question) => {
      waiting = Promise.withResolvers<Told>()
      const late = setTimeout(() => {
        die(tooLong())
        void worker.terminate()
      }, timeoutMs)
      try {
        worker.postMessage(question)
        const told = await waiting.promise
        if ('cause' in told) throw told.cause
        return told
      } finally {
        clearTimeout(late)
        waiting = null
      }
    },
  }
}
