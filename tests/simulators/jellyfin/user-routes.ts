import type { Reply } from '../lib/reply.ts'
import { readClaims } from './auth.ts'
import { type Call, empty, failed, json, missing, problem, type Route } from './http.ts'
import { readPolicy } from './policy.ts'
import { idOrProblem } from './session-routes.ts'
import { revoke, signIn } from './sign-ins.ts'
import type { User } from './users.ts'
import { userWire } from './wire.ts'
import type { World } from './world.ts'

export function userRoutes(world: World): Route[] {
  return [...readingRoutes(world), ...changingRoutes(world), ...signInRoutes(world)]
}

function readingRoutes(world: World): Route[] {
  const wire = (user: User) => userWire(user, world.keys.serverId)
  const signedIn = { method: 'GET', access: 'signed-in' } as const
  return [
    { ...signedIn, pattern: '/Users', handle: (call) => json(filtered(world, call).map(wire)) },
    {
      method: 'GET',
      pattern: '/Users/Public',
      access: 'anyone',
      handle: () => json(world.users.list().filter(isShown).map(wire)),
    },
    {
      ...signedIn,
      pattern: '/Users/Me',
      handle: ({ identity }) => (identity?.user ? json(wire(identity.user)) : problem(400)),
    },
    { ...signedIn, pattern: '/Users/{id}', handle: (call) => withUser(world, call, (user) => json(wire(user))) },
  ]
}

function changingRoutes(world: World): Route[] {
  const byAdmin = { access: 'admin', method: 'POST', takesBody: true } as const
  return [
    { ...byAdmin, pattern: '/Users/New', handle: (call) => createUser(world, call) },
    {
      ...byAdmin,
      pattern: '/Users/{id}/Policy',
      handle: (call) => withUser(world, call, (user) => setPolicy(world, call, user)),
    },
    {
      method: 'DELETE',
      pattern: '/Users/{id}',
      access: 'admin',
      handle: (call) => withUser(world, call, (user) => deleteUser(world, user)),
    },
  ]
}

function signInRoutes(world: World): Route[] {
  const post = { method: 'POST', takesBody: true } as const
  return [
    {
      ...post,
      pattern: '/Users/Password',
      access: 'signed-in',
      handle: (call) => setPassword(world, call, call.query.get('userId')),
    },
    {
      ...post,
      pattern: '/Users/{id}/Password',
      access: 'signed-in',
      handle: (call) => setPassword(world, call, call.params[0] ?? ''),
    },
    { ...post, pattern: '/Users/AuthenticateByName', access: 'anyone', handle: (call) => authenticate(world, call) },
  ]
}

function withUser(world: World, call: Call, found: (user: User) => Reply): Reply {
  const parsed = idOrProblem(call.params[0] ?? '', 'userId')
  if ('reply' in parsed) return parsed.reply
  const user = world.users.find(parsed.id)
  return user === null ? json('User not found', 404) : found(user)
}

function isShown(user: User): boolean {
  return !user.policy.IsHidden && !user.policy.IsDisabled
}

function filtered(world: World, call: Call): User[] {
  const wanted = (field: 'isHidden' | 'isDisabled') => call.query.get(field)?.toLowerCase() ?? null
  const hidden = wanted('isHidden')
  const disabled = wanted('isDisabled')
  return world.users
    .list()
    .filter(({ policy }) => hidden === null || String(policy.IsHidden) === hidden)
    .filter(({ policy }) => disabled === null || String(policy.IsDisabled) === disabled)
}

function createUser(world: World, call: Call): Reply {
  const name = call.body.text('Name')
  if (!name) return missing('Name')
  if (world.users.named(name) !== null) return failed(400)
  const user = world.users.add({ name, password: call.body.text('Password') ?? '', policy: { IsHidden: true } })
  return json(userWire(user, world.keys.serverId))
}

function deleteUser(world: World, user: User): Reply {
  revoke(world, user.id, null)
  world.users.remove(user.id)
  return empty()
}

function setPolicy(world: World, call: Call, user: User): Reply {
  const read = readPolicy(call.body)
  if ('wrong' in read) return missing(read.wrong)
  const { policy } = read
  const admins = world.users.list().filter((other) => other.policy.IsAdministrator)
  const enabled = world.users.list().filter((other) => !other.policy.IsDisabled)
  if (user.policy.IsAdministrator && !policy.IsAdministrator && admins.length === 1) {
    return json('There must be at least one user in the system with administrative access.', 403)
  }
  if (policy.IsDisabled && user.policy.IsAdministrator) return json('Administrators cannot be disabled.', 403)
  if (policy.IsDisabled && !user.policy.IsDisabled) {
    if (enabled.length === 1) return json('There must be at least one enabled user in the system.', 403)
    revoke(world, user.id, call.identity?.token ?? null)
  }
  user.policy = policy
  world.events.emit('policy', null, { name: user.name })
  return empty()
}

function setPassword(world: World, call: Call, userId: string | null): Reply {
  const { identity } = call
  const parsed = idOrProblem(userId ?? identity?.user?.id ?? '', 'userId')
  if ('reply' in parsed) return userId === null ? problem(404) : parsed.reply
  const user = world.users.find(parsed.id)
  if (user === null || identity === null) return problem(404)
  const isSelf = identity.user?.id === user.id
  if (!isSelf && !identity.isAdmin) return json('User is not allowed to update the password.', 403)
  // The reset flag wins over NewPw and leaves the user with an empty password.
  if (call.body.flag('ResetPassword')) return storePassword(world, user, '')
  const mustProve = !identity.isAdmin || (isSelf && userId !== null)
  if (mustProve && (call.body.text('CurrentPw') ?? '') !== user.password) {
    return json('Invalid user or password entered.', 403)
  }
  const reply = storePassword(world, user, call.body.text('NewPw') ?? '')
  if (reply.status === 204) revoke(world, user.id, identity.token)
  return reply
}

function storePassword(world: World, user: User, password: string): Reply {
  if (user.policy.IsAdministrator && password.trim() === '') return failed(400)
  user.password = password
  world.activity.add({
    name: `Password has been changed for user ${user.name}`,
    type: 'UserPasswordChanged',
    userId: user.id,
  })
  world.events.emit('password', null, { name: user.name, empty: password === '' })
  return empty()
}

function authenticate(world: World, call: Call): Reply {
  const claims = readClaims(call.headers, call.query, world.settings.legacyAuthorization)
  if (!claims.client || !claims.device || !claims.deviceId || !claims.version) return failed(400)
  const user = world.users.authenticate(call.body.text('Username'), call.body.text('Pw'), call.remoteAddress)
  return json(signIn(world, user, claims, call.remoteAddress))
}
