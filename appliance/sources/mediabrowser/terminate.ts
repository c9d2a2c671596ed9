import type { Log } from '../../lib/log.ts'
import { pause } from '../../lib/poll.ts'
import type { MediaPort } from '../../media/ports.ts'
import { UpstreamError } from '../upstream-error.ts'
import type { MediaBrowserClient } from './calls.ts'
import type { Dialect } from './dialect.ts'
import { refOf } from './normalise.ts'
import type { SessionWire } from './wire.ts'

const isMissing = (cause: unknown) => cause instanceof UpstreamError && cause.status === 404

/**
 * Message, stop, look again; with `force` the device is signed out when that was not enough. The server answers a
 * stop with success also when no player listens, so only what is read afterwards counts.
 * `checksMs` are the times after a command at which it is looked.
 */
export const createTerminate = (deps: {
  client: Pick<MediaBrowserClient, 'sessions' | 'message' | 'stop' | 'signOut'>
  dialect: Pick<Dialect, 'canControl'>
  log: Log
  checksMs?: readonly number[]
}): MediaPort['terminate'] => {
  const { client, dialect, log, checksMs = [1000, 3000, 8000] } = deps

  const find = async (ref: string, signal: AbortSignal): Promise<SessionWire | undefined> =>
    (await client.sessions(signal)).find((session) => refOf(session) === ref)

  const isGone = async (ref: string, signal: AbortSignal): Promise<boolean> => {
    let failure: unknown
    let waited = 0
    for (const at of checksMs) {
      await pause(at - waited, signal)
      waited = at
      try {
        if (!(await find(ref, signal))) return true
        failure = undefined
      } catch (cause) {
        if (signal.aborted) throw cause
        failure = cause
      }
    }
    if (failure) throw failure
    return false
  }

  const tell = async (session: SessionWire, reason: string, signal: AbortSignal) => {
    try {
      await client.message(session.Id, reason, signal)
    } catch (cause) {
      if (signal.aborted) throw cause
      log.debug({ err: cause }, 'the message did not reach the player; it is stopped all the same')
    }
  }

  /** What is not there any more needs no command: the look afterwards decides. */
  const command = (sent: Promise<void>) =>
    sent.catch((cause: unknown) => {
      if (!isMissing(cause)) throw cause
    })

  return async (ref, { reason, force }, signal) => {
    const session = await find(ref, signal)
    if (!session) return 'already-gone'
    if (!dialect.canControl(session) && !force) return 'not-controllable'
    if (dialect.canControl(session)) {
      if (reason) await tell(session, reason, signal)
      await command(client.stop(session.Id, signal))
      if (await isGone(ref, signal)) return 'ended'
    }
    if (!force || !session.DeviceId) return 'ignored'
    await command(client.signOut(session.DeviceId, signal))
    return (await isGone(ref, signal)) ? 'signed-out' : 'ignored'
  }
}
