import type { Range } from '#protocol/play.ts'
import { dayMs, dayOf, monthOf } from '../plays/store-sums.ts'

export const rangeMs: Record<Range, number> = {
  '24h': dayMs,
  '7d': 7 * dayMs,
  '30d': 30 * dayMs,
  '180d': 180 * dayMs,
  '365d': 365 * dayMs,
}

/** From `from` on and before `to` (ms). */
export interface Span {
  from: number
  to: number
}

/** A span as the sums have it: whole months and days by their numbers, and what is left at its two ends. */
export interface Periods {
  periods: number[]
  edges: [Span, Span]
}

const monthStart = (at: number, months: number): number => {
  const date = new Date(at)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months)
}

const empty = (at: number): Span => ({ from: at, to: at })

export const periodsOf = ({ from, to }: Span): Periods => {
  const [first, end] = [Math.ceil(from / dayMs) * dayMs, dayOf(to) * dayMs]
  if (first >= end) return { periods: [], edges: [{ from, to }, empty(to)] }
  const periods: number[] = []
  for (let at = first; at < end; ) {
    const next = monthStart(at, 1)
    const isWhole = at === monthStart(at, 0) && next <= end
    periods.push(isWhole ? monthOf(at) : dayOf(at))
    at = isWhole ? next : at + dayMs
  }
  return {
    periods,
    edges: [
      { from, to: first },
      { from: end, to },
    ],
  }
}
