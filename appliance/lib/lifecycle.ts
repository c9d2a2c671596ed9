import type { Log } from './log.ts'

export interface Part {
  name: string
  start?: () => Promise<void> | void
  stop?: () => Promise<void> | void
}

export interface Lifecycle {
  /** Starts the parts in order; when one fails, stops those that had started and throws. */
  start(parts: readonly Part[]): Promise<void>
  /** Stops in reverse order; a part that fails to stop is logged and the rest still stop. */
  stop(): Promise<void>
}

export const createLifecycle = (log: Log): Lifecycle => {
  const started: Part[] = []
  const stop = async () => {
    for (const part of started.splice(0).reverse()) {
      try {
        await part.stop?.()
      } catch (err) {
        log.error({ err, part: part.name }, 'a part did not stop as it should')
      }
    }
  }
  return {
    start: async (parts) => {
      for (const part of parts) {
        try {
          await part.start?.()
          started.push(part)
        } catch (cause) {
          await stop()
          throw cause
        }
      }
    },
    stop,
  }
}
