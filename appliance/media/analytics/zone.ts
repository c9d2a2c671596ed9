import { dayMs, quarterMs } from '../plays/store-sums.ts'
import type { Span } from './periods.ts'

/** From this quarter of an hour on (UTC, since 1970), local time is so many quarters later. */
export interface Offset {
  from: number
  quarters: number
}

const reader = (timeZone: string) => {
  const format = new Intl.DateTimeFormat('en', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric' },
  })
  return (at: number): number => {
    const part: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(at)) part[type] = Number(value)
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0 } = part
    return Math.round((Date.UTC(year, month - 1, day, hour, minute) - at) / quarterMs)
  }
}

/** How far local time is ahead of UTC over a span: one entry, and one for each change of the clocks in it. */
export const offsetsOf = (timeZone: string, { from, to }: Span): Offset[] => {
  const offsetAt = reader(timeZone)
  const at = (quarter: number) => offsetAt(quarter * quarterMs)
  // No zone changes its clocks twice within a week.
  const stride = (7 * dayMs) / quarterMs
  let here = Math.floor(from / quarterMs)
  const last = Math.ceil(to / quarterMs)
  const offsets: Offset[] = [{ from: here, quarters: at(here) }]
  while (here < last) {
    const next = Math.min(here + stride, last)
    const before = offsets.at(-1)?.quarters
    if (at(next) !== before) {
      let [low, high] = [here, next]
      while (high - low > 1) {
        const middle = Math.floor((low + high) / 2)
        if (at(middle) === before) low = middle
        else high = middle
      }
      offsets.push({ from: high, quarters: at(high) })
    }
    here = next
  }
  return offsets
}
