export type Early = typeof globalThis & { belfryRefresh?: Promise<Response> }

/** The refresh that was sent before the pages were read; null when there was none, or it was taken already. */
export const takeEarlyRefresh = (): Promise<Response> | null => {
  const early = globalThis as Early
  const refresh = early.belfryRefresh ?? null
  delete early.belfryRefresh
  return refresh
}
