import { AppError } from '#protocol/errors.ts'

/** What is counted together: after `free` failures each further one doubles the wait, up to `maxWaitMs`. */
export interface Counted {
  key: string
  free: number
  maxWaitMs: number
  /** A success wipes the failures out; without it only the attempt itself is not counted. */
  clears?: boolean
}

/** An attempt that is under way. Exactly one of the three ends it. */
export interface Attempt {
  failed(): void
  passed(): void
  /** Neither right nor wrong: it is as if it had not been. */
  dropped(): void
}

interface Count {
  failures: number
  running: number
  blockedUntil: number
  lastAt: number
}

const firstWaitMs = 5000
const maxRunning = 24
const forgetAfterMs = 30 * 60_000

/**
 * An IPv6 host owns a /64, so that is what counts. Link-local addresses share theirs with every neighbour and count
 * one by one.
 */
export const networkOf = (address: string): string => {
  if (!address.includes(':') || /^fe[89ab]/i.test(address)) return address
  const [left = '', right] = address.toLowerCase().split('::')
  const head = left.split(':').filter(Boolean)
  const tail = right === undefined ? [] : right.split(':').filter(Boolean)
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0')
  const groups = right === undefined ? head : [...head, ...zeros, ...tail]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

/**
 * Slows guessing down. It never locks for good: each wait has an end, and each failure is forgotten after half an hour
 * of silence. Refused attempts do not count, so that hammering does not prolong the wait.
 */
export const createThrottle = (deps: { now: () => number; maxKeys?: number }) => {
  const counts = new Map<string, Count>()
  const maxKeys = deps.maxKeys ?? 10_000

  const countOf = (key: string): Count => {
    const at = deps.now()
    const known = counts.get(key)
    const fresh = known && (known.running > 0 || at - known.lastAt < forgetAfterMs)
    const count = fresh ? known : { failures: 0, running: 0, blockedUntil: 0, lastAt: at }
    counts.delete(key)
    if (counts.size >= maxKeys) counts.delete(counts.keys().next().value as string)
    counts.set(key, count)
    return count
  }

  const waitMs = (count: Count) => (count.running >= maxRunning ? 1000 : Math.max(0, count.blockedUntil - deps.now()))

  const fail = ({ free, maxWaitMs }: Counted, count: Count) => {
    count.failures += 1
    count.lastAt = deps.now()
    const beyond = count.failures - free
    if (beyond >= 0) count.blockedUntil = deps.now() + Math.min(maxWaitMs, firstWaitMs * 2 ** Math.min(beyond, 20))
  }

  return {
    /** Throws `rate_limited` with the seconds to wait when any of the keys has to wait. */
    begin: (all: readonly Counted[]): Attempt => {
      const taken = all.map((one) => ({ one, count: countOf(one.key) }))
      const wait = Math.ceil(Math.max(0, ...taken.map(({ count }) => waitMs(count))) / 1000)
      if (wait > 0) {
        throw new AppError('rate_limited', `Too many attempts. Try again in ${wait} s.`, { retryAfterS: wait })
      }
      for (const { count } of taken) count.running += 1
      const end = (then: (one: Counted, count: Count) => void) => () => {
        for (const { one, count } of taken.splice(0)) {
          count.running -= 1
          then(one, count)
        }
      }
      return {
        failed: end(fail),
        passed: end((one) => {
          if (one.clears) counts.delete(one.key)
        }),
        dropped: end(() => undefined),
      }
    },
    size: () => counts.size,
  }
}
export type Throttle = ReturnType<typeof createThrottle>
