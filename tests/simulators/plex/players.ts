import type { Account } from './accounts.ts'
import type { Item } from './catalogue.ts'
import { toObject } from './node.ts'
import { type PlaySpec, type ScenarioName, scenarioSpec } from './scenarios.ts'
import { sessionNode } from './session-wire.ts'
import type { Device, Session } from './sessions.ts'
import type { World } from './world.ts'

export interface Player {
  /** The sessionKey, by which all of `Players` names it. */
  key: string
  /** The Session.id that a termination names. */
  id: string | null
  accountId: number
  machineIdentifier: string
  ratingKey: string
  transcodeKey: string | null
}

/** What viewers do with their players, done at once. */
export interface Players {
  play(spec?: PlaySpec): Player
  scenario(name: ScenarioName, changes?: PlaySpec): Player
  pause(key: string): void
  resume(key: string): void
  buffer(key: string): void
  seek(key: string, positionMs: number): void
  end(key: string): void
  /** The reasons that terminations gave to the viewer, while the session lasted. */
  messages(key: string): string[]
  /** The session as `GET /status/sessions` shows it in JSON, or null. */
  peek(key: string): Record<string, unknown> | null
  /** Puts a play of long ago into the history. */
  remember(spec: PlaySpec, viewedAtS: number): void
}

const FIRST_PLEX_TV_ID = 5_000_001

export function createPlayers(world: World): Players {
  const { sessions } = world
  let made = 0
  const known = (key: string): Session => {
    const session = sessions.find(key)
    if (session === null) throw new Error(`no session ${key}`)
    return session
  }
  const session = (spec: PlaySpec): Session => {
    made += 1
    return sessionOf(world, spec, made)
  }
  const play = (spec: PlaySpec = {}): Player => {
    const begun = session(spec)
    const { machineIdentifier } = begun.device
    const before = sessions.list().find(({ device }) => device.machineIdentifier === machineIdentifier)
    if (before !== undefined) sessions.end(before)
    sessions.begin(begun)
    return playerOf(begun)
  }
  return {
    play,
    scenario: (name, changes = {}) => {
      const spec = scenarioSpec(name, world.catalogue)
      return play({ ...spec, ...changes, device: { ...spec.device, ...changes.device } })
    },
    pause: (key) => sessions.move(known(key), 'paused'),
    resume: (key) => sessions.move(known(key), 'playing'),
    buffer: (key) => sessions.move(known(key), 'buffering'),
    seek: (key, positionMs) => sessions.move(known(key), known(key).state, positionMs),
    end: (key) => sessions.end(known(key)),
    messages: (key) => [...known(key).messages],
    remember: (spec, viewedAtS) => world.history.add(session(spec), viewedAtS),
    peek(key) {
      sessions.settle()
      const found = sessions.find(key)
      if (found === null) return null
      return toObject(sessionNode(found, world.now()), { strings: true, flags: world.settings.flags })
    },
  }
}

function playerOf({ key, id, account, device, item, transcode }: Session): Player {
  return {
    key,
    id,
    accountId: account.id,
    machineIdentifier: device.machineIdentifier,
    ratingKey: item.ratingKey,
    transcodeKey: transcode?.key ?? null,
  }
}

function sessionOf(world: World, spec: PlaySpec, number: number): Session {
  const at = world.now()
  const item = itemOf(world, spec)
  const location = spec.location ?? 'lan'
  return {
    key: String(number),
    id: spec.hasNoSession ? null : world.hex(24),
    account: accountOf(world, spec.user),
    device: deviceOf(spec.device, number),
    item,
    version: item.versions[spec.version ?? 0] ?? null,
    location,
    bandwidthKbps: spec.bandwidthKbps ?? (location === 'lan' ? 24_000 : 9000),
    transcode: spec.transcode === undefined ? null : { ...spec.transcode, key: `/transcode/sessions/${world.hex(24)}` },
    state: spec.state ?? 'playing',
    positionMs: spec.positionMs ?? 0,
    since: at,
    startedAt: at,
    nudgedAt: at,
    playQueueItemId: 4000 + number,
    isSilent: spec.isSilent ?? false,
    hasAbsurdRates: spec.hasAbsurdRates ?? false,
    ignoresStop: spec.ignoresStop ?? false,
    messages: [],
  }
}

function itemOf({ catalogue }: World, { item }: PlaySpec): Item {
  return typeof item === 'object' ? item : catalogue.titled(item ?? 'Metropolis')
}

function accountOf({ accounts }: World, name = 'ada'): Account {
  return accounts.named(name) ?? accounts.admit(null, { id: FIRST_PLEX_TV_ID + accounts.list().length, name })
}

function deviceOf(given: Partial<Device> = {}, number: number): Device {
  return {
    title: 'Living room TV',
    product: 'Plex for Android (TV)',
    platform: 'Android',
    device: 'BRAVIA',
    version: '10.22.0',
    machineIdentifier: `player-${number}`,
    address: '192.168.1.40',
    remotePublicAddress: '203.0.113.9',
    relayed: false,
    secure: true,
    ...given,
  }
}
