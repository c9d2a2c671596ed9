import type { Caller, Can } from '#protocol/access.ts'
import type { Source } from '#protocol/source.ts'

/** A source as this person may see it, or null: its address is shown to those who look after things. */
export const seenSource = (can: Can, { person }: Pick<Caller, 'person'>, source: Source): Source | null => {
  const thing = {
    kind: 'source',
    id: source.id,
    visibleToViewers: source.options['visibleToViewers'] === true,
  } as const
  const container = { kind: 'container', id: '', sourceId: source.id, ownerId: null } as const
  if (can(person, 'manage', thing)) return source
  const sees = can(person, 'view-sessions', thing) || can(person, 'view-containers', container)
  return sees ? { ...source, url: '', fingerprint: null, options: {} } : null
}
