import type { Container } from '#protocol/container.ts'
import type { MarkState } from '../components/mark.ts'
import { usedOf } from '../lib/format.ts'

export interface Condition {
  state: MarkState
  /** One or two words for a table: "Near its limit". */
  word: string
  /** The fact for a line: "Memory 94 % of its limit, 7.5 of 8 GB". */
  fact: string
}

const nearLimit = 0.9

/** Share of its memory limit that a container uses; null when it has none that holds. */
export const memoryShare = ({ memory }: Container): number | null =>
  memory.used !== null && memory.limit !== null && memory.limit > 0 && memory.enforced
    ? memory.used / memory.limit
    : null

const memoryFact = ({ memory: { used, limit } }: Container): string => {
  if (used === null) return ''
  const { used: figure, total, unit } = usedOf(used, limit ?? used)
  return limit ? `${figure} of ${total} ${unit}` : `${figure} ${unit}`
}

const stopped = ({ exitCode, oomKilled }: Container): Condition => {
  if (oomKilled) return { state: 'trouble', word: 'Out of memory', fact: 'Stopped, it ran out of memory' }
  // 137 and 143 are what a container says that was told to stop.
  if (exitCode === null || [0, 137, 143].includes(exitCode)) return { state: 'off', word: 'Stopped', fact: 'Stopped' }
  return { state: 'attention', word: `Stopped, exit ${exitCode}`, fact: `Stopped by itself, exit ${exitCode}` }
}

const running = (container: Container): Condition => {
  const memory = memoryFact(container)
  const with_ = (word: string) => (memory ? `${word}, ${memory}` : word)
  if (container.health === 'unhealthy')
    return { state: 'attention', word: 'Unhealthy', fact: 'Runs, its health check fails' }
  if (container.health === 'starting') return { state: 'busy', word: 'Starting', fact: 'Starting, not healthy yet' }
  const share = memoryShare(container)
  if (share !== null && share >= nearLimit)
    return {
      state: 'attention',
      word: 'Near its limit',
      fact: `Memory ${Math.round(share * 100)} % of its limit, ${memory}`,
    }
  return { state: 'fine', word: 'Running', fact: with_('Running') }
}

/** How a container is, said once for every page. */
export const conditionOf = (container: Container): Condition => {
  switch (container.state) {
    case 'running':
      return running(container)
    case 'paused':
      return { state: 'off', word: 'Paused', fact: 'Paused' }
    case 'restarting':
      return container.restarts > 2
        ? {
            state: 'trouble',
            word: 'Restarts again and again',
            fact: `Restarted ${container.restarts} times, does not stay up`,
          }
        : { state: 'busy', word: 'Restarting', fact: 'Restarting' }
    case 'removing':
      return { state: 'busy', word: 'Being removed', fact: 'Being removed' }
    case 'dead':
      return { state: 'trouble', word: 'Dead', fact: 'Dead, the engine could not remove it' }
    case 'created':
      return { state: 'off', word: 'Not started', fact: 'Never started' }
    case 'exited':
      return stopped(container)
  }
}
