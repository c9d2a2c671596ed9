import type { Claims, Identity } from './auth.ts'
import { Refusal } from './http.ts'
import type { Session, Visitor } from './sessions.ts'
import type { Device, User } from './users.ts'
import { sessionWire, userWire } from './wire.ts'
import type { World } from './world.ts'

/** The session of whoever calls: the original makes one for commands and sockets, not for plain reading. */
export function visitOf(world: World, identity: Identity, address: string): Session {
  const { user } = identity
  return visit(world, {
    userId: user?.id ?? null,
    userName: user?.name ?? null,
    client: identity.client,
    deviceId: identity.deviceId,
    deviceName: identity.device,
    appVersion: identity.version,
    remoteEndPoint: address,
  })
}

/** Signs a user in on a device; an older sign-in of the same user there ends. */
export function signIn(world: World, user: User, claims: Claims, address: string): Record<string, unknown> {
  if (!isComplete(claims)) throw new Refusal(400)
  const active = world.sessions.list().filter((session) => session.userId === user.id).length
  if (user.policy.MaxActiveSessions >= 1 && active >= user.policy.MaxActiveSessions) throw new Refusal(403)
  const { device, session } = admit(world, user, claims, address)
  return {
    User: userWire(user, world.keys.serverId),
    SessionInfo: sessionWire(session, world.wire()),
    AccessToken: device.token,
    ServerId: world.keys.serverId,
  }
}

function isComplete({ client, device, deviceId, version }: Claims): boolean {
  return Boolean(client && device && deviceId && version)
}

/** Makes the device and the session of somebody who may come in. */
export function admit(world: World, user: User, claims: Claims, address: string): { device: Device; session: Session } {
  if (!isComplete(claims)) throw new Refusal(400)
  const former = world.users
    .devices()
    .filter((device) => device.userId === user.id && device.deviceId === claims.deviceId)
  for (const device of former) signOut(world, device)
  const device = world.users.createDevice(user, claims)
  const session = visit(world, visitorOf(user, device, address))
  world.activity.add({
    name: `${user.name} successfully authenticated`,
    type: 'AuthenticationSucceeded',
    userId: user.id,
    overview: `IP address: ${address}`,
  })
  world.events.emit('sign-in', session.id, { name: user.name, deviceId: device.deviceId })
  return { device, session }
}

/** Ends a sign-in and every session on its device, whoever's it is. */
export function signOut(world: World, device: Device): void {
  world.users.forget(device)
  for (const session of world.sessions.list()) {
    if (session.deviceId.toLowerCase() === device.deviceId.toLowerCase()) leave(world, session)
  }
  world.events.emit('sign-out', null, { deviceId: device.deviceId })
}

export function revoke(world: World, userId: string, exceptToken: string | null): void {
  for (const device of world.users.devices()) {
    if (device.userId === userId && device.token !== exceptToken) signOut(world, device)
  }
}

export function visitorOf(user: User, device: Device, address: string): Visitor {
  return {
    userId: user.id,
    userName: user.name,
    client: device.appName,
    deviceId: device.deviceId,
    deviceName: device.deviceName,
    appVersion: device.appVersion,
    remoteEndPoint: address,
  }
}

function visit(world: World, visitor: Visitor): Session {
  const known = world.sessions.list().length
  const session = world.sessions.visit(visitor)
  const user = visitor.userId === null ? null : world.users.find(visitor.userId)
  if (user !== null) user.lastActivityAt = world.now()
  if (world.sessions.list().length > known) logPresence(world, session, 'SessionStarted', 'is online from')
  return session
}

export function leave(world: World, session: Session): void {
  logPresence(world, session, 'SessionEnded', 'has disconnected from')
  world.sessions.remove(session)
}

function logPresence(world: World, session: Session, type: string, verb: string): void {
  if (session.userName === null) return
  const name = `${session.userName} ${verb} ${session.deviceName}`
  world.activity.add({ name, type, userId: session.userId, overview: `IP address: ${session.remoteEndPoint}` })
}
