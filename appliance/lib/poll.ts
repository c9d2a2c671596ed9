import { setTimeout as wait } from 'node:timers/promises'

/** Full-jitter exponential back-off: between half of and the whole `base * 2^failures`, at most `max`. */
export const backoffMs = (failures: number, base: number, max: number, random: () => number = Math.random): number => {
  const ceiling = Math.min(max, base * 2 ** Math.min(failures, 20))
  return Math.round(ceiling / 2 + (random() * ceiling) / 2)
}

/** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
export const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
  await wait(ms, undefined, { signal, ref: false }).catch(() => undefined)
}

/** Runs `run` again and again with `everyMs` of rest in between, until the signal aborts; runs never overlap. */
export const every = async (options: {
  everyMs: number
  signal: AbortSignal
  run: (signal: AbortSignal) => Promise<void> | void
  onError: (cause: unknown) => void
}): Promise<void> => {
  const { everyMs, signal, run, onError } = options
  while (!signal.aborted) {
    try {
      await run(signal)
    } catch (cause) {
      if (!signal.aborted) onError(cause)
    }
    await pause(everyMs, signal)
  }
}
