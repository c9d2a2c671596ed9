import { onTestFinished } from 'vitest'
import type { Can } from '#protocol/access.ts'
import type { Person } from '#protocol/person.ts'
import { createRouter } from '../../appliance/http/router.ts'
import { createLog } from '../../appliance/lib/log.ts'
import type { PlayRecord } from '../../appliance/media/plays/play.ts'
import { createPlayStore } from '../../appliance/media/plays/store.ts'
import { can } from '../../appliance/people/can.ts'
import { createReader } from '../../appliance/store/reader.ts'
import { dataFolder, open } from '../store/data-folder.ts'
import { person, start } from './harness.ts'

type Changes = Partial<Omit<PlayRecord, 'stream' | 'player'>> & {
  stream?: Partial<PlayRecord['stream']>
  player?: Partial<PlayRecord['player']>
}

export const hourMs = 3600_000

/** A play of an hour, of a film of two. */
export const played = (startedAt: string | number, changes: Changes = {}): PlayRecord => {
  const at = new Date(startedAt).getTime()
  const { user = 'jonas', title = 'Metropolis', subtitle = null, playedMs = hourMs } = changes
  return {
    ...{ sourceId: 'jelly', source: 'Jelly', mediaType: 'movie', library: 'Films', year: 1927, durationMs: 2 * hourMs },
    ...{ user, viewerKey: user, title, subtitle, itemKey: `${title} ${subtitle ?? ''}`, deviceKey: 'pixel' },
    ...{ bitrateKbps: 8000, startedAt: at, endedAt: at + playedMs, playedMs },
    ...changes,
    player: {
      ...{
        name: 'Pixel 8',
        product: 'Jellyfin Android',
        platform: 'Android',
        address: '192.168.1.20',
        location: 'lan',
      },
      ...changes.player,
    },
    stream: {
      ...{ decision: 'direct-play', video: 'direct', audio: 'direct', container: 'mkv', hardware: null, target: null },
      source: { width: 1920, height: 1080, codec: 'h264', range: 'SDR', is4k: false },
      ...changes.stream,
    },
  }
}

const staff = (sources: string[]): Person => ({
  ...person('staff'),
  grants: { box: [], deviceGroups: {}, sources: Object.fromEntries(sources.map((id) => [id, ['view-analytics']])) },
})

export const people: Record<string, Person> = {
  admin: person('admin'),
  support: person('support'),
  viewer: person('viewer', 'maya'),
  ofJelly: staff(['jelly']),
  ofNone: staff([]),
}

/** The real store on disk with the thread that reads it, behind the real router. */
export const openPast = (options: { now?: string; timeZone?: string } = {}) => {
  const folder = dataFolder()
  const store = open(folder)
  const reader = createReader(store.path)
  onTestFinished(async () => {
    await reader.close()
    store.close()
  })
  const running = start({
    db: store.db,
    reads: reader,
    folder,
    can,
    timeZone: () => options.timeZone ?? 'Europe/Vienna',
  })
  running.clock.now = Date.parse(options.now ?? '2026-06-15T12:00:00Z')
  const actions: string[] = []
  const router = createRouter({
    routes: [running.media.routes],
    identify: async (token, from) => {
      const who = people[token]
      if (!who) throw new Error('no such person')
      return { person: who, ...from, signInId: 's', scope: 'full', via: 'access-token' }
    },
    can: can as Can,
    audit: { open: ({ action }) => actions.push(action), complete: () => undefined },
    hostNames: () => new Set(['localhost']),
    ...{ publicUrl: null, trustedProxies: null },
    log: createLog('fatal', { write: () => undefined }),
    now: () => running.clock.now,
  })
  const fetch = (path: string, as = 'admin', body?: Uint8Array | string) => {
    const headers = { host: 'localhost', authorization: `Bearer ${as}`, 'content-type': 'application/octet-stream' }
    const what =
      body === undefined
        ? { headers }
        : { headers, method: 'POST', body: new Blob([typeof body === 'string' ? body : new Uint8Array(body)]) }
    const request = new Request(`http://localhost/api/v1${path}`, what)
    return router.fetch(request, { address: '192.168.1.5', secure: false })
  }
  const ask = async <T>(path: string, as?: string, body?: Uint8Array | string) => {
    const answer = await fetch(path, as, body)
    return { status: answer.status, body: (await answer.json()) as T }
  }
  const plays = createPlayStore(store.db)
  const record = (...all: PlayRecord[]) => {
    for (const play of all) plays.record(play)
  }
  return { ...running, folder, store, reader, fetch, ask, record, plays, actions }
}
