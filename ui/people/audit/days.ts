const parts = (at: number, zone: string | undefined): number => {
  const format = new Intl.DateTimeFormat('en-GB', {
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
    ...{ hourCycle: 'h23', ...(zone ? { timeZone: zone } : {}) },
  } as Intl.DateTimeFormatOptions)
  const found = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  const of = (name: string) => found[name] ?? 0
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
}

const dayMs = 86_400_000

/** The instant at which a day (`2026-11-20`) begins in a zone; null when it is no day. */
export const startOfDay = (day: string, zone: string | undefined): number | null => {
  const wanted = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  if (Number.isNaN(wanted)) return null
  let at = wanted
  // Twice, because the offset at the first guess may be the one of before a change of the clocks.
  for (const _ of [1, 2]) at += wanted - parts(at, zone)
  return at
}

/** The last millisecond of a day in a zone. */
export const endOfDay = (day: string, zone: string | undefined): number | null => {
  const start = startOfDay(day, zone)
  if (start === null) return null
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + dayMs).toISOString().slice(0, 10)
  return (startOfDay(next, zone) ?? start + dayMs) - 1
}
