import { isTrue, type KnownCall, listReply, type TvRoute } from './routes.ts'
import type { Connection, Resource, TvAccount, TvWorld } from './world.ts'

export function resourceRoutes(world: TvWorld): TvRoute[] {
  return [
    {
      methods: ['GET'],
      pattern: '/api/v2/resources',
      access: 'signed-in',
      handle(call) {
        const seen = world.resources.filter((resource) => tokenOf(resource, call.account) !== undefined)
        const fields = seen.map((resource) => resourceFields(world, resource, call))
        return listReply(call, 'resources', 'resource', fields)
      },
    },
  ]
}

/** The token for that server alone, null where a resource has none, undefined for a stranger. */
function tokenOf(resource: Resource, account: TvAccount): string | null | undefined {
  const hasToken = resource.provides.split(',').includes('server')
  if (resource.ownerId === account.id) return hasToken ? resource.ownerToken : null
  return resource.shares.find(({ userId }) => userId === account.id)?.accessToken
}

function resourceFields(world: TvWorld, resource: Resource, call: KnownCall): Record<string, unknown> {
  const { account, query } = call
  const isOwned = resource.ownerId === account.id
  const isServer = resource.provides.split(',').includes('server')
  return {
    name: resource.name,
    product: isServer ? 'Plex Media Server' : 'Plex Web',
    productVersion: resource.version,
    platform: 'Linux',
    platformVersion: '6.12',
    device: 'PC',
    clientIdentifier: resource.clientIdentifier,
    createdAt: '2024-01-05T10:00:00Z',
    lastSeenAt: new Date(world.now()).toISOString(),
    provides: resource.provides,
    ownerId: isOwned ? null : resource.ownerId,
    sourceTitle: isOwned ? null : (world.byId(resource.ownerId)?.username ?? null),
    publicAddress: '203.0.113.9',
    accessToken: tokenOf(resource, account) ?? null,
    owned: isOwned,
    home: false,
    synced: false,
    relay: resource.connections.some(({ relay }) => relay),
    presence: true,
    httpsRequired: false,
    publicAddressMatches: isOwned,
    dnsRebindingProtection: false,
    natLoopbackSupported: false,
    connections: resource.connections.flatMap((connection) => connectionFields(resource, connection, query)),
  }
}

/** With includeHttps each plain address is there again under a name that has a certificate. */
function connectionFields(resource: Resource, connection: Connection, query: URLSearchParams): unknown[] {
  if (connection.relay && !isTrue(query.get('includeRelay'))) return []
  const { protocol = 'http', ...rest } = connection
  const plain = { protocol, ...rest, IPv6: false }
  if (!isTrue(query.get('includeHttps')) || protocol === 'https') return [plain]
  const host = `${connection.address.replaceAll('.', '-')}.${resource.clientIdentifier.slice(0, 32)}.plex.direct`
  return [{ ...plain, protocol: 'https', uri: `https://${host}:${connection.port}` }, plain]
}
