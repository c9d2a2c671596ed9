import { readClaims } from '../jellyfin/auth.ts'
import { type Call, empty, json, type Route } from '../jellyfin/http.ts'
import { parseId } from '../jellyfin/ids.ts'
import { admit, revoke } from '../jellyfin/sign-ins.ts'
import type { NewUser, User } from '../jellyfin/users.ts'
import type { Reply } from '../lib/reply.ts'
import { embyDefaults, readPolicy } from './policy.ts'
import { text } from './server.ts'
import { both } from './session-routes.ts'
import { sessionWire, userWire } from './wire.ts'
import type { World } from './world.ts'

export function userRoutes(world: World): Route[] {
  const wire = (user: User) => userWire(user, world)
  const all = () => world.users.list().map(wire)
  const one = (run: (call: Call, user: User) => Reply) => (call: Call) => withUser(world, call, run)
  const admin = { access: 'admin' } as const
  const get = { method: 'GET', ...admin } as const
  const post = { method: 'POST' } as const
  const isShown = ({ policy }: User) => !policy.IsHidden && !policy.IsDisabled
  return [
    { ...get, pattern: '/Users', handle: () => json(all()) },
    { ...get, pattern: '/Users/Query', handle: () => json({ Items: all(), TotalRecordCount: all().length }) },
    {
      ...get,
      access: 'anyone',
      pattern: '/Users/Public',
      handle: () => json(world.users.list().filter(isShown).map(wire)),
    },
    { ...get, access: 'signed-in', pattern: '/Users/{id}', handle: one((_, user) => json(wire(user))) },
    { ...post, ...admin, pattern: '/Users/New', handle: (call) => create(world, call) },
    { ...post, ...admin, pattern: '/Users/{id}/Policy', handle: one((call, user) => setPolicy(world, call, user)) },
    {
      ...post,
      access: 'signed-in',
      pattern: '/Users/{id}/Password',
      handle: one((call, user) => setPassword(world, call, user)),
    },
    ...both('/Users/{id}', { ...admin, handle: one((_, user) => remove(world, user)) }),
    { ...post, pattern: '/Users/AuthenticateByName', access: 'anyone', handle: (call) => authenticate(world, call) },
  ]
}

/** A user as this server makes them: with its own policy, and shown. */
export function addUser(world: World, { policy, ...fresh }: NewUser): User {
  return world.users.add({ ...fresh, policy: { ...embyDefaults(), IsAdministrator: fresh.admin ?? false, ...policy } })
}

function withUser(world: World, call: Call, found: (call: Call, user: User) => Reply): Reply {
  const id = parseId(call.params[0] ?? '')
  const user = id === null ? null : world.users.find(id)
  return user === null ? text(404, 'User not found') : found(call, user)
}

/** There is no password yet: until one is set, an empty one opens the door. */
function create(world: World, call: Call): Reply {
  const name = call.body.text('Name')?.trim()
  if (!name) return text(400, 'Value cannot be null. (Parameter Name)')
  if (world.users.named(name) !== null) return text(400, `A user with the name '${name}' already exists.`)
  return json(userWire(addUser(world, { name }), world))
}

function remove(world: World, user: User): Reply {
  revoke(world, user.id, null)
  world.users.remove(user.id)
  return empty()
}

function setPolicy(world: World, call: Call, user: User): Reply {
  const read = readPolicy(call.body)
  if ('wrong' in read) return text(400, `Error converting value to ${read.wrong}.`)
  const admins = world.users.list().filter(({ policy }) => policy.IsAdministrator)
  const isLast = user.policy.IsAdministrator && admins.length === 1
  if (isLast && (!read.policy['IsAdministrator'] || read.policy['IsDisabled'])) {
    return text(400, 'There must be at least one user in the system with administrative access.')
  }
  user.policy = { ...user.policy, ...read.policy }
  if (user.policy.IsDisabled) revoke(world, user.id, call.identity?.token ?? null)
  world.events.emit('policy', null, { name: user.name })
  return empty()
}

function setPassword(world: World, call: Call, user: User): Reply {
  const { identity, body } = call
  const isSelf = identity?.user?.id === user.id
  if (!isSelf && !identity?.isAdmin) return text(403, 'Forbidden')
  if (!identity?.isAdmin && (body.text('CurrentPw') ?? '') !== user.password) return text(403, 'Invalid password')
  // The reset flag wins over NewPw and leaves the user with an empty password.
  user.password = body.flag('ResetPassword') ? '' : (body.text('NewPw') ?? '')
  world.events.emit('password', null, { name: user.name, empty: user.password === '' })
  return empty()
}

/** Only Pw is the password; a body with Password has none. */
function authenticate(world: World, call: Call): Reply {
  const claims = readClaims(call.headers, call.query, true)
  const user = world.users.authenticate(call.body.text('Username'), call.body.text('Pw'), call.remoteAddress)
  const { device, session } = admit(world, user, claims, call.remoteAddress)
  return json({
    User: userWire(user, world),
    SessionInfo: sessionWire(session, world),
    AccessToken: device.token,
    ServerId: world.keys.serverId,
  })
}
