/** One measured thing: what came out, what it may be at most, and what the bare minimum costs on the same machine. */
export interface Figure {
  name: string
  value: number
  unit: 'ms' | 'MB' | 'kB' | '%' | 'MB/day' | 'calls/min'
  /** At most this much; null where nothing was promised. */
  budget: number | null
  /** Measured in the same run, for scale. */
  reference: { what: string; value: number } | null
  /** Further numbers of the same measurement. */
  more?: Record<string, number>
}

export interface Effort {
  /** Fewer and shorter measurements: for a look, not for the record. */
  short: boolean
}

export type Measurement = (effort: Effort) => Promise<Figure[]>

const round = (value: number) => Math.round(value * 100) / 100

/** The value below which that share of the sorted sample lies; 0.5 is the median. */
export const quantile = (sample: readonly number[], share: number): number => {
  const sorted = sample.toSorted((a, b) => a - b)
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN)
}

export const spread = (sample: readonly number[]): { p50: number; p95: number; p99: number; max: number } => ({
  p50: quantile(sample, 0.5),
  p95: quantile(sample, 0.95),
  p99: quantile(sample, 0.99),
  max: quantile(sample, 1),
})

export const isWithin = ({ value, budget }: Figure): boolean | null => (budget === null ? null : value <= budget)

export const inMegabytes = (bytes: number): number => round(bytes / 1e6)
export const inKilobytes = (bytes: number): number => round(bytes / 1e3)
export { round }
