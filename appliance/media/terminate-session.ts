import { AppError } from '#protocol/errors.ts'
import type { TerminateOutcome } from '#protocol/session.ts'
import type { Log } from '../lib/log.ts'
import { pause } from '../lib/poll.ts'
import type { MediaPort } from './ports.ts'
import type { Tracked } from './sessions.ts'

/** Message, stop, verification and a sign-out take 20 s at most when each is answered. */
const limitMs = 60_000
/** An answer does not wait longer for the read that follows. */
const refreshMs = 3000

export type TerminateSession = (
  tracked: Tracked,
  options: { reason: string | undefined; force: boolean },
) => Promise<TerminateOutcome>

/**
 * Ends a playback and reads its source again, so that the session leaves by the next observation and not by our word.
 * It goes on when the person who asked goes away: a half-done command has no outcome.
 */
export const createTerminateSession = (deps: {
  mediaOf(sourceId: string): MediaPort | undefined
  refresh(sourceId: string): Promise<void>
  log: Log
}): TerminateSession => {
  const reread = (sourceId: string) =>
    deps.refresh(sourceId).catch((cause: unknown) => {
      deps.log.debug({ err: cause }, 'the source could not be read after a command')
    })

  return async ({ session, ref }, options) => {
    const media = deps.mediaOf(session.sourceId)
    if (!media) throw new AppError('upstream_unreachable', 'Its server is not connected now.')
    try {
      const outcome = await media.terminate(ref, options, AbortSignal.timeout(limitMs))
      if (outcome !== 'not-controllable') return outcome
      throw new AppError('not_controllable', 'This player takes no commands from its server.')
    } finally {
      await Promise.race([reread(session.sourceId), pause(refreshMs, new AbortController().signal)])
    }
  }
}
