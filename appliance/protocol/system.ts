import { z } from 'zod'
import { Time } from './list.ts'

/** This box at one moment. Percentages 0..100, sizes bytes, temperature degrees Celsius, rates bytes a second. */
export const Vitals = z.object({
  at: Time,
  cpu: z.number(),
  load: z.number(),
  memory: z.object({ used: z.number(), total: z.number() }),
  temperature: z.number().nullable(),
  disk: z.object({ used: z.number(), total: z.number() }).nullable(),
  rxBytesPerS: z.number().nullable(),
  txBytesPerS: z.number().nullable(),
  /** Resident memory of the appliance process. */
  ownMemory: z.number(),
})
export type Vitals = z.infer<typeof Vitals>

export const System = z.object({
  hostname: z.string(),
  version: z.string(),
  model: z.string().nullable(),
  os: z.string(),
  kernel: z.string(),
  arch: z.string(),
  cores: z.number().int(),
  node: z.string(),
  startedAt: Time,
  bootedAt: Time,
  dataFolder: z.string(),
  databaseBytes: z.number(),
  vitals: Vitals.nullable(),
  /** Said when the start had to fall back to an older copy of the database. */
  recovered: z.object({ at: Time, from: z.string(), reason: z.string() }).nullable(),
})
export type System = z.infer<typeof System>

export const VitalsHistory = z.object({ stepMs: z.number(), points: z.array(Vitals) })
export type VitalsHistory = z.infer<typeof VitalsHistory>

export const Backup = z.object({ name: z.string(), createdAt: Time, bytes: z.number(), reason: z.string() })
export type Backup = z.infer<typeof Backup>

export const Health = z.object({ status: z.enum(['ok', 'degraded']), version: z.string(), uptimeMs: z.number() })
export type Health = z.infer<typeof Health>
