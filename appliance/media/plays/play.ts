import { z } from 'zod'
import { PlayedStream } from '#protocol/play.ts'
import { Session } from '#protocol/session.ts'

const { mediaType, library, year, user, title, subtitle, durationMs, player } = Session.shape

/** A play as it is written down: who, what, on which device, how it was sent. Times in ms, UTC. */
export const PlayRecord = z.object({
  ...{ mediaType, library, year, user, title, subtitle, durationMs, player },
  sourceId: z.string(),
  source: z.string(),
  viewerKey: z.string(),
  itemKey: z.string(),
  deviceKey: z.string(),
  stream: PlayedStream,
  bitrateKbps: z.number().nullable(),
  startedAt: z.number(),
  endedAt: z.number(),
  playedMs: z.number(),
})
export type PlayRecord = z.infer<typeof PlayRecord>

/** Less than this is somebody looking for something. */
export const shortestMs = 10_000
/** Who goes on within this time with the same on the same device plays on. */
export const resumeMs = 30 * 60_000
const finishedShare = 0.85

/** One name for all the ways in which it is written. */
export const fold = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

export interface Figures {
  plays: number
  playedMs: number
  sized: number
  finished: number
  hardware: number
  software: number
  audio: number
}

const isSized = (mediaType: string) => mediaType === 'movie' || mediaType === 'episode' || mediaType === 'track'

/** What a play adds to the sums. Encoding decides what is hardware: only decoding there leaves the work to the processor. */
export const figuresOf = (play: {
  mediaType: string
  playedMs: number
  durationMs: number | null
  stream: Pick<PlayedStream, 'decision' | 'video' | 'audio' | 'hardware'>
}): Figures => {
  const { decision, video, audio, hardware } = play.stream
  const sized = isSized(play.mediaType) && play.durationMs ? play.durationMs : 0
  const isVideo = decision === 'transcode' && video === 'transcode'
  const isHardware = isVideo && hardware !== null && hardware !== 'none' && hardware !== 'decode'
  return {
    plays: 1,
    playedMs: play.playedMs,
    sized: sized ? 1 : 0,
    finished: sized && play.playedMs >= sized * finishedShare ? 1 : 0,
    hardware: isHardware ? 1 : 0,
    software: isVideo && !isHardware ? 1 : 0,
    audio: decision === 'transcode' && !isVideo && audio === 'transcode' ? 1 : 0,
  }
}
