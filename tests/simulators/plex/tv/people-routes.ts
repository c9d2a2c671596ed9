import type { Reply } from '../../lib/reply.ts'
import { container, type Node, node, toXml } from '../node.ts'
import { jsonReply, type TvRoute } from './routes.ts'
import type { Resource, Share, TvAccount, TvWorld } from './world.ts'

/** The older addresses answer in XML, whatever was asked for. */
export function xmlReply(root: Node, status = 200): Reply {
  return { status, headers: { 'content-type': 'application/xml; charset=utf-8' }, body: toXml(root) }
}

export function peopleRoutes(world: TvWorld): TvRoute[] {
  const sharedWith = (owner: TvAccount, user: TvAccount) =>
    world.resources
      .filter(({ ownerId }) => ownerId === owner.id)
      .flatMap((resource) =>
        resource.shares.filter(({ userId }) => userId === user.id).map((share) => ({ resource, share })),
      )
  const friendsOf = (owner: TvAccount) =>
    world.accounts.filter(({ id, homeOf }) => id !== owner.id && (owner.friends.has(id) || homeOf === owner.id))
  return [
    {
      methods: ['GET'],
      pattern: '/api/users',
      access: 'signed-in',
      handle({ account }) {
        const users = friendsOf(account).map((user) => {
          const servers = sharedWith(account, user).map(({ resource, share }) => serverNode(resource, share))
          return node('User', { ...personFields(user), restricted: false, home: user.homeOf !== null }, servers)
        })
        return xmlReply(container(users, { friendlyName: 'myPlex', identifier: 'com.plexapp.plugins.myplex' }))
      },
    },
    {
      methods: ['GET'],
      pattern: '/api/v2/friends',
      access: 'signed-in',
      handle({ account }) {
        const friends = world.accounts.filter(({ id }) => account.friends.has(id))
        const list = friends.map((user) => ({
          ...personFields(user),
          friendlyName: '',
          home: user.homeOf !== null,
          restricted: false,
          status: 'accepted',
          sharedServers: sharedWith(account, user).map(({ resource, share }) => serverNode(resource, share).attributes),
          sharedSources: [],
        }))
        return jsonReply(list)
      },
    },
    {
      methods: ['GET'],
      pattern: '/api/home/users',
      access: 'signed-in',
      handle({ account }) {
        const members = world.accounts.filter(({ homeOf }) => homeOf !== null && homeOf === account.homeOf)
        const users = members.map((user) => {
          const rights = { admin: user.homeOf === user.id, guest: false, restricted: false, protected: false }
          return node('User', { ...personFields(user), ...rights, hasPassword: true })
        })
        return xmlReply(container(users, { friendlyName: 'myPlex', identifier: 'com.plexapp.plugins.myplex' }))
      },
    },
  ]
}

function personFields({ id, uuid, username, email }: TvAccount) {
  return { id, uuid, title: username, username, email, thumb: `https://plex.tv/users/${uuid}/avatar` }
}

function serverNode(resource: Resource, share: Share): Node {
  return node('Server', {
    id: share.id,
    serverId: resource.id,
    machineIdentifier: resource.clientIdentifier,
    name: resource.name,
    numLibraries: share.allLibraries ? resource.sections.length : share.sectionIds.size,
    allLibraries: share.allLibraries,
    owned: false,
    pending: false,
  })
}
