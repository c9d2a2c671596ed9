import { AppError } from '#protocol/errors.ts'
import { pause } from '../../lib/poll.ts'
import type { MediaPort } from '../../media/ports.ts'
import { UpstreamError } from '../upstream-error.ts'
import type { PlexClient } from './client.ts'
import { refOf } from './normalise.ts'

/** A Plex Pass may be bought; after this it is found out anew. */
const askAgainMs = 60 * 60_000

export interface Ending {
  terminate: MediaPort['terminate']
  /** False once the server has said that it ends no sessions for us. */
  isPossible(): boolean
}

const notControllable = (sentence: string, cause?: unknown) => new AppError('not_controllable', sentence, { cause })

const needsPlexPass = (cause?: unknown) =>
  notControllable('Plex ends sessions for others only with a Plex Pass on the owner’s account.', cause)

const withoutId = () =>
  notControllable('Plex gives this playback no session id, so it can be ended on the player only.')

/**
 * One command tells the reason and ends the session; what is read afterwards decides. There is no rung above it: Plex
 * signs no device out, so `force` changes nothing. `checksMs` are the times after the command at which it is looked.
 */
export const createEnding = (deps: { client: PlexClient; checksMs?: readonly number[] }): Ending => {
  const { client, checksMs = [1000, 3000, 8000] } = deps
  let refusedUntil = Number.NEGATIVE_INFINITY

  const isThere = async (ref: string, signal: AbortSignal): Promise<boolean> =>
    (await client.sessions(signal)).some((session) => refOf(session) === ref)

  const isGone = async (ref: string, signal: AbortSignal): Promise<boolean> => {
    let failure: unknown
    let waited = 0
    for (const at of checksMs) {
      await pause(at - waited, signal)
      waited = at
      try {
        if (!(await isThere(ref, signal))) return true
        failure = undefined
      } catch (cause) {
        if (signal.aborted) throw cause
        failure = cause
      }
    }
    if (failure) throw failure
    return false
  }

  /** A status of 401 means that the token is bad, which the read shows, or that there is no Plex Pass. */
  const refused = async (cause: UpstreamError, signal: AbortSignal): Promise<AppError> => {
    await client.sessions(signal)
    if (cause.status !== 401) return notControllable('Plex refuses to end this session.', cause)
    refusedUntil = performance.now() + askAgainMs
    return needsPlexPass(cause)
  }

  /** True when the command went out, false when there was nothing to end. Older servers know it as a GET only. */
  const command = async (ref: string, reason: string | undefined, signal: AbortSignal): Promise<boolean> => {
    let failure: unknown
    for (const method of ['POST', 'GET'] as const) {
      try {
        await client.terminate(method, ref, reason, signal)
        return true
      } catch (cause) {
        if (!(cause instanceof UpstreamError)) throw cause
        if (cause.status === 401 || cause.status === 403) throw await refused(cause, signal)
        if (cause.status !== 404 && cause.status !== 405) throw cause
        if (!(await isThere(ref, signal))) return false
        failure = cause
      }
    }
    throw failure
  }

  return {
    isPossible: () => performance.now() >= refusedUntil,
    terminate: async (ref, { reason }, signal) => {
      if (ref === '') throw withoutId()
      if (!(await command(ref, reason, signal))) return 'already-gone'
      return (await isGone(ref, signal)) ? 'ended' : 'ignored'
    },
  }
}
