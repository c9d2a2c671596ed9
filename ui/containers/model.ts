import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals'
import type { ContainerStats } from '#protocol/container.ts'
import type { App } from '../lib/app.ts'

/** What was measured of containers, kept while somebody looks at the pages. */
export interface Measured {
  /** Oldest first; rates and CPU are null where nothing came before. */
  of(id: string): ReadonlySignal<readonly ContainerStats[]>
  /** Asks the box for what it measured before this page was opened. */
  load(id: string, signal: AbortSignal): Promise<void>
}

const kept = 450

export const pathOf = (id: string): string => `/containers/${encodeURIComponent(id)}`

const merged = (a: readonly ContainerStats[], b: readonly ContainerStats[]): ContainerStats[] => {
  const byTime = new Map([...a, ...b].map((point) => [point.at, point]))
  return [...byTime.values()].sort((one, other) => one.at.localeCompare(other.at)).slice(-kept)
}

export const createMeasured = ({ api, state }: App): Measured => {
  const histories = new Map<string, Signal<readonly ContainerStats[]>>()
  const of = (id: string) => {
    const known = histories.get(id)
    if (known) return known
    const made = signal<readonly ContainerStats[]>([])
    histories.set(id, made)
    return made
  }

  effect(() => {
    for (const [id, stats] of state.stats.value) {
      const history = of(id)
      if (history.peek().at(-1)?.at !== stats.at) history.value = [...history.peek().slice(1 - kept), stats]
    }
  })

  return {
    of,
    load: async (id, abort) => {
      const { current, history } = await api.get<{ current: ContainerStats | null; history: ContainerStats[] }>(
        `${pathOf(id)}/stats`,
        { signal: abort },
      )
      const before = of(id)
      before.value = merged([...history, ...(current ? [current] : [])], before.peek())
    },
  }
}
