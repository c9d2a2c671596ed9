import type { ContainerStats } from '#protocol/container.ts'

const keptMs = 10 * 60_000
const most = 300

/** The measurements of the last ten minutes, at most 300 for each container. */
export const createHistory = (now: () => number) => {
  const rings = new Map<string, { items: ContainerStats[]; next: number }>()

  const inOrder = (id: string): ContainerStats[] => {
    const ring = rings.get(id)
    if (!ring) return []
    const oldest = now() - keptMs
    return [...ring.items.slice(ring.next), ...ring.items.slice(0, ring.next)].filter(
      ({ at }) => Date.parse(at) >= oldest,
    )
  }

  return {
    add: (stats: ContainerStats): void => {
      const ring = rings.get(stats.id) ?? { items: [], next: 0 }
      rings.set(stats.id, ring)
      if (ring.items.length < most) {
        ring.items.push(stats)
        return
      }
      ring.items[ring.next] = stats
      ring.next = (ring.next + 1) % most
    },
    of: inOrder,
    forget: (id: string): void => {
      rings.delete(id)
    },
  }
}
export type History = ReturnType<typeof createHistory>
