const lifeMs = 5 * 60_000
const maxOpen = 1000

/** Random texts that we gave out: each is good once, for one purpose, for five minutes. */
export const createChallenges = (now: () => number) => {
  const open = new Map<string, { purpose: string; until: number }>()
  return {
    give: (challenge: string, purpose: string) => {
      for (const [other, { until }] of open) if (until <= now()) open.delete(other)
      if (open.size >= maxOpen) open.delete(open.keys().next().value as string)
      open.set(challenge, { purpose, until: now() + lifeMs })
    },
    /** True once; asking takes it away even for the wrong purpose. */
    take: (challenge: string, purpose: string): boolean => {
      const found = open.get(challenge)
      open.delete(challenge)
      return found !== undefined && found.purpose === purpose && found.until > now()
    },
  }
}
export type Challenges = ReturnType<typeof createChallenges>
