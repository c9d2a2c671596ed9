import { effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Container, ContainerAction, ContainerActionResult, ContainerStats } from '#protocol/container.ts'
import type { App } from '../lib/app.ts'

export interface Doing {
  action: ContainerAction
  began: number
}

export interface ContainerModel {
  /** What somebody at this page asked for and has not come out yet, per container id. */
  doing: ReadonlySignal<ReadonlyMap<string, Doing>>
  act(container: Container, action: ContainerAction): Promise<ContainerActionResult>
  /** Measurements of one container since somebody began to look, oldest first. */
  measured(id: string): ReadonlySignal<readonly ContainerStats[]>
}

/** An engine waits for a container's own grace time before it ends it: that can be minutes. */
const patienceMs = 180_000
const kept = 450

export const pathOf = (id: string): string => `/containers/${encodeURIComponent(id)}`

export const createContainerModel = ({ api, clock, state }: App): ContainerModel => {
  const doing = signal<ReadonlyMap<string, Doing>>(new Map())
  const histories = new Map<string, ReturnType<typeof signal<readonly ContainerStats[]>>>()

  const measured = (id: string) => {
    const known = histories.get(id)
    if (known) return known as ReadonlySignal<readonly ContainerStats[]>
    const made = signal<readonly ContainerStats[]>([])
    histories.set(id, made as never)
    return made
  }

  effect(() => {
    for (const [id, stats] of state.stats.value) {
      const history = measured(id) as ReturnType<typeof signal<readonly ContainerStats[]>>
      const before = history.peek() ?? []
      if (before.at(-1)?.at !== stats.at) history.value = [...before.slice(1 - kept), stats]
    }
  })

  return {
    doing,
    measured,
    act: async (container, action) => {
      doing.value = new Map(doing.peek()).set(container.id, { action, began: clock.read() })
      try {
        const path = `${pathOf(container.id)}/${action}`
        const result = await api.post<ContainerActionResult>(path, undefined, { timeoutMs: patienceMs })
        state.put({ container: result.container })
        return result
      } finally {
        const rest = new Map(doing.peek())
        rest.delete(container.id)
        doing.value = rest
      }
    },
  }
}
