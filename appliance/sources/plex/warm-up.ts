import type { SessionWire } from './wire.ts'

const warmAfterMs = 8000

const coldOf = (sessions: readonly SessionWire[]): string[] =>
  sessions.flatMap(({ TranscodeSession: info }) => {
    const isCold = info?.videoDecision === 'transcode' && !info.transcodeHwDecoding && !info.transcodeHwEncoding
    return isCold && info.key ? [info.key] : []
  })

/**
 * The first moments of a transcode look like software, and nothing is told when the hardware gets its name: each new
 * one is looked at once more, `afterMs` later.
 */
export const createWarmUp = (afterMs = warmAfterMs): ((sessions: readonly SessionWire[], look: () => void) => void) => {
  let known = new Set<string>()
  return (sessions, look) => {
    const cold = coldOf(sessions)
    const isNew = cold.some((key) => !known.has(key))
    known = new Set(cold)
    if (isNew) setTimeout(look, afterMs).unref()
  }
}
