import type { Reply } from '../lib/reply.ts'
import type { Item, Library } from './catalogue.ts'
import { type Call, empty, json, problem, type Route } from './http.ts'
import { idOf, isoOf, parseId } from './ids.ts'
import { idOrProblem } from './session-routes.ts'
import type { User } from './users.ts'
import { itemWire } from './wire.ts'
import type { World } from './world.ts'

export function libraryRoutes(world: World): Route[] {
  const byUser = (call: Call, userId: string | null) => userItems(world, call, userId)
  return [
    { method: 'GET', pattern: '/Library/VirtualFolders', access: 'admin', handle: () => json(virtualFolders(world)) },
    { method: 'GET', pattern: '/Items/{id}/Ancestors', access: 'signed-in', handle: (call) => ancestors(world, call) },
    { method: 'GET', pattern: '/Items', access: 'signed-in', handle: (call) => byUser(call, call.query.get('userId')) },
    {
      method: 'GET',
      pattern: '/Users/{id}/Items',
      access: 'signed-in',
      handle: (call) => byUser(call, call.params[0] ?? ''),
    },
  ]
}

function virtualFolders(world: World): Record<string, unknown>[] {
  return world.catalogue.libraries().map((library) => ({
    Name: library.name,
    Locations: library.locations,
    CollectionType: library.collectionType,
    LibraryOptions: { Enabled: true },
    ItemId: library.id,
    PrimaryImageItemId: library.id,
    RefreshStatus: 'Idle',
  }))
}

function ancestors(world: World, call: Call): Reply {
  const parsed = idOrProblem(call.params[0] ?? '', 'itemId')
  if ('reply' in parsed) return parsed.reply
  const item = world.catalogue.item(parsed.id)
  if (item === null) return problem(404)
  const library = world.catalogue.libraries().find((candidate) => candidate.id === item.libraryId)
  return json(
    [...parents(item), ...(library === undefined ? [] : shelf(library)), ROOT].map((folder) =>
      folderWire(world, folder),
    ),
  )
}

interface Folder {
  id: string
  name: string
  type: string
  more?: Record<string, unknown>
}

const ROOT: Folder = { id: idOf('root'), name: 'root', type: 'AggregateFolder' }

function parents(item: Item): Folder[] {
  const series = item.more['SeriesName']
  if (typeof series !== 'string') return []
  const season = String(item.more['SeasonName'] ?? 'Season 1')
  return [
    { id: idOf(`season ${series} ${season}`), name: season, type: 'Season' },
    { id: idOf(`series ${series}`), name: series, type: 'Series' },
  ]
}

function shelf(library: Library): Folder[] {
  const more = { CollectionType: library.collectionType }
  return [
    { id: idOf(`folder ${library.id}`), name: library.locations[0]?.split('/').at(-1) ?? library.name, type: 'Folder' },
    { id: library.id, name: library.name, type: 'CollectionFolder', more },
  ]
}

function folderWire(world: World, folder: Folder): Record<string, unknown> {
  return {
    Name: folder.name,
    ServerId: world.keys.serverId,
    Id: folder.id,
    IsFolder: true,
    Type: folder.type,
    ...folder.more,
  }
}

function userItems(world: World, call: Call, userId: string | null): Reply {
  const { identity, query } = call
  const id = userId === null ? (identity?.user?.id ?? null) : parseId(userId)
  const user = id === null ? null : world.users.find(id)
  if (user === null && userId !== null) return problem(404)
  if (user !== null && user !== identity?.user && !identity?.isAdmin) return empty(403)
  const wanted = query.get('ids')?.split(',').map(parseId) ?? null
  const playedOnly = listed(query.get('filters')).includes('isplayed')
  const found = world.catalogue
    .items()
    .filter((item) => wanted === null || wanted.includes(item.id))
    .filter((item) => !playedOnly || user?.played.has(item.id))
  if (listed(query.get('sortBy')).includes('dateplayed')) found.sort((a, b) => playedAt(user, a) - playedAt(user, b))
  if (listed(query.get('sortOrder')).includes('descending')) found.reverse()
  const start = Number(query.get('startIndex') ?? 0)
  const page = found.slice(start, start + Number(query.get('limit') ?? found.length))
  const items = page.map((item) => ({ ...itemWire(item, world.keys.serverId), UserData: userData(user, item) }))
  return json({ Items: items, TotalRecordCount: found.length, StartIndex: start })
}

function listed(text: string | null): string[] {
  return (text ?? '').toLowerCase().split(',')
}

function playedAt(user: User | null, item: Item): number {
  return user?.played.get(item.id)?.at ?? 0
}

function userData(user: User | null, item: Item): Record<string, unknown> | null {
  if (user === null) return null
  const played = user.played.get(item.id)
  return {
    PlaybackPositionTicks: 0,
    PlayCount: played?.count ?? 0,
    IsFavorite: false,
    LastPlayedDate: played === undefined ? null : isoOf(played.at),
    Played: played !== undefined,
    Key: item.id,
    ItemId: item.id,
  }
}
