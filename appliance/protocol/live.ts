import { z } from 'zod'
import type { Caller } from './access.ts'
import { Container, ContainerStats, Engine } from './container.ts'
import { Bandwidth, BandwidthPoint, Session } from './session.ts'
import { Source } from './source.ts'
import { System, Vitals } from './system.ts'

/** The first frame: everything the reader may see at this moment. */
export const Snapshot = z.object({
  at: z.iso.datetime(),
  sources: z.array(Source),
  sessions: z.array(Session),
  bandwidth: Bandwidth.nullable(),
  engines: z.array(Engine),
  containers: z.array(Container),
  system: System.nullable(),
})
export type Snapshot = z.infer<typeof Snapshot>

/** Each event's name with the schema of its data. */
export const liveEvents = {
  'session:started': Session,
  'session:changed': Session,
  'session:ended': z.object({ id: z.string(), sourceId: z.string(), endedAt: z.iso.datetime() }),
  bandwidth: BandwidthPoint,
  'source:status': Source,
  'source:removed': z.object({ id: z.string() }),
  'engine:changed': Engine,
  'container:changed': Container,
  'container:removed': z.object({ id: z.string(), sourceId: z.string() }),
  'container:stats': ContainerStats,
  system: Vitals,
} as const
export type LiveEvents = { [K in keyof typeof liveEvents]: z.infer<(typeof liveEvents)[K]> }
export type LiveEventName = keyof LiveEvents

/** Sent only to those who subscribed: they cost the upstream something. */
export const onRequestEvents: readonly LiveEventName[] = ['container:stats']

/** What a person may see of an event: the data, a masked copy of it, or null for nothing. */
export type Sight = { [K in LiveEventName]?: (caller: Caller, data: LiveEvents[K]) => LiveEvents[K] | null }

/** A feature's part of the live events: what a new reader is told first, and who may see what happens then. */
export interface LivePart {
  snapshot(caller: Caller): Partial<Snapshot>
  sight: Sight
}

export type LiveFrame =
  | { event: 'snapshot'; data: Snapshot }
  | { [K in LiveEventName]: { event: K; data: LiveEvents[K]; id: number } }[LiveEventName]

const Topics = z.strictObject({
  topics: z.array(z.string().max(100)).max(100).optional(),
  devices: z.array(z.string().max(100)).max(1000).optional(),
})
export const ClientFrame = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('subscribe'), data: Topics }),
  z.strictObject({ event: z.literal('unsubscribe'), data: Topics }),
  z.strictObject({
    event: z.literal('command'),
    data: z.strictObject({
      device_id: z.string().max(100),
      action: z.string().max(100),
      params: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
])
export type ClientFrame = z.infer<typeof ClientFrame>
