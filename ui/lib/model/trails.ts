import { type ReadonlySignal, type Signal, signal } from '@preact/signals'

export const trailLength = 28

/** The last values of one number, for the little line beside it. */
export interface Trails {
  of(id: string): ReadonlySignal<readonly number[]>
  push(id: string, value: number | null): void
  /** Drops the trails of things that are gone. */
  keepOnly(ids: (id: string) => boolean): void
}

export const createTrails = (): Trails => {
  const trails = new Map<string, Signal<readonly number[]>>()
  const of = (id: string) => {
    const known = trails.get(id)
    if (known) return known
    const made = signal<readonly number[]>([])
    trails.set(id, made)
    return made
  }
  return {
    of,
    push: (id, value) => {
      const trail = of(id)
      if (value !== null) trail.value = [...trail.peek().slice(1 - trailLength), value]
    },
    keepOnly: (wanted) => {
      for (const id of trails.keys()) if (!wanted(id)) trails.delete(id)
    },
  }
}
