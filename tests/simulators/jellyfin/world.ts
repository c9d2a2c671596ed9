import { createEvents } from '../lib/events.ts'
import { createFaults, type Faults } from '../lib/faults.ts'
import { createRandom, randomHex } from '../lib/random.ts'
import { createTimers, type Timers } from '../lib/timers.ts'
import { type Activity, createActivity } from './activity.ts'
import type { Keys } from './auth.ts'
import { type Catalogue, createCatalogue } from './catalogue.ts'
import type { EventType, JellyfinEvents } from './events.ts'
import { idOf } from './ids.ts'
import { createRecorder } from './recorder.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createUsers, type Users } from './users.ts'
import { type Behaviour, behaviourOf } from './version.ts'
import type { WireContext } from './wire.ts'

export interface SimulatorOptions {
  version?: string
  serverName?: string
  /** Makes ids, tokens and codes repeat. */
  seed?: number
  apiKey?: string
  /** The name that the key was made under: the Client of the sessions that it leaves behind. */
  apiKeyName?: string
  now?: () => number
  /** How often progress is pushed to sockets; 0 leaves that to `tick()`. */
  tickMs?: number
  /** How long a player takes to obey Stop, Pause and the like. */
  stopDelayMs?: number
  /** The transcoder that the server is set to. */
  hardware?: 'none' | 'amf' | 'qsv' | 'nvenc' | 'v4l2m2m' | 'vaapi' | 'videotoolbox' | 'rkmpp'
  /** A UDP port for discovery, 7359 at the original; 0 picks a free one. */
  discovery?: number
}

export interface World extends Timers {
  keys: Keys
  serverName: string
  behaviour: Behaviour
  now: () => number
  random: () => number
  token(): string
  users: Users
  sessions: Sessions
  catalogue: Catalogue
  activity: Activity
  events: JellyfinEvents
  faults: Faults
  settings: { stopDelayMs: number; quickConnect: boolean; legacyAuthorization: boolean }
  wire(): WireContext
}

export function createWorld(options: SimulatorOptions): World {
  const now = options.now ?? Date.now
  const seed = options.seed ?? 1
  const random = createRandom(seed)
  const token = () => randomHex(random, 32)
  const events = createEvents<EventType>(now)
  const activity = createActivity(now)
  const catalogue = createCatalogue(seed)
  const behaviour = behaviourOf(options.version ?? '10.11.6')
  const keys: Keys = {
    apiKey: options.apiKey ?? token(),
    apiKeyName: options.apiKeyName ?? 'Belfry',
    serverId: idOf(`server ${seed}`),
    version: options.version ?? '10.11.6',
  }
  const serverName = options.serverName ?? 'Living room server'
  const users = createUsers({ now, token, seed, events, activity })
  const sessions = createSessions({ now, events, ...createRecorder({ now, users, activity }) })

  return {
    keys,
    serverName,
    behaviour,
    now,
    random,
    token,
    users,
    sessions,
    catalogue,
    activity,
    events,
    faults: createFaults(),
    settings: {
      stopDelayMs: options.stopDelayMs ?? 250,
      quickConnect: true,
      legacyAuthorization: behaviour.legacyAuthorization,
    },
    wire: () => ({
      now: now(),
      serverId: keys.serverId,
      serverName,
      hardware: options.hardware ?? 'vaapi',
      queueFullItems: behaviour.queueFullItems,
      item: catalogue.item,
    }),
    ...createTimers(),
  }
}
