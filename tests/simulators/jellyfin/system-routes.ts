import type { Reply } from '../lib/reply.ts'
import { type Call, json, type Route } from './http.ts'
import { EMPTY_ID, isoOf } from './ids.ts'
import type { World } from './world.ts'

export function systemRoutes(world: World): Route[] {
  return [
    {
      method: 'GET',
      pattern: '/System/Info/Public',
      access: 'anyone',
      handle: (call) => json(publicInfo(world, call)),
    },
    { method: 'GET', pattern: '/System/Info', access: 'signed-in', handle: (call) => json(fullInfo(world, call)) },
    { method: 'GET', pattern: '/System/Ping', access: 'anyone', handle: () => json('Jellyfin Server') },
    { method: 'POST', pattern: '/System/Ping', access: 'anyone', handle: () => json('Jellyfin Server') },
    { method: 'GET', pattern: '/health', access: 'anyone', handle: healthy },
    { method: 'GET', pattern: '/System/ActivityLog/Entries', access: 'admin', handle: (call) => entries(world, call) },
  ]
}

function healthy(): Reply {
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: 'Healthy' }
}

function publicInfo(world: World, call: Call): Record<string, unknown> {
  return {
    LocalAddress: `http://${call.headers.host ?? 'localhost'}`,
    ServerName: world.serverName,
    Version: world.keys.version,
    ProductName: 'Jellyfin Server',
    OperatingSystem: '',
    Id: world.keys.serverId,
    StartupWizardCompleted: true,
  }
}

function fullInfo(world: World, call: Call): Record<string, unknown> {
  return {
    ...publicInfo(world, call),
    OperatingSystemDisplayName: '',
    HasPendingRestart: false,
    IsShuttingDown: false,
    SupportsLibraryMonitor: true,
    WebSocketPortNumber: 8096,
    CompletedInstallations: [],
    CanSelfRestart: true,
    CanLaunchWebBrowser: false,
    ProgramDataPath: '/config/data',
    WebPath: '/jellyfin/jellyfin-web',
    CachePath: '/cache',
    LogPath: '/config/log',
    TranscodingTempPath: '/cache/transcodes',
    HasUpdateAvailable: false,
    EncoderLocation: 'System',
    SystemArchitecture: 'X64',
  }
}

function entries(world: World, call: Call): Reply {
  const { query } = call
  const time = (name: string, fallback: number) => Date.parse(query.get(name) ?? '') || fallback
  const from = time('minDate', Number.NEGATIVE_INFINITY)
  const to = time('maxDate', Number.POSITIVE_INFINITY)
  const hasUser = query.get('hasUserId')?.toLowerCase() ?? null
  const type = query.get('type')?.toLowerCase() ?? ''
  const found = world.activity
    .list()
    .filter((entry) => entry.at >= from && entry.at <= to)
    .filter((entry) => hasUser === null || String(entry.UserId !== EMPTY_ID) === hasUser)
    .filter((entry) => entry.Type.toLowerCase().includes(type))
  const start = Number(query.get('startIndex') ?? 0)
  const page = found.slice(start, start + Number(query.get('limit') ?? 100))
  const items = page.map(({ at, ...entry }) => ({ ...entry, Date: isoOf(at) }))
  return json({ Items: items, TotalRecordCount: found.length, StartIndex: start })
}
