/** Counts calls per key in windows; the map is bounded, so that a flood of keys costs no memory. */
export interface RateLimit {
  /** Seconds to wait, or 0 when the call may go on. */
  take(key: string): number
}

export const createRateLimit = (o: {
  limit: number
  windowMs: number
  now: () => number
  maxKeys?: number
}): RateLimit => {
  const windows = new Map<string, { start: number; count: number }>()
  const maxKeys = o.maxKeys ?? 10_000
  return {
    take: (key) => {
      const at = o.now()
      const known = windows.get(key)
      if (!known || at - known.start >= o.windowMs || at < known.start) {
        windows.delete(key)
        if (windows.size >= maxKeys) windows.delete(windows.keys().next().value as string)
        windows.set(key, { start: at, count: 1 })
        return 0
      }
      known.count += 1
      return known.count > o.limit ? Math.max(1, Math.ceil((known.start + o.windowMs - at) / 1000)) : 0
    },
  }
}
