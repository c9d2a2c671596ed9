import type { AuditLog } from '#protocol/audit.ts'
import { ErrorCode } from '#protocol/errors.ts'
import type { Session } from '#protocol/session.ts'
import type { TranscodeRule } from '#protocol/transcode-rule.ts'
import type { Log } from '../../lib/log.ts'
import type { Tracked } from '../sessions.ts'
import type { TerminateSession } from '../terminate-session.ts'

export interface EndingDeps {
  audit: AuditLog
  terminate: TerminateSession
  source(sourceId: string): { name: string } | undefined
  log: Log
}

/** Ends a session in the name of a rule. Never rejects: what came of it stands in the audit log. */
export type EndByRule = (tracked: Tracked, rule: TranscodeRule) => Promise<void>

const codeOf = (cause: unknown): string => ErrorCode.safeParse((cause as { code?: unknown }).code).data ?? 'internal'

export const createEnding = ({ audit, terminate, source, log }: EndingDeps): EndByRule => {
  const open = ({ id, title, user, player, sourceId, stream }: Session, rule: TranscodeRule) =>
    audit.open({
      actor: { id: null, name: 'belfry', via: 'rule' },
      address: '',
      agent: '',
      action: 'session.terminate',
      target: { kind: 'session', id, name: title },
      details: {
        ...{ source: source(sourceId)?.name ?? sourceId, user, player: player.name, force: false },
        ...{ reason: rule.message, graceMs: rule.graceMs, from: stream.source, to: stream.target },
      },
    })

  return async (tracked, rule) => {
    const { session } = tracked
    let row: number | null = null
    let outcome = 'internal'
    try {
      row = open(session, rule)
      outcome = await terminate(tracked, { reason: rule.message || undefined, force: false })
    } catch (err) {
      outcome = codeOf(err)
      log.warn({ err, session: session.id }, 'the 4K rule could not end a session')
    } finally {
      if (row !== null) close(audit, row, outcome, session, log)
    }
  }
}

const close = (audit: AuditLog, row: number, outcome: string, { id, title }: Session, log: Log) => {
  try {
    audit.complete(row, outcome, { target: { kind: 'session', id, name: title } })
  } catch (err) {
    log.error({ err, session: id }, 'what came of the 4K rule could not be written down')
  }
}
