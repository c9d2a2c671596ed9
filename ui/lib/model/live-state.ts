import { batch, computed, type ReadonlySignal, signal } from '@preact/signals'
import type { Container, ContainerStats, Engine } from '#protocol/container.ts'
import type { LiveFrame, Snapshot } from '#protocol/live.ts'
import type { BandwidthPoint, Session } from '#protocol/session.ts'
import type { Source } from '#protocol/source.ts'
import type { System, Vitals } from '#protocol/system.ts'
import { createTrails, type Trails } from './trails.ts'

type ById<T> = ReadonlyMap<string, T>

/** What the box told last, and nothing else. A view never changes it. */
export interface LiveState {
  /** False until the first snapshot. */
  known: ReadonlySignal<boolean>
  sources: ReadonlySignal<ById<Source>>
  sessions: ReadonlySignal<ById<Session>>
  engines: ReadonlySignal<ById<Engine>>
  containers: ReadonlySignal<ById<Container>>
  /** The newest measurement of each container, while somebody asked for them. */
  stats: ReadonlySignal<ById<ContainerStats>>
  /** Null when there is no media source or the reader may not see it. */
  bandwidth: ReadonlySignal<readonly BandwidthPoint[] | null>
  system: ReadonlySignal<System | null>
  /** This box's own measurements since the page was opened, oldest first. */
  vitals: ReadonlySignal<readonly Vitals[]>
  sourceList: ReadonlySignal<Source[]>
  sessionList: ReadonlySignal<Session[]>
  containerList: ReadonlySignal<Container[]>
  /** Cores in use per container id, kb/s per session id. */
  trails: Trails
  apply(frames: readonly LiveFrame[]): void
  /** Takes an answer of the API in before the wire tells of it. */
  put(change: { source?: Source; container?: Container }): void
  removeSource(id: string): void
  clear(): void
}

const bandwidthLength = 60
const vitalsLength = 120
const nothing: ById<never> = new Map<string, never>()
const byId = <T extends { id: string }>(items: readonly T[]): ById<T> => new Map(items.map((item) => [item.id, item]))
const without = <T>(map: ById<T>, id: string): ById<T> => {
  if (!map.has(id)) return map
  const copy = new Map(map)
  copy.delete(id)
  return copy
}
const withoutSource = <T extends { sourceId: string }>(map: ById<T>, id: string): ById<T> =>
  new Map([...map].filter(([, { sourceId }]) => sourceId !== id))
const byName = <T extends { name: string; id: string }>(a: T, b: T) =>
  a.name.localeCompare(b.name, 'en', { numeric: true }) || a.id.localeCompare(b.id)

const measured = (container: Container, stats: ContainerStats): Container => ({
  ...container,
  cpu: stats.cpu ?? container.cpu,
  memory: { ...container.memory, used: stats.memory.used ?? container.memory.used },
})

const createCells = () => ({
  known: signal(false),
  sources: signal<ById<Source>>(nothing),
  sessions: signal<ById<Session>>(nothing),
  engines: signal<ById<Engine>>(nothing),
  containers: signal<ById<Container>>(nothing),
  stats: signal<ById<ContainerStats>>(nothing),
  bandwidth: signal<readonly BandwidthPoint[] | null>(null),
  system: signal<System | null>(null),
  vitals: signal<readonly Vitals[]>([]),
})

const empty = (cells: ReturnType<typeof createCells>) => {
  cells.known.value = false
  for (const map of [cells.sources, cells.sessions, cells.engines, cells.containers, cells.stats]) map.value = nothing
  cells.bandwidth.value = null
  cells.system.value = null
  cells.vitals.value = []
}

export const createLiveState = (onTime: (at: string) => void): LiveState => {
  const cells = createCells()
  const { known, sources, sessions, engines, containers, stats, bandwidth, system, vitals } = cells
  const trails = createTrails()

  /** One copy per batch of frames, however many of them touch the same map. */
  let copied = new Set<unknown>()
  const put = <T extends { id: string }>(map: { value: ById<T>; peek(): ById<T> }, item: T) => {
    const current = map.peek()
    if (copied.has(current)) return void (current as Map<string, T>).set(item.id, item)
    const copy = new Map(current).set(item.id, item)
    copied.add(copy)
    map.value = copy
  }

  const takeVitals = (next: Vitals) => {
    if (vitals.peek().at(-1)?.at === next.at) return
    vitals.value = [...vitals.peek().slice(1 - vitalsLength), next]
  }

  const takeSnapshot = (data: Snapshot) => {
    onTime(data.at)
    known.value = true
    sources.value = byId(data.sources)
    sessions.value = byId(data.sessions)
    engines.value = byId(data.engines)
    containers.value = byId(data.containers)
    bandwidth.value = data.bandwidth?.points.slice(-bandwidthLength) ?? null
    system.value = data.system
    if (data.system?.vitals) takeVitals(data.system.vitals)
    for (const session of data.sessions) trails.push(session.id, session.stream.bitrateKbps)
    for (const container of data.containers) trails.push(container.id, container.cpu)
    const is = (id: string) => sessions.peek().has(id) || containers.peek().has(id)
    trails.keepOnly(is)
  }

  const takeStats = (data: ContainerStats) => {
    put(stats, data)
    trails.push(data.id, data.cpu)
    const container = containers.peek().get(data.id)
    if (container) put(containers, measured(container, data))
  }

  const takeBandwidth = (point: BandwidthPoint) => {
    bandwidth.value = [...(bandwidth.peek() ?? []).slice(1 - bandwidthLength), point]
    for (const session of sessions.peek().values())
      trails.push(session.id, session.state === 'paused' ? 0 : session.stream.bitrateKbps)
  }

  const takeSystem = (next: Vitals) => {
    takeVitals(next)
    const before = system.peek()
    if (before) system.value = { ...before, vitals: next }
  }

  const take = (frame: LiveFrame) => {
    switch (frame.event) {
      case 'snapshot':
        return takeSnapshot(frame.data)
      case 'session:started':
      case 'session:changed':
        return put(sessions, frame.data)
      case 'session:ended':
        sessions.value = without(sessions.peek(), frame.data.id)
        return
      case 'bandwidth':
        return takeBandwidth(frame.data)
      case 'source:status':
        return put(sources, frame.data)
      case 'source:removed':
        return removeSource(frame.data.id)
      case 'engine:changed':
        return put(engines, frame.data)
      case 'container:changed':
        if (frame.data.cpu !== null) trails.push(frame.data.id, frame.data.cpu)
        return put(containers, frame.data)
      case 'container:removed':
        containers.value = without(containers.peek(), frame.data.id)
        return
      case 'container:stats':
        return takeStats(frame.data)
      case 'system':
        return takeSystem(frame.data)
    }
  }

  const removeSource = (id: string) => {
    sources.value = without(sources.peek(), id)
    engines.value = without(engines.peek(), id)
    sessions.value = withoutSource(sessions.peek(), id)
    containers.value = withoutSource(containers.peek(), id)
  }

  return {
    ...cells,
    trails,
    sourceList: computed(() => [...sources.value.values()].sort(byName)),
    sessionList: computed(() => [...sessions.value.values()].sort((a, b) => a.startedAt.localeCompare(b.startedAt))),
    containerList: computed(() => [...containers.value.values()].sort(byName)),
    apply: (frames) =>
      batch(() => {
        copied = new Set()
        frames.forEach(take)
        copied = new Set()
      }),
    put: ({ source, container }) =>
      batch(() => {
        if (source) put(sources, source)
        if (container) put(containers, container)
        copied = new Set()
      }),
    removeSource,
    clear: () =>
      batch(() => {
        empty(cells)
        trails.keepOnly(() => false)
      }),
  }
}
