import type { Source } from '#protocol/source.ts'
import { useApp } from '../lib/app.ts'
import { mayOnSource } from '../lib/model/may.ts'
import { isMedia } from '../sources/kinds.ts'

/** The media servers whose history the person may see. */
export const useMediaSources = (): Source[] => {
  const { account, state } = useApp()
  const person = account.person.value
  return state.sourceList.value.filter(({ id, kind }) => isMedia(kind) && mayOnSource(person, 'view-analytics', id))
}

/** Whether a choice of server makes sense: also while nobody knows how many there are, so that nothing moves later. */
export const useServerChoice = (chosen: string): { sources: Source[]; isOffered: boolean } => {
  const { state } = useApp()
  const sources = useMediaSources()
  return { sources, isOffered: !state.known.value || sources.length > 1 || chosen !== '' }
}
