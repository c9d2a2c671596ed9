import type { Bandwidth, BandwidthPoint, Session } from '#protocol/session.ts'

export const stepMs = 5000
const keptPoints = 60

/** What flowed at one moment, per source, so that each person is told only of sources that they may see. */
export interface Flow {
  at: number
  sources: Record<string, { lan: number; wan: number; total: number }>
}

/** Sums what plays. A paused session moves nothing; one whose place is unknown counts in the total alone. */
export const flowOf = (sessions: readonly Session[], at: number): Flow => {
  const sources: Flow['sources'] = {}
  for (const { sourceId, state, stream, player } of sessions) {
    if (state === 'paused') continue
    const kbps = stream.bitrateKbps ?? 0
    const sum = sources[sourceId] ?? { lan: 0, wan: 0, total: 0 }
    if (player.location) sum[player.location] += kbps
    sum.total += kbps
    sources[sourceId] = sum
  }
  return { at, sources }
}

/** The flow of some of the sources, as it is shown. */
export const pointOf = (flow: Flow, includes: (sourceId: string) => boolean): BandwidthPoint => {
  const shown = Object.entries(flow.sources).filter(([id]) => includes(id))
  const sum = (what: 'lan' | 'wan' | 'total') => shown.reduce((all, [, one]) => all + one[what], 0)
  return {
    at: new Date(flow.at).toISOString(),
    lanKbps: sum('lan'),
    wanKbps: sum('wan'),
    totalKbps: sum('total'),
    sources: Object.fromEntries(shown.map(([id, { total }]) => [id, total])),
  }
}

export interface BandwidthMeter {
  /** Tells that something began, ended or paused: wakes the meter when it sleeps. */
  touch(): void
  flows(): readonly Flow[]
  find(at: string): Flow | undefined
  stop(): void
}

/**
 * Samples every 5 s while something plays, then once more for the closing zero, and sleeps. The line of a chart must
 * not lean over a pause, so the first sample after a sleep has a zero before it.
 */
export const createBandwidthMeter = (deps: {
  playing(): Session[]
  now: () => number
  onFlow(flow: Flow): void
}): BandwidthMeter => {
  const flows: Flow[] = []
  let timer: NodeJS.Timeout | undefined

  const push = (flow: Flow) => {
    flows.push(flow)
    if (flows.length > keptPoints) flows.shift()
    deps.onFlow(flow)
  }

  const sample = () => {
    timer = undefined
    const sessions = deps.playing()
    push(flowOf(sessions, deps.now()))
    if (sessions.length > 0) timer = setTimeout(sample, stepMs)
  }

  return {
    touch: () => {
      if (timer || deps.playing().length === 0) return
      const last = flows.at(-1)
      const at = deps.now()
      if (!last || at - last.at > 2 * stepMs) push({ at: at - stepMs, sources: {} })
      sample()
    },
    flows: () => flows.filter(({ at }) => at > deps.now() - keptPoints * stepMs),
    find: (at) => flows.findLast((flow) => new Date(flow.at).toISOString() === at),
    stop: () => {
      clearTimeout(timer)
      timer = undefined
    },
  }
}

export const bandwidthOf = (flows: readonly Flow[], show: (flow: Flow) => BandwidthPoint): Bandwidth => ({
  stepMs,
  points: flows.map(show),
})
