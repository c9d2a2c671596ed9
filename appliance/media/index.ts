import type { Can } from '#protocol/access.ts'
import type { Routes } from '#protocol/api.ts'
import type { AuditLog } from '#protocol/audit.ts'
import type { LivePart } from '#protocol/live.ts'
import type { Person } from '#protocol/person.ts'
import type { Bandwidth, BandwidthPoint, Session } from '#protocol/session.ts'
import type { SourceKind } from '#protocol/source.ts'
import type { Log } from '../lib/log.ts'
import { bandwidthOf, createBandwidthMeter, pointOf } from './bandwidth.ts'
import { createSight } from './masking.ts'
import { createMonitor, type Emit, type Monitor } from './monitor.ts'
import { createOneAtATime } from './one-at-a-time.ts'
import { createPast, type PastDeps } from './past.ts'
import type { MediaPort } from './ports.ts'
import { createMediaRoutes } from './routes.ts'
import { createTerminateSession } from './terminate-session.ts'
import { createTranscodeRules } from './transcode-rule/index.ts'

export interface MediaDeps extends PastDeps {
  mediaOf(sourceId: string): MediaPort | undefined
  source(sourceId: string): { name: string; kind: SourceKind; visibleToViewers: boolean } | undefined
  sourceIds(): string[]
  emit: Emit
  can: Can
  /** For what is done in nobody's name. */
  audit: AuditLog
  now: () => number
  log: Log
  /** Reads the source now and waits for that. */
  refresh(sourceId: string): Promise<void>
}

export interface Media extends Omit<Monitor, 'playing' | 'find' | 'of' | 'mark'> {
  /** The session as this person may see it (masked for viewers), or null. For the live hub. */
  seenBy(person: Person, session: Session): Session | null
  /** Whether this person sees what plays on a source. */
  seesSource(person: Person, sourceId: string): boolean
  /** A point of the bandwidth as this person may see it: only sources that they see. For the live hub. */
  bandwidthSeenBy(person: Person, point: BandwidthPoint): BandwidthPoint
  /** All of the last minutes, as this person may see it. */
  bandwidth(person: Person): Bandwidth
  live: LivePart
  routes: Routes
  /** Removes the plays that began before that day (ms); answers how many there were. */
  prune(before: number): number
  /** Writes down what the last run left behind. */
  start(): void
  /** Ends the sampling, and keeps what plays for the next start. */
  stop(): void
}

const everySource = () => true

/** What plays now on every media server, what flows, what was played, and the way to end a playback. */
export const createMedia = (deps: MediaDeps): Media => {
  const sight = createSight(deps)
  const monitor: Monitor = createMonitor({ emit: deps.emit, now: deps.now, onChange: () => meter.touch() })
  const meter = createBandwidthMeter({
    playing: monitor.playing,
    now: deps.now,
    onFlow: (flow) => deps.emit('bandwidth', pointOf(flow, everySource)),
  })
  const bandwidth = (person: Person) => bandwidthOf(meter.flows(), (flow) => sight.bandwidth(person, flow))
  const { terminate, isEnding } = createOneAtATime(createTerminateSession(deps))
  const past = createPast(deps)
  const { find, mark } = monitor
  const rules = createTranscodeRules({ ...deps, terminate, isEnding, find, mark, seenBy: sight.session })
  const present = createMediaRoutes({ ...deps, monitor, seenBy: sight.session, bandwidth, terminate })
  const bandwidthSeenBy = (person: Person, point: BandwidthPoint) => {
    const flow = meter.find(point.at)
    return sight.bandwidth(person, flow ?? { at: Date.parse(point.at), sources: {} })
  }
  const live: LivePart = {
    snapshot: ({ person }) => ({
      sessions: monitor.current().flatMap((session) => sight.session(person, session) ?? []),
      bandwidth: bandwidth(person),
    }),
    sight: {
      'session:started': ({ person }, session) => sight.session(person, session),
      'session:changed': ({ person }, session) => sight.session(person, session),
      'session:ended': ({ person }, ended) => (sight.source(person, ended.sourceId) ? ended : null),
      bandwidth: ({ person }, point) => bandwidthSeenBy(person, point),
    },
  }

  return {
    observe: (sourceId, kind, seen) => {
      monitor.observe(sourceId, kind, seen)
      past.observe(sourceId, monitor.of(sourceId))
      rules.observe(sourceId, monitor.of(sourceId))
    },
    sourceState: (sourceId, state) => {
      monitor.sourceState(sourceId, state)
      past.sourceState(sourceId, state)
      rules.sourceState(sourceId, state)
    },
    forget: (sourceId) => {
      monitor.forget(sourceId)
      past.forget(sourceId)
      rules.forget(sourceId)
    },
    current: monitor.current,
    seenBy: sight.session,
    seesSource: sight.source,
    bandwidthSeenBy,
    live,
    bandwidth,
    routes: (api) => {
      present(api)
      past.routes(api)
      rules.routes(api)
    },
    prune: past.prune,
    start: () => {
      past.start()
      rules.start()
    },
    stop: () => {
      rules.stop()
      meter.stop()
      past.stop()
    },
  }
}
