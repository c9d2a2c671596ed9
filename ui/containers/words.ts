import type { Container, Engine } from '#protocol/container.ts'
import type { Source } from '#protocol/source.ts'
import type { MarkState } from '../components/mark.ts'
import { bytes } from '../lib/format.ts'
import { isAway, productOf } from '../sources/kinds.ts'
import { conditionOf } from './condition.ts'
import { actingWord, type Pending } from './power.ts'

/** How a container stands, said: a mark, its word, and when that began. */
export interface Standing {
  state: MarkState
  word: string
  /** When it began (`for` so long, or so long `ago`), or the moment of which this is known (`at`). */
  time: { at: string | number; said: 'for' | 'ago' | 'at' } | null
  /** What stands beside the time: "healthy", "exit 0". */
  note: string | null
}

/** Whether its engine answers, so that what is shown is what is. */
export const canTell = (source: Source | undefined): boolean => source === undefined || !isAway(source)

const timeOf = ({ state, startedAt, finishedAt }: Container): Standing['time'] => {
  if (state === 'running' && startedAt) return { at: startedAt, said: 'for' }
  if (state === 'exited' && finishedAt) return { at: finishedAt, said: 'ago' }
  return null
}

const noteOf = ({ state, health, exitCode, restarts }: Container): string | null => {
  switch (state) {
    case 'running':
      return health === 'healthy' ? 'healthy' : null
    case 'exited':
      return exitCode === 0 || exitCode === 137 || exitCode === 143 ? `exit ${exitCode}` : null
    case 'restarting':
      return `${restarts} times so far`
    case 'paused':
      return 'stands still'
    default:
      return null
  }
}

/** What somebody asked for comes first, then whether the engine can be asked at all, then what it said. */
export const standingOf = (
  container: Container,
  source: Source | undefined,
  pending: Pending | undefined,
): Standing => {
  if (pending)
    return { state: 'busy', word: actingWord[pending.action], time: { at: pending.since, said: 'for' }, note: null }
  const { state, word } = conditionOf(container)
  if (source && !canTell(source))
    return {
      state: 'unknown',
      word: 'Unknown',
      time: { at: source.status.since, said: 'at' },
      note: word.toLowerCase(),
    }
  return { state, word, time: timeOf(container), note: noteOf(container) }
}

export const isFine = ({ state }: Standing): boolean => state === 'fine' || state === 'off' || state === 'busy'

const round = (count: number): string => {
  const { figure, unit } = bytes(count)
  const isLarge = Number(figure.replaceAll(',', '')) >= 10
  return `${isLarge ? figure.replace(/\.\d$/, '') : figure.replace(/\.0$/, '')} ${unit}`
}

/** "7.5" of "8 GB", or "41 MB" of "63 GB": the unit once where both have the same. */
export const memoryOf = (used: number, limit: number | null): { used: string; of: string | null } => {
  const mine = round(used)
  if (limit === null) return { used: mine, of: null }
  const theirs = round(limit)
  const [figure, unit] = mine.split(' ')
  return { used: theirs.endsWith(` ${unit}`) ? `${figure}` : mine, of: theirs }
}

export const sizeOf = (count: number | null): string => (count === null ? '–' : round(count))

/** "Docker 28.5, on docker-2". */
export const whereOf = (engine: Engine, source: Source | undefined): string => {
  const product = productOf({ kind: source?.kind ?? 'docker', version: engine.version ?? source?.version ?? null })
  return engine.hostname && engine.hostname !== engine.name ? `${product}, on ${engine.hostname}` : product
}

/** Ports on the host, each once: engines list IPv4 and IPv6 apart. */
export const hostPorts = ({ ports }: Container): number[] => [
  ...new Set(ports.flatMap(({ hostPort }) => (hostPort === null ? [] : [hostPort]))),
]
