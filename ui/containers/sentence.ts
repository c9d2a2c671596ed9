import type { Container } from '#protocol/container.ts'
import type { Source } from '#protocol/source.ts'
import { capital, cores, listed, say, span } from '../lib/format.ts'
import { conditionOf } from './condition.ts'
import { canTell, hostPorts, sizeOf } from './words.ts'

/** What needs somebody, then the rest. */
export interface Said {
  strong: string
  rest: string
}

const use = ({ cpu, memory }: Container): string => {
  const processor = cpu === null ? null : cpu < 0.005 ? 'hardly any processor' : say(cores(cpu))
  const parts = [processor, memory.used === null ? null : sizeOf(memory.used)]
  const known = parts.filter((part) => part !== null)
  return known.length > 0 ? `It uses ${listed(known)}${memory.used === null ? '' : ' of memory'}.` : ''
}

const reached = (container: Container): string => {
  const ports = hostPorts(container)
  if (ports.length === 0) return ''
  return `It answers on ${ports.length === 1 ? 'port' : 'ports'} ${listed(ports.slice(0, 4).map(String))}.`
}

const running = (container: Container, now: number): Said => {
  const { health, startedAt } = container
  const condition = conditionOf(container)
  const age = startedAt ? ` for ${span(now - Date.parse(startedAt))}` : ''
  if (condition.state !== 'fine' && condition.state !== 'busy')
    return { strong: `${condition.fact}.`, rest: `It has been up${age}. ${use(container)}` }
  const well = health === 'healthy' ? ' and is healthy' : health === 'starting' ? ', its health is not known yet' : ''
  return { strong: `Up${age}${well}.`, rest: [use(container), reached(container)].filter(Boolean).join(' ') }
}

const stopped = (container: Container, now: number): Said => {
  const { exitCode, finishedAt, oomKilled } = container
  const when = finishedAt ? ` ${span(now - Date.parse(finishedAt))} ago` : ''
  if (oomKilled)
    return { strong: `Ran out of memory${when}.`, rest: 'The engine ended it. Its files are as it left them.' }
  if (conditionOf(container).state !== 'off')
    return { strong: `Ended by itself${when} with exit code ${exitCode}.`, rest: 'Its log may say why.' }
  return { strong: `Stopped${when}.`, rest: 'Its files and volumes are as it left them.' }
}

/** The headline of a container's page. */
export const sentenceFor = (container: Container, source: Source | undefined, now: number): Said => {
  if (source && !canTell(source)) {
    const word = conditionOf(container).word.toLowerCase()
    return {
      strong: `Nobody can tell how it is.`,
      rest: `${source.name} does not answer; when it last did, this was ${word}.`,
    }
  }
  switch (container.state) {
    case 'running':
      return running(container, now)
    case 'exited':
      return stopped(container, now)
    case 'paused':
      return {
        strong: 'Stands still.',
        rest: `It was paused and answers nobody until it is resumed. ${use(container)}`,
      }
    case 'created':
      return { strong: 'Never started.', rest: 'It was made and waits.' }
    default:
      return { strong: `${capital(conditionOf(container).fact)}.`, rest: '' }
  }
}
