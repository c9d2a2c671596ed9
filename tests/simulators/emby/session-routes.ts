import { PLAYSTATE_COMMANDS, sendCommand } from '../jellyfin/commands.ts'
import { type Call, empty, json, type Route } from '../jellyfin/http.ts'
import type { Session } from '../jellyfin/sessions.ts'
import { signOut, visitOf } from '../jellyfin/sign-ins.ts'
import type { Reply } from '../lib/reply.ts'
import { text } from './server.ts'
import { sessionWire } from './wire.ts'
import type { World } from './world.ts'

export function sessionRoutes(world: World): Route[] {
  const signedIn = { access: 'signed-in' } as const
  const admin = { access: 'admin' } as const
  return [
    { method: 'GET', pattern: '/Sessions', ...signedIn, handle: (call) => list(world, call) },
    { method: 'POST', pattern: '/Sessions/{id}/Message', ...signedIn, handle: (call) => message(world, call) },
    { method: 'POST', pattern: '/Sessions/{id}/Playing/{command}', ...signedIn, handle: (call) => play(world, call) },
    { method: 'POST', pattern: '/Sessions/Logout', ...signedIn, handle: (call) => logout(world, call) },
    { method: 'GET', pattern: '/Devices', ...admin, handle: () => devices(world) },
    ...both('/Devices', { ...admin, handle: (call) => deleteDevice(world, call) }),
    ...both('/Videos/ActiveEncodings', { ...signedIn, handle: (call) => killEncoding(world, call) }),
  ]
}

/** What is deleted can be deleted by POST too, for proxies that let no DELETE through. */
export function both(pattern: string, route: Pick<Route, 'access' | 'handle'>): Route[] {
  return [
    { ...route, method: 'DELETE', pattern },
    { ...route, method: 'POST', pattern: `${pattern}/Delete` },
  ]
}

function list(world: World, call: Call): Reply {
  const { identity, query } = call
  const deviceId = query.get('deviceId')?.toLowerCase() ?? null
  const id = query.get('id')
  const mayRead = (session: Session) => identity?.isAdmin === true || session.userId === identity?.user?.id
  return json(
    world.sessions
      .list()
      .filter(mayRead)
      .filter((session) => deviceId === null || session.deviceId.toLowerCase() === deviceId)
      .filter((session) => id === null || session.id === id)
      .filter((session) => query.get('controllableByUserId') === null || session.remoteControl)
      .map((session) => sessionWire(session, world)),
  )
}

/** Text, Header and TimeoutMs as arguments; the web client sends them as JSON, and that is taken as well. */
function message(world: World, call: Call): Reply {
  const field = (name: string) => call.query.get(name) ?? call.body.value(name) ?? null
  const shown = field('Text')
  if (!shown) return text(400, 'Value cannot be null. (Parameter Text)')
  const session = found(world, call)
  if (session === null) return text(404, 'Session not found')
  const timeout = field('TimeoutMs')
  const sent = {
    header: String(field('Header') ?? 'Message from Server'),
    text: String(shown),
    timeoutMs: timeout === null ? null : Number(timeout),
  }
  if (session.remoteControl) session.messages.push(sent)
  // Without a time the player shows a window that waits for somebody to press OK.
  world.events.emit('message', session.id, { ...sent, modal: timeout === null, shown: session.remoteControl })
  return empty()
}

function play(world: World, call: Call): Reply {
  const name = call.params[1] ?? ''
  const command = PLAYSTATE_COMMANDS.find((known) => known.toLowerCase() === name.toLowerCase())
  if (command === undefined) return text(400, `Requested value '${name}' was not found.`)
  const session = found(world, call)
  if (session === null) return text(404, 'Session not found')
  const ticks = call.query.get('seekPositionTicks') ?? call.body.value('SeekPositionTicks')
  sendCommand(world, session, command, ticks === null || ticks === undefined ? null : Number(ticks) / 10_000)
  return empty()
}

function found(world: World, call: Call): Session | null {
  if (call.identity !== null) visitOf(world, call.identity, call.remoteAddress)
  return world.sessions.find(call.params[0] ?? '')
}

function logout(world: World, call: Call): Reply {
  const device = call.identity === null ? null : world.users.deviceOfToken(call.identity.token)
  if (device !== null) signOut(world, device)
  return empty()
}

function devices(world: World): Reply {
  const items = world.users.devices().map((device) => ({
    Name: device.deviceName,
    Id: world.numberOf(device.deviceId),
    ReportedDeviceId: device.deviceId,
    LastUserName: world.users.find(device.userId)?.name,
    AppName: device.appName,
    AppVersion: device.appVersion,
    LastUserId: device.userId,
  }))
  return json({ Items: items, TotalRecordCount: items.length })
}

function deleteDevice(world: World, call: Call): Reply {
  const id = call.query.get('Id')
  if (!id) return text(400, 'Value cannot be null. (Parameter Id)')
  const gone = world.users.devices().filter(({ deviceId }) => world.numberOf(deviceId) === id || deviceId === id)
  if (gone.length === 0) return text(404, 'Device not found')
  for (const device of gone) signOut(world, device)
  return empty()
}

/** The device and its play session together name an encoding; a wrong pair is a success that does nothing. */
function killEncoding(world: World, call: Call): Reply {
  const [deviceId, playSessionId] = [call.query.get('DeviceId'), call.query.get('PlaySessionId')]
  if (!deviceId) return text(400, 'Value cannot be null. (Parameter DeviceId)')
  for (const session of world.sessions.list()) {
    const { playback } = session
    if (session.deviceId !== deviceId || playback === null) continue
    if (playback.playSessionId !== playSessionId) continue
    playback.transcoding = null
    world.events.emit('encoding-killed', session.id)
  }
  return empty()
}
