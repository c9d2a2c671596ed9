import { type ReadonlySignal, signal } from '@preact/signals'
import type { Session, TerminateOutcome } from '#protocol/session.ts'
import type { Api } from '../api.ts'
import { took } from '../format.ts'
import type { Toast } from './toasts.ts'

export interface Sessions {
  /** Ids of sessions that somebody at this page asked to end, with the time of asking. */
  pending: ReadonlySignal<ReadonlyMap<string, number>>
  /** Answers what came of it, said for a person. Throws ApiError when nothing did. */
  terminate(session: Session, source: string, how: { reason?: string; force?: boolean }): Promise<Omit<Toast, 'id'>>
}

const said = (session: Session, source: string, outcome: TerminateOutcome, ms: number): Omit<Toast, 'id'> => {
  const { title, user } = session
  switch (outcome) {
    case 'ended':
      return { state: 'fine', title: `${title} ended for ${user}`, text: `${source} confirmed after ${took(ms)}.` }
    case 'already-gone':
      return { state: 'fine', title: `${title} was over already`, text: `${source} had no such session any more.` }
    case 'signed-out':
      return {
        state: 'attention',
        title: `${title} ended, ${user} is signed out`,
        text: `The player ignored the request, so its device was signed out after ${took(ms)}.`,
      }
    case 'ignored':
      return {
        state: 'trouble',
        title: `${title} still plays`,
        text: `The player of ${user} ignored the request for ${took(ms)}. Signing its device out would stop it.`,
      }
  }
}

export const createSessions = (deps: { api: Api; now: () => number }): Sessions => {
  const pending = signal<ReadonlyMap<string, number>>(new Map())
  return {
    pending,
    terminate: async (session, source, { reason, force }) => {
      const began = deps.now()
      pending.value = new Map(pending.peek()).set(session.id, began)
      try {
        const { outcome } = await deps.api.post<{ outcome: TerminateOutcome }>(
          `/sessions/${encodeURIComponent(session.id)}/terminate`,
          { ...(reason ? { reason } : {}), ...(force ? { force } : {}) },
          { timeoutMs: 60_000 },
        )
        return said(session, source, outcome, deps.now() - began)
      } finally {
        const rest = new Map(pending.peek())
        rest.delete(session.id)
        pending.value = rest
      }
    },
  }
}
