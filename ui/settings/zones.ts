let known: readonly string[] | null = null

/** Every zone that the browser knows, and `UTC`, which some leave out. */
export const zones = (): readonly string[] => {
  const names = known ?? Intl.supportedValuesOf('timeZone')
  known = names.includes('UTC') ? names : ['UTC', ...names]
  return known
}

/** "14:38 there now"; null for a zone that does not exist. */
export const timeIn = (zone: string, now: number): string | null => {
  try {
    return new Intl.DateTimeFormat('en-GB', {
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: zone,
    }).format(now)
  } catch {
    return null
  }
}
