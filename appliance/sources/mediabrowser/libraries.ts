import type { Log } from '../../lib/log.ts'

const maxKnown = 500
const maxWaiting = 100
const failedAgainMs = 10 * 60_000

/** Names of libraries, by what a whole series, album or folder shares. Asking never holds up an observation. */
export interface Libraries {
  /** What is known now. The first question about a key starts a look-up; `onLearned` follows when it brought a name. */
  nameOf(key: string, itemId: string): string | null
}

interface Known {
  name: string | null
  askAgainAt: number
}

export const createLibraries = (deps: {
  lookUp(itemId: string, signal: AbortSignal): Promise<string | null>
  onLearned(): void
  signal: AbortSignal
  log: Log
  now: () => number
}): Libraries => {
  const known = new Map<string, Known>()
  const waiting = new Set<string>()
  let queue: Promise<void> = Promise.resolve()

  const remember = (key: string, entry: Known) => {
    known.delete(key)
    known.set(key, entry)
    if (known.size > maxKnown) known.delete(known.keys().next().value as string)
  }

  const lookUp = async (key: string, itemId: string) => {
    try {
      const name = await deps.lookUp(itemId, deps.signal)
      remember(key, { name, askAgainAt: Number.POSITIVE_INFINITY })
      if (name !== null) deps.onLearned()
    } catch (cause) {
      if (deps.signal.aborted) return
      deps.log.debug({ err: cause }, 'the library of an item could not be looked up')
      remember(key, { name: null, askAgainAt: deps.now() + failedAgainMs })
    } finally {
      waiting.delete(key)
    }
  }

  return {
    nameOf: (key, itemId) => {
      const entry = known.get(key)
      if (entry) remember(key, entry)
      const isDue = !entry || deps.now() >= entry.askAgainAt
      if (isDue && !waiting.has(key) && waiting.size < maxWaiting && !deps.signal.aborted) {
        waiting.add(key)
        queue = queue.then(() => lookUp(key, itemId))
      }
      return entry?.name ?? null
    },
  }
}
