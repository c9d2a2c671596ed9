export interface Timers {
  /** Runs after the delay, unless the simulator stops before. */
  later(delayMs: number, run: () => void): void
  keep(timer: NodeJS.Timeout): void
  cancelTimers(): void
}

export function createTimers(): Timers {
  const timers = new Set<NodeJS.Timeout>()
  return {
    keep: (timer) => void timers.add(timer),
    later(delayMs, run) {
      const timer = setTimeout(() => {
        timers.delete(timer)
        run()
      }, delayMs)
      timers.add(timer)
    },
    cancelTimers() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
