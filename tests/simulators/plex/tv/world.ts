import { createEvents, type Events } from '../../lib/events.ts'
import { createFaults, type Faults } from '../../lib/faults.ts'
import { createRandom, randomHex } from '../../lib/random.ts'
import { createTimers, type Timers } from '../../lib/timers.ts'
import { createLimits, type Limits } from './limits.ts'

export interface PublishedSection {
  key: number
  type: string
  title: string
}

/** A running media server, as plex.tv knows it. */
export interface PublishedServer {
  name: string
  version: string
  machineIdentifier: string
  url: string
  sections: PublishedSection[]
  admit(token: string, account: { id: number; name: string }): void
  admitOwner(token: string): void
  revoke(token: string): void
}

export interface TvAccount {
  id: number
  uuid: string
  username: string
  email: string
  password: string
  /** What the authenticator shows, or null without a second factor. */
  verificationCode: string | null
  tokens: Set<string>
  homeOf: number | null
  friends: Set<number>
}

export interface Connection {
  address: string
  port: number
  uri: string
  local: boolean
  relay: boolean
  protocol?: 'http' | 'https'
}

export interface Share {
  id: number
  userId: number
  accessToken: string
  allLibraries: boolean
  sectionIds: Set<number>
}

export interface TvSection extends PublishedSection {
  /** The id at plex.tv, which is not the key of the server. */
  id: number
}

/** What somebody published under an identifier; nobody checks what it claims to be. */
export interface Resource {
  id: number
  name: string
  clientIdentifier: string
  provides: string
  ownerId: number
  version: string
  connections: Connection[]
  sections: TvSection[]
  shares: Share[]
  ownerToken: string
  server: PublishedServer | null
}

export interface Pin {
  id: number
  code: string
  isStrong: boolean
  clientIdentifier: string
  product: string | null
  createdAt: number
  expiresAt: number
  authToken: string | null
}

export interface TvOptions {
  seed?: number
  now?: () => number
  /** Polls of pins, by one client. */
  pollsPerMinute?: number
  /** Refused sign-ins of one client before plex.tv lets nobody in for ten minutes. */
  failedSignIns?: number
  pinLifetimeMs?: number
}

export type TvEventType =
  | 'request'
  | 'pin'
  | 'approved'
  | 'sign-in'
  | 'sign-in-failed'
  | 'shared'
  | 'unshared'
  | 'limited'

export interface TvWorld extends Timers {
  now: () => number
  hex(length: number): string
  nextId(): number
  nextSectionId(): number
  accounts: TvAccount[]
  resources: Resource[]
  pins: Map<number, Pin>
  limits: Limits
  events: Events<TvEventType>
  faults: Faults
  pinLifetimeMs: number | null
  newToken(account: TvAccount): string
  byToken(token: string | null): TvAccount | null
  byId(id: number): TvAccount | null
}

const FIRST_ID = 7_000_001
const FIRST_SECTION_ID = 1001

export function createTvWorld(options: TvOptions): TvWorld {
  const now = options.now ?? Date.now
  const random = createRandom((options.seed ?? 1) + 7000)
  const hex = (length: number) => randomHex(random, length)
  const accounts: TvAccount[] = []
  let id = FIRST_ID
  let sectionId = FIRST_SECTION_ID
  return {
    now,
    hex,
    nextId: () => id++,
    nextSectionId: () => sectionId++,
    accounts,
    resources: [],
    pins: new Map(),
    limits: createLimits(now, options),
    events: createEvents<TvEventType>(now),
    faults: createFaults(),
    pinLifetimeMs: options.pinLifetimeMs ?? null,
    newToken(account) {
      const token = hex(20)
      account.tokens.add(token)
      return token
    },
    byToken: (token) => (token === null ? null : (accounts.find(({ tokens }) => tokens.has(token)) ?? null)),
    byId: (wanted) => accounts.find((account) => account.id === wanted) ?? null,
    ...createTimers(),
  }
}
