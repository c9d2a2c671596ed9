import type { Session } from '#protocol/session.ts'
import type { TranscodeRule } from '#protocol/transcode-rule.ts'
import { fold } from '../plays/play.ts'

type Stream = Pick<Session['stream'], 'video' | 'source' | 'target'>

/** Encoders round 1080 lines up to whole blocks, and cinema's 2K is wider than television's. */
const largest = { width: 2048, height: 1088 }

/** 5 s of grace are enough for a player that begins small and finds out that it can do better. */
export const defaultsOf = (sourceId: string): TranscodeRule => ({
  sourceId,
  enabled: false,
  graceMs: 5000,
  message: 'This server does not shrink 4K. Please choose original quality, or the 1080p version.',
  cooldownMs: 300_000,
  exempt: [],
})

/**
 * Whether a 4K picture is made 1080p or smaller. Audio alone never counts, and what the server does not tell is not
 * held against anybody.
 */
export const isShrunk4k = ({ video, source, target }: Stream): boolean => {
  if (video !== 'transcode' || !source.is4k || !target) return false
  const { width, height } = target
  if (width === null && height === null) return false
  return (width ?? 0) <= largest.width && (height ?? 0) <= largest.height
}

export const isExempt = ({ exempt }: Pick<TranscodeRule, 'exempt'>, user: string): boolean =>
  exempt.some((name) => fold(name) === fold(user))

/**
 * Whether the rule is to end it. A paused session counts: it keeps its place at the encoder and goes on with a key, and
 * a pause would else be the way around the grace. A player that takes no commands is left alone: nothing would come of
 * it but messages.
 */
export const isAgainst = (rule: TranscodeRule, { user, stream, canTerminate }: Session): boolean =>
  rule.enabled && canTerminate && isShrunk4k(stream) && !isExempt(rule, user)
