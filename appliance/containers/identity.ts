import type { Thing } from '#protocol/access.ts'

/** The id that others know a container by. */
export const idOf = (sourceId: string, containerId: string): string => `${sourceId}:${containerId}`

export const thingOf = (container: { id: string; sourceId: string; owner: string | null }) =>
  ({ kind: 'container', id: container.id, sourceId: container.sourceId, ownerId: container.owner }) satisfies Thing

/** Any container of that engine that belongs to nobody. */
export const anyOn = (sourceId: string) => ({ kind: 'container', id: '', sourceId, ownerId: null }) satisfies Thing
