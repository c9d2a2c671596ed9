/** Our own names, looked up again at most every 10 s: an address may change while we run. */
export const createOwnNames = (read: () => readonly string[], now: () => number) => {
  let names: ReadonlySet<string> = new Set()
  let readAt = Number.NEGATIVE_INFINITY
  return () => {
    if (Math.abs(now() - readAt) > 10_000) {
      readAt = now()
      names = new Set(['belfry.local', ...read()])
    }
    return names
  }
}
