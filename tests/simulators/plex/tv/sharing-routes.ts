import type { Reply } from '../../lib/reply.ts'
import { container, type Node, node } from '../node.ts'
import { xmlReply } from './people-routes.ts'
import { failure, fieldsOf, type KnownCall, type TvRoute } from './routes.ts'
import { share, unshare } from './sharing.ts'
import type { Resource, Share, TvWorld } from './world.ts'

const SERVER = '/api/servers/{machineIdentifier}'

export function sharingRoutes(world: TvWorld): TvRoute[] {
  const owned = (
    methods: string[],
    pattern: string,
    handle: (call: KnownCall, resource: Resource, params: string[]) => Reply,
  ): TvRoute => ({
    methods,
    pattern,
    access: 'signed-in',
    handle(call, [machineIdentifier, ...params]) {
      const resource = world.resources.find(
        ({ clientIdentifier, ownerId }) => clientIdentifier === machineIdentifier && ownerId === call.account.id,
      )
      return resource === undefined ? failure(call, 'notFound') : handle(call, resource, params)
    },
  })
  const shared = (resource: Resource, [id]: string[]) =>
    resource.shares.find((candidate) => candidate.id === Number(id))
  const one = `${SERVER}/shared_servers/{id}`
  return [
    owned(['GET'], SERVER, (_call, resource) => xmlReply(described(resource, [serverNode(resource)]))),
    owned(['GET'], `${SERVER}/shared_servers`, (_call, resource) =>
      xmlReply(
        described(
          resource,
          resource.shares.map((each) => shareNode(world, resource, each)),
        ),
      ),
    ),
    owned(['POST'], `${SERVER}/shared_servers`, (call, resource) => create(world, call, resource)),
    owned(['PUT'], one, (call, resource, params) => update(world, call, resource, shared(resource, params))),
    owned(['DELETE'], one, (call, resource, params) => {
      const found = shared(resource, params)
      if (found === undefined) return failure(call, 'notFound')
      unshare(world, resource, found)
      return { status: 200, headers: {}, body: null }
    }),
  ]
}

function create(world: TvWorld, call: KnownCall, resource: Resource): Reply {
  const wish = wishOf(call)
  const ids = sectionIdsOf(wish, resource)
  const { invited_id: id, invited_email: email } = wish
  const user = world.accounts.find((account) => account.id === Number(id) || account.email === email)
  if (ids === null) return failure(call, 'badRequest')
  if (user === undefined || user.id === call.account.id) return failure(call, 'notFound')
  const made = share(world, resource, user, ids)
  if (made === null) return failure(call, 'badRequest')
  return xmlReply(described(resource, [shareNode(world, resource, made)]))
}

/** The new list replaces the old one; so all libraries turn into those that are listed. */
function update(world: TvWorld, call: KnownCall, resource: Resource, found: Share | undefined): Reply {
  if (found === undefined) return failure(call, 'notFound')
  const ids = sectionIdsOf(wishOf(call), resource)
  if (ids === null) return failure(call, 'badRequest')
  found.sectionIds = new Set(ids)
  found.allLibraries = false
  world.events.emit('shared', null, { shareId: found.id, sections: ids })
  return xmlReply(described(resource, [shareNode(world, resource, found)]))
}

function wishOf(call: KnownCall): Record<string, unknown> {
  const { shared_server: wish } = fieldsOf(call)
  return typeof wish === 'object' && wish !== null ? (wish as Record<string, unknown>) : {}
}

/** Null when one of them is no section of this server, as the keys of the server itself never are. */
function sectionIdsOf(wish: Record<string, unknown>, { sections }: Resource): number[] | null {
  const { library_section_ids: list } = wish
  if (!Array.isArray(list) || list.length === 0) return null
  const ids = list.map(Number)
  return ids.every((id) => sections.some((section) => section.id === id)) ? ids : null
}

function described({ clientIdentifier }: Resource, children: Node[]): Node {
  const identifier = 'com.plexapp.plugins.myplex'
  return container(children, { friendlyName: 'myPlex', identifier, machineIdentifier: clientIdentifier })
}

function serverNode(resource: Resource): Node {
  const { name, version, clientIdentifier: machineIdentifier, ownerToken: accessToken } = resource
  const sections = resource.sections.map(({ id, key, type, title }) => node('Section', { id, key, type, title }))
  return node('Server', { name, version, machineIdentifier, accessToken, scheme: 'http', owned: true }, sections)
}

/** All sections are listed, and each says whether it is shared. */
function shareNode(
  world: TvWorld,
  resource: Resource,
  { id, userId, accessToken, allLibraries, sectionIds }: Share,
): Node {
  const user = world.byId(userId)
  const sections = resource.sections.map(({ id: sectionId, key, type, title }) =>
    node('Section', { id: sectionId, key, title, type, shared: allLibraries || sectionIds.has(sectionId) }),
  )
  const person = { username: user?.username, email: user?.email, userID: userId }
  return node('SharedServer', { id, ...person, accessToken, name: resource.name, allLibraries, owned: false }, sections)
}
