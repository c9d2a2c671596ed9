import type { Catalogue, Item } from './catalogue.ts'
import { isoOf } from './ids.ts'
import { applySpec, type PlaySpec, playbackOf, type ScenarioName, scenarioSpec } from './scenarios.ts'
import type { Message, Session } from './sessions.ts'
import { signOut, visitorOf } from './sign-ins.ts'
import { sessionWire } from './wire.ts'
import type { World } from './world.ts'

export interface Player {
  id: string
  deviceId: string
  userId: string
  playSessionId: string | null
  itemId: string | null
}

/** What viewers do with their players, done at once. */
export interface Players<Name extends string = ScenarioName> {
  play(spec?: PlaySpec): Player
  scenario(name: Name, changes?: PlaySpec): Player
  pause(id: string): void
  resume(id: string): void
  seek(id: string, positionMs: number): void
  /** The viewer ends it; the player stays signed in. */
  end(id: string): void
  /** The client dies without a word: progress seems to go on until five minutes without a check-in are over. */
  silence(id: string): void
  /** The viewer signs out. */
  leave(id: string): void
  messages(id: string): Message[]
  /** The session as `GET /Sessions` shows it to an admin, or null; what is null inside is absent on the wire. */
  peek(id: string): Record<string, unknown> | null
}

/** What differs between the servers that viewers play from. */
export interface Ways<Name extends string> {
  client: string
  appVersion: string
  scenario(name: Name, catalogue: Catalogue): PlaySpec
  wire(session: Session): Record<string, unknown>
}

export function createJellyfinPlayers(world: World): Players {
  const wire = (session: Session) => sessionWire(session, world.wire())
  return createPlayers(world, { client: 'Jellyfin Web', appVersion: '10.11.6', scenario: scenarioSpec, wire })
}

export function createPlayers<Name extends string>(world: World, ways: Ways<Name>): Players<Name> {
  const { sessions } = world
  let made = 0

  const known = (id: string): Session => {
    const session = sessions.find(id)
    if (session === null) throw new Error(`no session ${id} at ${isoOf(world.now())}`)
    return session
  }
  const play = (spec: PlaySpec = {}): Player => {
    made += 1
    const session = playerOf(world, { client: ways.client, appVersion: ways.appVersion, ...spec }, `player-${made}`)
    sessions.end(session)
    applySpec(session, spec)
    const item = itemOf(world, spec)
    if (item !== null) sessions.begin(session, playbackOf(spec, item, world.now(), world.token()))
    else sessions.changed(true)
    return {
      id: session.id,
      deviceId: session.deviceId,
      userId: session.userId ?? '',
      playSessionId: session.playback?.playSessionId ?? null,
      itemId: item?.id ?? null,
    }
  }

  return {
    play,
    scenario: (name, changes = {}) => play({ ...ways.scenario(name, world.catalogue), ...changes }),
    pause: (id) => sessions.pause(known(id)),
    resume: (id) => sessions.resume(known(id)),
    seek: (id, positionMs) => sessions.seek(known(id), positionMs),
    end: (id) => sessions.end(known(id)),
    silence(id) {
      const { playback } = known(id)
      if (playback !== null) playback.silentSince = world.now()
    },
    leave(id) {
      const { deviceId } = known(id)
      for (const device of world.users.devices()) if (device.deviceId === deviceId) signOut(world, device)
    },
    messages: (id) => [...known(id).messages],
    peek(id) {
      sessions.settle()
      const session = sessions.find(id)
      return session === null ? null : ways.wire(session)
    },
  }
}

function playerOf(world: World, spec: PlaySpec, fallbackId: string): Session {
  const name = spec.user ?? 'ada'
  const user = world.users.named(name) ?? world.users.add({ name, password: `${name}-secret` })
  const deviceId = spec.deviceId ?? fallbackId
  const device =
    world.users.devices().find((candidate) => candidate.deviceId === deviceId && candidate.userId === user.id) ??
    world.users.createDevice(user, {
      client: spec.client ?? 'Unknown',
      device: spec.device ?? 'Firefox',
      deviceId,
      version: spec.appVersion ?? '1',
    })
  return world.sessions.visit(visitorOf(user, device, spec.remoteEndPoint ?? '192.168.1.40'))
}

function itemOf(world: World, spec: PlaySpec): Item | null {
  if (spec.item === null) return null
  if (typeof spec.item === 'object') return spec.item
  return world.catalogue.titled(spec.item ?? 'Metropolis')
}
