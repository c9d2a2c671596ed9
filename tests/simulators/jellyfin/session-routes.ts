import type { Reply } from '../lib/reply.ts'
import { PLAYSTATE_COMMANDS, type PlaystateCommand, sendCommand } from './commands.ts'
import { type Call, empty, failed, json, missing, problem, type Route } from './http.ts'
import { parseId } from './ids.ts'
import type { Session } from './sessions.ts'
import { signOut, visitOf } from './sign-ins.ts'
import { sessionWire } from './wire.ts'
import type { World } from './world.ts'

export function sessionRoutes(world: World): Route[] {
  const signedIn = { access: 'signed-in' } as const
  return [
    { method: 'GET', pattern: '/Sessions', ...signedIn, handle: (call) => listSessions(world, call) },
    {
      method: 'POST',
      pattern: '/Sessions/{id}/Message',
      ...signedIn,
      takesBody: true,
      handle: (call) => message(world, call),
    },
    {
      method: 'POST',
      pattern: '/Sessions/{id}/Playing/{command}',
      ...signedIn,
      handle: (call) => playstate(world, call),
    },
    { method: 'POST', pattern: '/Sessions/Logout', ...signedIn, handle: (call) => logout(world, call) },
    { method: 'GET', pattern: '/Devices', access: 'admin', handle: () => listDevices(world) },
    { method: 'DELETE', pattern: '/Devices', access: 'admin', handle: (call) => deleteDevices(world, call) },
    { method: 'DELETE', pattern: '/Videos/ActiveEncodings', ...signedIn, handle: (call) => killEncoding(world, call) },
  ]
}

function listSessions(world: World, call: Call): Reply {
  const within = call.query.get('activeWithinSeconds')
  if (within !== null && !/^-?\d+$/.test(within)) return invalid('activeWithinSeconds', within)
  const deviceId = call.query.get('deviceId')?.toLowerCase()
  const controllableBy = call.query.get('controllableByUserId')
  const since = within === null || Number(within) <= 0 ? null : world.now() - Number(within) * 1000
  const listed = world.sessions
    .list()
    .filter((session) => mayRead(session, call))
    .filter((session) => !deviceId || session.deviceId.toLowerCase() === deviceId)
    .filter((session) => controllableBy === null || session.remoteControl)
    .map((session) => sessionWire(session, world.wire()))
    .filter((wire) => since === null || Date.parse(String(wire['LastActivityDate'])) >= since)
  return json(call.identity?.isAdmin ? listed : listed.map(withoutHardware))
}

/** Sessions without a user are shown to everybody. */
function mayRead(session: Session, call: Call): boolean {
  return call.identity?.isAdmin === true || session.userId === null || session.userId === call.identity?.user?.id
}

function withoutHardware(wire: Record<string, unknown>): Record<string, unknown> {
  const { TranscodingInfo } = wire
  if (TranscodingInfo === null) return wire
  return { ...wire, TranscodingInfo: { ...(TranscodingInfo as object), HardwareAccelerationType: 'none' } }
}

function message(world: World, call: Call): Reply {
  const text = call.body.text('Text')
  if (!text) return missing('Text')
  const timeout = call.body.value('TimeoutMs')
  const timeoutMs = typeof timeout === 'number' || typeof timeout === 'string' ? Number(timeout) : null
  noteCaller(world, call)
  const session = world.sessions.find(call.params[0] ?? '')
  if (session === null) return failed(404)
  const sent = { header: call.body.text('Header')?.trim() || 'Message from Server', text, timeoutMs }
  if (session.remoteControl) session.messages.push(sent)
  world.events.emit('message', session.id, { ...sent, shown: session.remoteControl })
  return empty()
}

function playstate(world: World, call: Call): Reply {
  const [id = '', name = ''] = call.params
  const command = PLAYSTATE_COMMANDS.find((known) => known.toLowerCase() === name.toLowerCase())
  if (command === undefined) return invalid('command', name)
  noteCaller(world, call)
  const session = world.sessions.find(id)
  if (session === null) return failed(404)
  sendCommand(world, session, command satisfies PlaystateCommand, seekOf(call))
  return empty()
}

function seekOf(call: Call): number | null {
  const ticks = call.query.get('seekPositionTicks')
  return ticks === null ? null : Number(ticks) / 10_000
}

function noteCaller(world: World, call: Call): void {
  if (call.identity !== null) visitOf(world, call.identity, call.remoteAddress)
}

function logout(world: World, call: Call): Reply {
  const device = call.identity === null ? null : world.users.deviceOfToken(call.identity.token)
  if (device !== null) signOut(world, device)
  return empty()
}

function listDevices(world: World): Reply {
  const items = world.users.devices().map((device) => ({
    Name: device.deviceName,
    AccessToken: device.token,
    Id: device.deviceId,
    LastUserName: world.users.find(device.userId)?.name,
    AppName: device.appName,
    AppVersion: device.appVersion,
    LastUserId: device.userId,
  }))
  return json({ Items: items, TotalRecordCount: items.length, StartIndex: 0 })
}

function deleteDevices(world: World, call: Call): Reply {
  const ids = call.query.all('id').map((id) => id.toLowerCase())
  const isList = world.behaviour.unknownDeviceStatus === 400
  if (ids.length === 0 && !isList) return missing('id')
  const wanted = isList ? ids : ids.slice(0, 1)
  const devices = world.users.devices()
  const known = new Set(devices.map((device) => device.deviceId.toLowerCase()))
  if (wanted.some((id) => !known.has(id))) return problem(world.behaviour.unknownDeviceStatus)
  for (const device of devices) {
    if (wanted.includes(device.deviceId.toLowerCase())) signOut(world, device)
  }
  return empty()
}

function killEncoding(world: World, call: Call): Reply {
  const playSessionId = call.query.get('playSessionId')
  if (!call.query.get('deviceId')) return missing('deviceId')
  if (!playSessionId) return missing('playSessionId')
  for (const session of world.sessions.list()) {
    if (session.playback?.playSessionId.toLowerCase() !== playSessionId.toLowerCase()) continue
    session.playback.transcoding = null
    world.events.emit('encoding-killed', session.id)
  }
  return empty()
}

function invalid(field: string, value: string): Reply {
  return problem(400, { [field]: [`The value '${value}' is not valid.`] })
}

/** The id of a route's argument, or the 400 of the model binder. */
export function idOrProblem(text: string, field: string): { id: string } | { reply: Reply } {
  const id = parseId(text)
  return id === null ? { reply: invalid(field, text) } : { id }
}
