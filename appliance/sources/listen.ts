import type { Log } from '../lib/log.ts'
import { backoffMs, pause } from '../lib/poll.ts'
import type { Connection, Observation } from './adapter.ts'
import type { Status } from './status.ts'

const maxBackoffMs = 60_000
const waitForOkMs = 500

/**
 * Keeps the push stream of a source up while the source answers, with back-off when it is lost. `onSwitch` hears
 * when push comes up or goes down: the rest between reads is another one then. `onStream` hears of every stream
 * that came up, ended or could not be had: another server may stand at that address then.
 */
export const keepListening = async (deps: {
  listen: NonNullable<Connection['listen']>
  status: Status
  onSwitch(): void
  onStream(): void
  observe(seen: Observation): void
  nudge(): void
  log: Log
  signal: AbortSignal
}): Promise<void> => {
  const { listen, status, onSwitch, onStream, observe, nudge, log, signal } = deps
  let losses = 0
  const ready = () => {
    losses = 0
    status.pushing = true
    onStream()
    onSwitch()
    nudge()
  }
  while (!signal.aborted) {
    if (status.state() !== 'ok') {
      await pause(waitForOkMs, signal)
      continue
    }
    try {
      await listen({ ready, observe, nudge }, signal)
    } catch (cause) {
      log.debug({ err: cause }, 'the push stream ended')
    }
    onStream()
    if (status.pushing) {
      status.pushing = false
      onSwitch()
      nudge()
    }
    losses += 1
    await pause(backoffMs(losses, 1000, maxBackoffMs), signal)
  }
}
