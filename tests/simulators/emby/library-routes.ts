import { type Call, json, type Route } from '../jellyfin/http.ts'
import { idOf, isoOf } from '../jellyfin/ids.ts'
import type { Reply } from '../lib/reply.ts'
import { text } from './server.ts'
import { itemWire } from './wire.ts'
import type { World } from './world.ts'

export function libraryRoutes(world: World): Route[] {
  const get = { method: 'GET', access: 'signed-in' } as const
  return [
    { ...get, pattern: '/Library/SelectableMediaFolders', handle: () => json(selectable(world)) },
    // Without /Query this path only adds and removes.
    { ...get, pattern: '/Library/VirtualFolders/Query', handle: () => json(listed(virtual(world))) },
    { ...get, pattern: '/Items/{id}/Ancestors', handle: (call) => ancestors(world, call) },
    { ...get, pattern: '/Users/{id}/Items', handle: (call) => userItems(world, call) },
  ]
}

const listed = (items: unknown[]) => ({ Items: items, TotalRecordCount: items.length })

/** What a policy means by a library; every other place calls it by its number. */
export const guidOf = (world: World, name: string): string => idOf(`guid ${world.keys.serverId} ${name}`)

function selectable(world: World): Record<string, unknown>[] {
  return world.catalogue.libraries().map(({ id, name, locations }) => ({
    Name: name,
    Id: id,
    Guid: guidOf(world, name),
    SubFolders: locations.map((path, index) => ({
      Name: path.split('/').at(-1),
      Id: String(Number(id) * 1000 + index),
      Path: path,
      IsUserAccessConfigurable: true,
    })),
    IsUserAccessConfigurable: true,
  }))
}

function virtual(world: World): Record<string, unknown>[] {
  return world.catalogue.libraries().map(({ id, name, collectionType, locations }) => ({
    Name: name,
    Locations: locations,
    CollectionType: collectionType,
    LibraryOptions: { EnableRealtimeMonitor: true },
    ItemId: id,
    Id: id,
    Guid: guidOf(world, name),
    RefreshStatus: 'Idle',
  }))
}

function ancestors(world: World, call: Call): Reply {
  const item = world.catalogue.item(call.params[0] ?? '')
  if (item === null) return text(404, 'Item not found')
  const series = item.more['SeriesName']
  const library = world.catalogue.libraries().find(({ id }) => id === item.libraryId)
  const parents = typeof series === 'string' ? [{ Name: series, Id: `${item.id}01`, Type: 'Series' }] : []
  const shelf =
    library === undefined
      ? []
      : [{ Name: library.name, Id: library.id, Type: 'CollectionFolder', CollectionType: library.collectionType }]
  const root = { Name: 'root', Id: '1', Type: 'AggregateFolder' }
  return json([...parents, ...shelf, root].map((folder) => ({ ...folder, IsFolder: true })))
}

function userItems(world: World, call: Call): Reply {
  const user = world.users.find(call.params[0] ?? '')
  if (user === null) return text(404, 'User not found')
  if (user !== call.identity?.user && !call.identity?.isAdmin) return text(403, 'Forbidden')
  const playedOnly = call.query.get('Filters')?.toLowerCase().includes('isplayed') ?? false
  const playedAt = (id: string) => user.played.get(id)?.at ?? 0
  const items = world.catalogue
    .items()
    .filter(({ id }) => !playedOnly || user.played.has(id))
    .sort((a, b) => playedAt(b.id) - playedAt(a.id))
    .map((item) => {
      const played = user.played.get(item.id)
      const LastPlayedDate = played === undefined ? null : isoOf(played.at)
      const UserData = { PlayCount: played?.count ?? 0, LastPlayedDate, Played: played !== undefined }
      return { ...itemWire(item, world), UserData }
    })
  return json(listed(items))
}
