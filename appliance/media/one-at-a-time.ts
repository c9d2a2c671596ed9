import type { TerminateOutcome } from '#protocol/session.ts'
import type { TerminateSession } from './terminate-session.ts'

export interface OneAtATime {
  terminate: TerminateSession
  isEnding(sessionId: string): boolean
}

/** Who asks while a session is being ended takes part in that, and tries anew only when nothing came of it. */
export const createOneAtATime = (terminate: TerminateSession): OneAtATime => {
  const running = new Map<string, Promise<TerminateOutcome>>()

  const run: TerminateSession = async (tracked, options) => {
    const { id } = tracked.session
    for (let before = running.get(id); before; before = running.get(id)) {
      const outcome = await before.catch(() => 'ignored' as const)
      if (outcome !== 'ignored') return outcome
    }
    const mine = terminate(tracked, options).finally(() => running.delete(id))
    running.set(id, mine)
    return mine
  }

  return { terminate: run, isEnding: (sessionId) => running.has(sessionId) }
}
