import type { Playback } from './sessions.ts'

const CHECK_IN_MS = 10_000

/** Milliseconds into the item. The server adds whole seconds between what clients report, and stops at the end. */
export function positionOf(playback: Playback, now: number): number {
  if (playback.pausedAt !== null) return playback.positionMs
  const added = Math.floor(Math.max(0, now - playback.since) / 1000) * 1000
  return Math.min(playback.positionMs + added, playback.item.runtimeMs ?? Number.MAX_SAFE_INTEGER)
}

/** When the client last reported by itself: each ten seconds while it is alive. */
export function checkInOf(playback: Playback, now: number): number {
  const until = playback.silentSince ?? now
  return playback.since + Math.floor(Math.max(0, until - playback.since) / CHECK_IN_MS) * CHECK_IN_MS
}

/** Percent of the item that the transcoder, three times as fast as playing, is done with. */
export function transcodedPercent(playback: Playback, now: number): number | null {
  const { runtimeMs } = playback.item
  if (runtimeMs === null) return null
  const done = playback.positionMs + Math.max(0, now - playback.since) * 3
  return Math.min(100, Math.round((done / runtimeMs) * 10_000) / 100)
}
