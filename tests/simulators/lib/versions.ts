/** Compares what stands between the dots as numbers; a suffix after them is left out. */
export function isAtLeast(version: string, floor: string): boolean {
  const left = numbersOf(version)
  const right = numbersOf(floor)
  for (const [index, wanted] of right.entries()) {
    const found = left[index] ?? 0
    if (found !== wanted) return found > wanted
  }
  return true
}

function numbersOf(version: string): number[] {
  return version.split('.').map((part) => Number.parseInt(part, 10) || 0)
}
