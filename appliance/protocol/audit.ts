import { z } from 'zod'
import { Id, PageQuery, Time } from './list.ts'

export const AuditEntry = z.object({
  id: z.number().int(),
  at: Time,
  actor: z.object({ id: Id.nullable(), name: z.string(), via: z.string() }),
  address: z.string(),
  agent: z.string(),
  action: z.string(),
  target: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }).nullable(),
  /** `requested` while it is under way; a crash leaves it so. */
  outcome: z.string(),
  completedAt: Time.nullable(),
  details: z.record(z.string(), z.unknown()),
  hash: z.string(),
})
export type AuditEntry = z.infer<typeof AuditEntry>

export const AuditQuery = PageQuery.extend({
  actor: z.string().max(200).optional(),
  action: z.string().max(200).optional(),
  target: z.string().max(200).optional(),
  outcome: z.string().max(200).optional(),
  from: Time.optional(),
  to: Time.optional(),
  q: z.string().max(200).optional(),
})
export type AuditQuery = z.infer<typeof AuditQuery>

/** Opens a row as `requested` and completes it: a crash in between leaves the trace. */
export interface AuditLog {
  open(row: {
    actor: { id: string | null; name: string; via: string }
    address: string
    agent: string
    action: string
    target?: { kind: string; id: string; name?: string } | null
    details?: Record<string, unknown>
  }): number
  complete(
    id: number,
    outcome: string,
    more?: {
      target?: { kind: string; id: string; name?: string }
      details?: Record<string, unknown>
      /** Who it turned out to be, where that was not known at first: somebody who signed in. */
      actor?: { id: string; name: string }
    },
  ): void
}
