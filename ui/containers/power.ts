import { type ReadonlySignal, signal } from '@preact/signals'
import type { Container, ContainerAction, ContainerActionResult } from '#protocol/container.ts'
import { sentenceOf } from '../lib/api-error.ts'
import type { App } from '../lib/app.ts'
import { took } from '../lib/format.ts'

export interface Pending {
  action: ContainerAction
  since: number
}
export interface Power {
  pending: ReadonlySignal<ReadonlyMap<string, Pending>>
  /** Does it and says what came of it. Throws ApiError when it was refused. */
  act(container: Container, action: ContainerAction): Promise<void>
  /** For actions without a question: a failure becomes a toast. */
  try(container: Container, action: ContainerAction): Promise<void>
}

export const actingWord: Record<ContainerAction, string> = {
  start: 'Starting',
  stop: 'Stopping',
  restart: 'Restarting',
  kill: 'Killing',
  pause: 'Pausing',
  unpause: 'Going on',
}
const doneWord: Record<ContainerAction, string> = {
  start: 'Started',
  stop: 'Stopped',
  restart: 'Restarted',
  kill: 'Killed',
  pause: 'Paused',
  unpause: 'Woke',
}
const failedWord: Record<ContainerAction, string> = {
  start: 'did not start',
  stop: 'did not stop',
  restart: 'did not restart',
  kill: 'was not killed',
  pause: 'was not paused',
  unpause: 'did not go on',
}

/** Start, stop and the rest, with what is under way. */
export const createPower = ({ api, state, toasts, clock }: App): Power => {
  const pending = signal<ReadonlyMap<string, Pending>>(new Map())
  const settle = (id: string) => {
    const rest = new Map(pending.peek())
    rest.delete(id)
    pending.value = rest
  }
  const act = async (container: Container, action: ContainerAction) => {
    pending.value = new Map(pending.peek()).set(container.id, { action, since: clock.read() })
    try {
      const path = `/containers/${encodeURIComponent(container.id)}/${action}`
      const result = await api.post<ContainerActionResult>(path, {}, { timeoutMs: 90_000 })
      if (result.container) state.put({ container: result.container })
      const engine = state.sources.peek().get(container.sourceId)?.name ?? 'The engine'
      toasts.say({
        state: 'fine',
        title: `${doneWord[action]} ${container.name}`,
        text: result.outcome === 'already' ? 'It was so before.' : `${engine} confirmed after ${took(result.tookMs)}.`,
      })
    } finally {
      settle(container.id)
    }
  }
  return {
    pending,
    act,
    try: (container, action) =>
      act(container, action).catch((error: unknown) =>
        toasts.say({ state: 'trouble', title: `${container.name} ${failedWord[action]}`, text: sentenceOf(error) }),
      ),
  }
}
