import { createEvents } from '../lib/events.ts'
import { createFaults, type Faults } from '../lib/faults.ts'
import { createRandom, randomHex } from '../lib/random.ts'
import { createTimers, type Timers } from '../lib/timers.ts'
import { isAtLeast } from '../lib/versions.ts'
import { type Accounts, createAccounts } from './accounts.ts'
import { type Catalogue, createCatalogue } from './catalogue.ts'
import type { EventType, PlexEvents } from './events.ts'
import { createHistory, type History } from './history.ts'
import type { FlagStyle } from './node.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createStatistics, type Statistics } from './statistics.ts'

export interface SimulatorOptions {
  name?: string
  version?: string
  /** Makes ids and tokens repeat. */
  seed?: number
  /** The owner's token. */
  token?: string
  owner?: string
  plexPass?: boolean
  now?: () => number
  /** How often the server looks at its clock; 0 leaves that to `tick()`. */
  tickMs?: number
  /** How long a player takes to obey a termination. */
  stopDelayMs?: number
  flags?: FlagStyle
}

export interface World extends Timers {
  name: string
  version: string
  machineIdentifier: string
  token: string
  now: () => number
  random: () => number
  hex(length: number): string
  accounts: Accounts
  catalogue: Catalogue
  sessions: Sessions
  history: History
  statistics: Statistics
  events: PlexEvents
  faults: Faults
  settings: { plexPass: boolean; stopDelayMs: number; flags: FlagStyle }
  /** From 1.47 a plain member gets 403 where the owner is wanted, before 401. */
  memberStatus: 401 | 403
  /** From 1.43 the filter is taken and does nothing. */
  ignoresAddedAt: boolean
}

export function createWorld(options: SimulatorOptions): World {
  const now = options.now ?? Date.now
  const random = createRandom(options.seed ?? 1)
  const hex = (length: number) => randomHex(random, length)
  const version = options.version ?? '1.42.2.10156-f737b826c'
  const events = createEvents<EventType>(now)
  const machineIdentifier = hex(40)
  const token = options.token ?? hex(20)
  const history = createHistory(now)
  const sessions = createSessions({ now, events, stopped: history.note })
  return {
    name: options.name ?? 'Plex',
    version,
    machineIdentifier,
    token,
    now,
    random,
    hex,
    accounts: createAccounts(options.owner ?? 'owner', token),
    catalogue: createCatalogue(now, () => hex(32)),
    sessions,
    history,
    statistics: createStatistics(now, random, sessions),
    events,
    faults: createFaults(),
    settings: {
      plexPass: options.plexPass ?? true,
      stopDelayMs: options.stopDelayMs ?? 250,
      flags: options.flags ?? 'string',
    },
    memberStatus: isAtLeast(version, '1.47') ? 403 : 401,
    ignoresAddedAt: isAtLeast(version, '1.43'),
    ...createTimers(),
  }
}
