import type { Can } from '#protocol/access.ts'
import type { Person } from '#protocol/person.ts'
import type { HistoryFilter } from '#protocol/play.ts'
import type { Facet, PlayStore } from '../plays/store.ts'

/** What of all that was played somebody may see. */
export interface Access {
  /** Row numbers of the sources whose analytics this person may see; of that one only, when one is named. */
  sources(person: Person, sourceId: string | undefined): number[]
  /** The facets that remain; null when nothing is left out. */
  facets(person: Person, filter: Pick<HistoryFilter, 'sourceId' | 'mediaType' | 'decision'>): number[] | null
}

export const createAccess = ({ can, store }: { can: Can; store: PlayStore }): Access => {
  const sees = (person: Person, id: string) => can(person, 'view-analytics', { kind: 'source', id })
  return {
    sources: (person, sourceId) =>
      store
        .sources()
        .filter((one) => (sourceId === undefined || one.sourceId === sourceId) && sees(person, one.sourceId))
        .map(({ id }) => id),
    facets: (person, { sourceId, mediaType, decision }) => {
      const all = store.facets()
      const seen = new Map<string, boolean>()
      const isSeen = (one: Facet) => {
        const known = seen.get(one.sourceId) ?? sees(person, one.sourceId)
        seen.set(one.sourceId, known)
        return known
      }
      const left = all.filter(
        (one) =>
          isSeen(one) &&
          (sourceId === undefined || one.sourceId === sourceId) &&
          (mediaType === undefined || one.mediaType === mediaType) &&
          (decision === undefined || one.decision === decision),
      )
      return left.length === all.length ? null : left.map(({ id }) => id)
    },
  }
}
