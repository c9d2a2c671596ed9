export interface Limits {
  mayPoll(client: string): boolean
  maySignIn(client: string): boolean
  signInFailed(client: string): void
  signedIn(client: string): void
}

interface LimitOptions {
  pollsPerMinute?: number
  failedSignIns?: number
}

const MINUTE = 60_000
const BLOCK_MS = 10 * MINUTE

/** What each client may do before it is told that it asks too often. */
export function createLimits(now: () => number, { pollsPerMinute = 120, failedSignIns = 5 }: LimitOptions): Limits {
  const polls = new Map<string, number[]>()
  const failures = new Map<string, number[]>()
  const recent = (times: number[] | undefined, withinMs: number) => (times ?? []).filter((at) => now() - at < withinMs)
  return {
    mayPoll(client) {
      const times = [...recent(polls.get(client), MINUTE), now()]
      polls.set(client, times)
      return times.length <= pollsPerMinute
    },
    maySignIn: (client) => recent(failures.get(client), BLOCK_MS).length < failedSignIns,
    signInFailed: (client) => void failures.set(client, [...recent(failures.get(client), BLOCK_MS), now()]),
    signedIn: (client) => void failures.delete(client),
  }
}
