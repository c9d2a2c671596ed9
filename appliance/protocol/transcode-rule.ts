import { z } from 'zod'
import { Id, listOf, Time } from './list.ts'
import { Session } from './session.ts'

const { source, target } = Session.shape.stream.shape

/** What becomes of a session whose 4K picture is made 1080p or smaller. Off until somebody switches it on. */
export const TranscodeRule = z.strictObject({
  sourceId: Id,
  enabled: z.boolean(),
  /** How long it may go on without a break before it is ended. */
  graceMs: z.number().int().min(0).max(600_000),
  /** Shown on the player where that can be; empty = none. */
  message: z.string().trim().max(500),
  /** After one try, the same viewer with the same thing on the same device is left alone for this long. */
  cooldownMs: z.number().int().min(10_000).max(86_400_000),
  /** Viewers whom it leaves alone, by their name on that server. */
  exempt: z.array(z.string().trim().min(1).max(200)).max(200),
})
export type TranscodeRule = z.infer<typeof TranscodeRule>
export const TranscodeRules = listOf(TranscodeRule)

export const TranscodeRuleQuery = z.strictObject({ sourceId: Id.optional() })

/** What is left out stays as it is; without a source it is said of every media server. */
export const TranscodeRulePatch = TranscodeRule.partial()
export type TranscodeRulePatch = z.infer<typeof TranscodeRulePatch>

/** Tries a rule as it would be with these changes, whether it is switched on or not. */
export const TranscodeRulePreviewBody = TranscodeRule.pick({ graceMs: true, exempt: true })
  .partial()
  .extend({ sourceId: Id })
export type TranscodeRulePreviewBody = z.infer<typeof TranscodeRulePreviewBody>

export const WouldHaveEnded = z.object({
  id: Id,
  sourceId: Id,
  user: z.string(),
  title: z.string(),
  subtitle: z.string().nullable(),
  player: z.string(),
  startedAt: Time,
  playedMs: z.number(),
  ...{ source, target },
})
export type WouldHaveEnded = z.infer<typeof WouldHaveEnded>

/** `count` of all; `items` are the newest 100. A play counts by the way in which most of it was sent. */
export const TranscodeRulePreview = z.object({
  from: Time,
  to: Time,
  count: z.number().int(),
  /** All that was played on the source in that time. */
  plays: z.number().int(),
  items: z.array(WouldHaveEnded),
})
export type TranscodeRulePreview = z.infer<typeof TranscodeRulePreview>
