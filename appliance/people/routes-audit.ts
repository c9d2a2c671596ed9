import { z } from 'zod'
import type { Routes } from '#protocol/api.ts'
import { AuditEntry, AuditQuery } from '#protocol/audit.ts'
import { listOf } from '#protocol/list.ts'
import type { Audit } from './audit.ts'
import { csvHead, csvLine } from './audit-text.ts'

const formats = {
  csv: { type: 'text/csv; charset=utf-8', head: csvHead, line: csvLine },
  ndjson: {
    type: 'application/x-ndjson; charset=utf-8',
    head: '',
    line: (entry: AuditEntry) => `${JSON.stringify(entry)}\n`,
  },
} as const

const ExportQuery = AuditQuery.omit({ limit: true, cursor: true }).extend({
  format: z.enum(['csv', 'ndjson']).default('csv'),
})
const Check = z.object({
  ok: z.boolean(),
  checked: z.number().int(),
  problem: z.object({ entryId: z.number().int().nullable(), reason: z.string() }).nullable(),
})

const streamed = (head: string, pages: AsyncIterator<AuditEntry[]>, line: (entry: AuditEntry) => string) => {
  const bytes = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (head) controller.enqueue(bytes.encode(head))
    },
    pull: async (controller) => {
      const { done, value } = await pages.next()
      if (done) controller.close()
      else controller.enqueue(bytes.encode(value.map(line).join('')))
    },
    cancel: async () => {
      await pages.return?.()
    },
  })
}

export const createAuditRoutes =
  ({ audit, now }: { audit: Audit; now: () => number }): Routes =>
  (api) => {
    api.get(
      '/audit-logs',
      {
        summary: 'Who did what, and what came of it',
        detail: 'Newest first. `actor` and `target` take an id or a name, `action` also its first part, `q` any text.',
        access: 'view-audit',
        query: AuditQuery,
        answer: listOf(AuditEntry),
      },
      (call) => audit.list(call.query),
    )
    api.get(
      '/audit-logs/export',
      {
        summary: 'The audit log as a file',
        detail: 'Takes the filters of the list; the answer is CSV, or one JSON object a line.',
        access: 'view-audit',
        query: ExportQuery,
        audit: 'audit-log.export',
      },
      (call) => {
        const { format, ...filter } = call.query
        const { type, head, line } = formats[format]
        const name = `belfry-audit-${new Date(now()).toISOString().slice(0, 10)}.${format}`
        const headers = {
          'content-type': type,
          'content-disposition': `attachment; filename="${name}"`,
          'cache-control': 'no-store',
        }
        call.note({ kind: 'audit-log', id: format }, filter)
        return new Response(streamed(head, audit.pages(filter), line), { headers })
      },
    )
    api.get(
      '/audit-logs/verify',
      {
        summary: 'Whether the audit log is as it was written',
        detail: 'Every entry carries the hash of the one before it; this compares them all.',
        access: 'view-audit',
        answer: Check,
        example: { ok: true, checked: 1204, problem: null },
      },
      () => audit.verify(),
    )
  }
