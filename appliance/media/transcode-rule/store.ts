import type { Database } from 'better-sqlite3'
import { z } from 'zod'
import type { TranscodeRule } from '#protocol/transcode-rule.ts'

interface Row {
  sourceId: string
  enabled: number
  graceMs: number
  message: string
  cooldownMs: number
  exempt: string
}

export type RulesDatabase = Database

export interface RuleStore {
  get(sourceId: string): TranscodeRule | undefined
  put(rule: TranscodeRule): void
  forget(sourceId: string): void
  /** Until then (ms) the rule leaves what has this key alone. */
  spare(key: string, until: number): void
  isSpared(key: string, now: number): boolean
  /** Forgets what is over. */
  tidy(now: number): void
}

const Names = z.array(z.string())

export const createRuleStore = (db: Database): RuleStore => {
  const get = db.prepare<[string], Row>(
    `SELECT source_id AS sourceId, enabled, grace_ms AS graceMs, message, cooldown_ms AS cooldownMs, exempt
      FROM transcode_rules WHERE source_id = ?`,
  )
  const put = db.prepare<[Row]>(
    `INSERT OR REPLACE INTO transcode_rules (source_id, enabled, grace_ms, message, cooldown_ms, exempt)
      VALUES (@sourceId, @enabled, @graceMs, @message, @cooldownMs, @exempt)`,
  )
  const forget = db.prepare('DELETE FROM transcode_rules WHERE source_id = ?')
  const spare = db.prepare('INSERT OR REPLACE INTO transcode_rule_spared (key, until) VALUES (?, ?)')
  const spared = db.prepare('SELECT 1 FROM transcode_rule_spared WHERE key = ? AND until > ?')
  const tidy = db.prepare('DELETE FROM transcode_rule_spared WHERE until <= ?')
  return {
    get: (sourceId) => {
      const row = get.get(sourceId)
      return row && { ...row, enabled: row.enabled === 1, exempt: Names.parse(JSON.parse(row.exempt)) }
    },
    put: (rule) => void put.run({ ...rule, enabled: rule.enabled ? 1 : 0, exempt: JSON.stringify(rule.exempt) }),
    forget: (sourceId) => void forget.run(sourceId),
    spare: (key, until) => void spare.run(key, until),
    isSpared: (key, now) => spared.get(key, now) !== undefined,
    tidy: (now) => void tidy.run(now),
  }
}
