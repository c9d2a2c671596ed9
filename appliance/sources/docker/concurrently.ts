/** Runs `run` over the items with at most `limit` in flight; the results stand in the items' order. Ends at the first failure. */
export const concurrently = async <T, R>(
  items: readonly T[],
  limit: number,
  run: (item: T) => Promise<R>,
): Promise<R[]> => {
  const results = new Array<R>(items.length)
  let next = 0
  const work = async () => {
    while (next < items.length) {
      const at = next++
      try {
        results[at] = await run(items[at] as T)
      } catch (cause) {
        next = items.length
        throw cause
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work))
  return results
}
