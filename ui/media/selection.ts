import type { Session } from '#protocol/session.ts'
import { isAwayFromHome, isTranscode } from './session-facts.ts'

export type Shown = 'all' | 'transcodes' | 'away'

export interface Selection {
  text: string
  show: Shown
  sourceId: string
}

const wordsOf = (session: Session): string =>
  [session.title, session.subtitle, session.user, session.player.name, session.player.product, session.library]
    .filter(Boolean)
    .join(' ')
    .toLowerCase()

/** Every word of the search must be somewhere in it. */
export const matches = (session: Session, { text, sourceId }: Pick<Selection, 'text' | 'sourceId'>): boolean => {
  if (sourceId && session.sourceId !== sourceId) return false
  const words = wordsOf(session)
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.includes(part))
}

const tests: Record<Shown, (session: Session) => boolean> = {
  all: () => true,
  transcodes: isTranscode,
  away: isAwayFromHome,
}

/** What the filters leave, and how many each of them would. */
export const select = (sessions: readonly Session[], selection: Selection) => {
  const found = sessions.filter((session) => matches(session, selection))
  return {
    shown: found.filter(tests[selection.show]),
    counts: {
      all: found.length,
      transcodes: found.filter(tests.transcodes).length,
      away: found.filter(tests.away).length,
    },
  }
}
