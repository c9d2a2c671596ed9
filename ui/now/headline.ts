import type { Container } from '#protocol/container.ts'
import type { Session } from '#protocol/session.ts'
import type { Source } from '#protocol/source.ts'
import { capital, inWords, listed, plural } from '../lib/format.ts'
import { isHeard } from '../media/session-facts.ts'
import { isAway, isEngine, isMedia } from '../sources/kinds.ts'
import type { NeedItem } from './needs.ts'

export interface Headline {
  strong: string | null
  rest: string
}

const people = (sessions: readonly Session[]) =>
  new Set(sessions.map(({ sourceId, user }) => `${sourceId} ${user}`)).size

const who = (count: number) => (count === 1 ? 'one person is' : `${inWords(count)} people are`)

const playing = (sessions: readonly Session[]): string[] => {
  const watching = people(sessions.filter((session) => !isHeard(session)))
  const listening = people(sessions.filter(isHeard))
  if (watching + listening === 0) return ['nothing plays']
  return [
    ...(watching > 0 ? [`${who(watching)} watching`] : []),
    ...(listening > 0
      ? [
          watching > 0
            ? `${inWords(listening)} ${plural(listening, 'is', 'are')} listening`
            : `${who(listening)} listening`,
        ]
      : []),
  ]
}

const strongOf = (needs: readonly NeedItem[]): string | null => {
  const waiting = needs.filter(({ kind }) => kind !== 'suggestion').length
  if (waiting === 0) return null
  return `${inWords(waiting, true)} ${plural(waiting, 'thing needs', 'things need')} you.`
}

/** How things are, in one sentence: what needs a person first, then what runs. */
export const headlineOf = (facts: {
  needs: readonly NeedItem[]
  sources: readonly Source[]
  sessions: readonly Session[]
  containers: readonly Container[]
}): Headline => {
  const { needs, sources, sessions, containers } = facts
  const away = new Set(sources.filter(isAway).map(({ id }) => id))
  const here = <T extends { sourceId: string }>(items: readonly T[]) =>
    items.filter(({ sourceId }) => !away.has(sourceId))
  const strong = strongOf(needs)
  if (sources.length === 0 && containers.length === 0)
    return {
      strong: strong ?? 'This box is well.',
      rest: strong ? 'This box runs well, and watches only itself so far.' : 'It watches only itself so far.',
    }
  const hasEngine = sources.some(({ kind, id }) => isEngine(kind) && !away.has(id))
  const hasOwn = containers.some(({ sourceId }) => sources.every(({ id }) => id !== sourceId))
  const running = here(containers).filter(({ state }) => state === 'running').length
  const parts = [
    ...(sources.some(({ kind, id }) => isMedia(kind) && !away.has(id)) ? playing(here(sessions)) : []),
    ...(hasEngine || hasOwn ? [`${inWords(running)} ${plural(running, 'container runs', 'containers run')}`] : []),
    ...(away.size > 0 ? [`${inWords(away.size)} ${plural(away.size, 'source does', 'sources do')} not answer`] : []),
  ]
  return {
    strong: strong ?? (away.size > 0 ? null : 'All is well.'),
    rest: parts.length > 0 ? `${capital(listed(parts))}.` : '',
  }
}
