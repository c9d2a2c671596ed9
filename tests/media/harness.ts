import type { Database } from 'better-sqlite3'
import { afterEach } from 'vitest'
import type { LiveEvents } from '#protocol/live.ts'
import type { Person } from '#protocol/person.ts'
import { createLog } from '../../appliance/lib/log.ts'
import { createMedia, type MediaDeps } from '../../appliance/media/index.ts'
import type { MediaPort, ObservedSession } from '../../appliance/media/ports.ts'
import { createReader } from '../../appliance/store/reader.ts'
import { memoryDatabase } from '../store/memory.ts'

export const person = (role: Person['role'], username = 'nora', id = username): Person => ({
  id,
  username,
  email: null,
  role,
  grants: { box: [], sources: {}, deviceGroups: {} },
  mustChangePassword: false,
  disabled: false,
  secondFactor: { totp: false, passkeys: 0, required: false, graceEndsAt: null },
  createdAt: '2026-01-01T00:00:00.000Z',
  lastSignInAt: null,
})

type Changes = Partial<Omit<ObservedSession, 'stream' | 'player'>> & {
  stream?: Partial<ObservedSession['stream']>
  player?: Partial<ObservedSession['player']>
}

export const observed = (key: string, changes: Changes = {}): ObservedSession => ({
  key,
  ref: `ref ${key}`,
  state: 'playing',
  user: 'jonas',
  title: 'Tears of Steel',
  subtitle: null,
  mediaType: 'movie',
  library: 'Films',
  year: 2012,
  positionMs: 0,
  durationMs: 734_000,
  canTerminate: true,
  ...changes,
  player: {
    name: 'Pixel 8',
    product: 'Jellyfin Android',
    platform: 'Android',
    address: '203.0.113.24',
    location: 'wan',
    ...changes.player,
  },
  stream: {
    decision: 'direct-play',
    video: 'direct',
    audio: 'direct',
    container: 'mkv',
    hardware: null,
    bitrateKbps: 8000,
    source: { width: 1920, height: 1080, codec: 'hevc', range: 'SDR', is4k: false },
    target: null,
    reasons: [],
    ...changes.stream,
  },
})

export type Event = { [K in keyof LiveEvents]: { event: K; data: LiveEvents[K] } }[keyof LiveEvents]

/** Reads as the appliance does, but on the database of the test itself. */
export const readsOf = (db: Database): MediaDeps['reads'] => ({
  all: async (sql, params = []) => db.prepare<unknown[], never>(sql).all(params),
  stream: async function* (sql, params = []) {
    yield* db.prepare<unknown[], never>(sql).all(params)
  },
})

const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

export const start = (overrides: Partial<MediaDeps> & { terminate?: MediaPort['terminate'] } = {}) => {
  const clock: { now: number; steady?: number } = { now: Date.parse('2026-03-01T20:00:00Z') }
  const events: Event[] = []
  const refreshed: string[] = []
  const sources: Record<string, { name: string; kind: 'jellyfin'; visibleToViewers: boolean }> = {
    jelly: { name: 'Jelly', kind: 'jellyfin', visibleToViewers: true },
    attic: { name: 'Attic', kind: 'jellyfin', visibleToViewers: false },
  }
  const db = overrides.db ?? memoryDatabase()
  const { terminate = async () => 'ended' as const, ...deps } = overrides
  const media = createMedia({
    mediaOf: () => ({ terminate }),
    source: (id) => sources[id],
    sourceIds: () => Object.keys(sources),
    audit: { open: () => 0, complete: () => undefined },
    emit: (event, data) => void events.push({ event, data } as Event),
    can: (who, _, thing) => who.role === 'admin' || (thing.kind === 'source' && thing.visibleToViewers === true),
    ...{ folder: '/nowhere', openFile: createReader },
    ...{ db, reads: readsOf(db), timeZone: () => 'Europe/Vienna', steady: () => clock.steady ?? clock.now },
    now: () => clock.now,
    log: createLog('fatal', { write: () => undefined }),
    refresh: async (id) => void refreshed.push(id),
    ...deps,
  })
  stops.push(media.stop)
  const told = () => events.splice(0).filter(({ event }) => event !== 'bandwidth')
  const points = () => events.flatMap((one) => (one.event === 'bandwidth' ? [one.data] : []))
  return { media, db, clock, events, told, points, refreshed, sources }
}
