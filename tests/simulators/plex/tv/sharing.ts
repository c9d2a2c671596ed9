import type { Resource, Share, TvAccount, TvWorld } from './world.ts'

/** Section ids of plex.tv, or all libraries, those to come too. */
export type Shared = number[] | 'all'

/** Shares a server and tells it about the new token; null when that person has a share of it already. */
export function share(world: TvWorld, resource: Resource, user: TvAccount, shared: Shared): Share | null {
  if (resource.shares.some(({ userId }) => userId === user.id)) return null
  const made: Share = {
    id: world.nextId(),
    userId: user.id,
    accessToken: world.hex(20),
    allLibraries: shared === 'all',
    sectionIds: new Set(shared === 'all' ? [] : shared),
  }
  resource.shares.push(made)
  const owner = world.byId(resource.ownerId)
  owner?.friends.add(user.id)
  resource.server?.admit(made.accessToken, { id: user.id, name: user.username })
  world.events.emit('shared', null, { username: user.username, sections: [...made.sectionIds] })
  return made
}

export function unshare(world: TvWorld, resource: Resource, removed: Share): void {
  resource.shares = resource.shares.filter((other) => other !== removed)
  resource.server?.revoke(removed.accessToken)
  world.events.emit('unshared', null, { shareId: removed.id })
}
