const dayMs = 24 * 3600_000
/** A Pi without a clock of its own starts long ago: nothing is dated until it has found the time. */
const firstSaneMs = Date.UTC(2026, 0, 1)

const minutesOfDay = (at: number, timeZone: string): number => {
  const parts = new Intl.DateTimeFormat('en', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    .formatToParts(at)
    .map(({ value }) => Number(value))
    .filter((value) => !Number.isNaN(value))
  return (parts[0] ?? 0) * 60 + (parts[1] ?? 0)
}

export const isClockSane = (now: number): boolean => now >= firstSaneMs

/** When it was last `minuteOfDay` in the time zone (ms). On a day whose clocks change it may be an hour off. */
export const lastSlot = (now: number, timeZone: string, minuteOfDay: number): number => {
  const sinceMinutes = (minutesOfDay(now, timeZone) - minuteOfDay + 24 * 60) % (24 * 60)
  return Math.floor(now / 60_000) * 60_000 - sinceMinutes * 60_000
}

/**
 * Whether the nightly work is due: it was not done since the last slot. A box that is off at night does it in the
 * morning, `settleMs` after its start. Work dated in the future was done under a wrong clock and does not count.
 */
export const isNightlyDue = (o: {
  now: number
  timeZone: string
  minuteOfDay: number
  lastDoneAt: number | null
  upForMs: number
  settleMs: number
}): boolean => {
  if (!isClockSane(o.now) || o.upForMs < o.settleMs) return false
  if (o.lastDoneAt === null || o.lastDoneAt > o.now + dayMs) return true
  return o.lastDoneAt < lastSlot(o.now, o.timeZone, o.minuteOfDay)
}
