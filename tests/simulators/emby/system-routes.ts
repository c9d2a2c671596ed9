import { type Call, json, type Route } from '../jellyfin/http.ts'
import { text } from './server.ts'
import type { World } from './world.ts'

export function systemRoutes(world: World): Route[] {
  const get = { method: 'GET' } as const
  const ping = { pattern: '/System/Ping', access: 'anyone', handle: () => text(200, 'Emby Server') } as const
  return [
    { ...get, pattern: '/System/Info/Public', access: 'anyone', handle: (call) => json(publicInfo(world, call)) },
    { ...get, pattern: '/System/Info', access: 'signed-in', handle: (call) => json(fullInfo(world, call)) },
    { ...get, ...ping },
    { method: 'POST', ...ping },
  ]
}

function publicInfo(world: World, call: Call): Record<string, unknown> {
  const address = `http://${call.headers.host ?? 'localhost'}`
  return {
    LocalAddress: address,
    LocalAddresses: [address],
    RemoteAddresses: [],
    ServerName: world.serverName,
    Version: world.keys.version,
    Id: world.keys.serverId,
  }
}

function fullInfo(world: World, call: Call): Record<string, unknown> {
  return {
    ...publicInfo(world, call),
    SystemUpdateLevel: 'Release',
    OperatingSystemDisplayName: 'Linux',
    HasPendingRestart: false,
    IsShuttingDown: false,
    OperatingSystem: 'Linux',
    SupportsLibraryMonitor: true,
    WebSocketPortNumber: 8096,
    CanSelfRestart: true,
    HttpServerPortNumber: 8096,
    SupportsHttps: false,
    HasUpdateAvailable: false,
    ServerUserId: world.keys.serverId,
  }
}
