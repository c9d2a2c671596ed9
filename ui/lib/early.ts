export type Early = typeof globalThis & { belfryRefresh?: Promise<Response>; belfryStatus?: Promise<Response> }

const take = (name: 'belfryRefresh' | 'belfryStatus'): Promise<Response> | null => {
  const early = globalThis as Early
  const answer = early[name] ?? null
  delete early[name]
  return answer
}

/** The refresh that was sent before the pages were read; null when there was none, or it was taken already. */
export const takeEarlyRefresh = (): Promise<Response> | null => take('belfryRefresh')

/** The same for the question what this box tells strangers of itself. */
export const takeEarlyStatus = (): Promise<Response> | null => take('belfryStatus')
