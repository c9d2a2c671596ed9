import { z } from 'zod'
import { Id, Time } from './list.ts'

export const sourceKinds = ['plex', 'emby', 'jellyfin', 'proxmox', 'docker', 'portainer', 'netdata'] as const
export const SourceKind = z.enum(sourceKinds)
export type SourceKind = z.infer<typeof SourceKind>

export const SourceState = z.enum(['ok', 'unreachable', 'unauthorized', 'untrusted', 'degraded', 'disabled'])
export type SourceState = z.infer<typeof SourceState>

export const SourceStatus = z.object({ state: SourceState, reason: z.string().nullable(), since: Time })
export type SourceStatus = z.infer<typeof SourceStatus>

export const Fingerprint = z
  .string()
  .regex(/^([0-9A-Fa-f]{2}:){31}[0-9A-Fa-f]{2}$/, 'A fingerprint is 32 pairs of hex digits with colons (SHA-256).')

export const SourceBody = z.strictObject({
  kind: SourceKind,
  name: z.string().trim().min(1).max(80),
  url: z.string().trim().min(1).max(2000),
  credentials: z.record(z.string(), z.unknown()).default({}),
  fingerprint: Fingerprint.nullable().optional(),
  options: z.record(z.string(), z.unknown()).default({}),
})
export type SourceBody = z.infer<typeof SourceBody>

/** What is left out stays as it was; credentials are replaced as a whole. */
export const SourcePatch = SourceBody.omit({ kind: true })
  .partial()
  .extend({
    credentials: z.record(z.string(), z.unknown()).optional(),
    options: z.record(z.string(), z.unknown()).optional(),
    enabled: z.boolean().optional(),
  })
export type SourcePatch = z.infer<typeof SourcePatch>

export const Source = z.object({
  id: Id,
  kind: SourceKind,
  name: z.string(),
  url: z.string(),
  fingerprint: z.string().nullable(),
  options: z.record(z.string(), z.unknown()),
  enabled: z.boolean(),
  version: z.string().nullable(),
  status: SourceStatus,
  createdAt: Time,
})
export type Source = z.infer<typeof Source>

export const SourceDetail = z.object({
  state: SourceState,
  reason: z.string().nullable(),
  since: Time,
  lastSuccessAt: Time.nullable(),
  nextTryAt: Time.nullable(),
  transport: z.enum(['push', 'poll']),
  version: z.string().nullable(),
  caches: z.array(z.object({ what: z.string(), updatedAt: Time, ttlMs: z.number() })),
})
export type SourceDetail = z.infer<typeof SourceDetail>

export const SourceTest = z.object({
  ok: z.boolean(),
  state: SourceState,
  reason: z.string().nullable(),
  identity: z.object({ id: z.string(), name: z.string() }).optional(),
  version: z.string().optional(),
  /** Of the certificate that the server shows, when there is one: compare it before you trust it. */
  fingerprint: z.string().optional(),
})
export type SourceTest = z.infer<typeof SourceTest>

export const DiscoveredSource = z.object({
  kind: SourceKind,
  name: z.string(),
  url: z.string(),
  identity: z.string().nullable(),
  /** True when a source with this identity or address is there already. */
  known: z.boolean(),
})
export type DiscoveredSource = z.infer<typeof DiscoveredSource>
