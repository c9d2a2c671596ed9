import type { Measurement } from '../../containers/ports.ts'
import type { StatsWire } from './wire.ts'

/** What one sample counts since the container started. Times in ms, CPU in ns. Null = the engine does not know. */
export interface Counted {
  readMs: number
  cpuNs: number | null
  systemNs: number | null
  cpus: number | null
  rx: number | null
  tx: number | null
  readBytes: number | null
  writeBytes: number | null
}

export interface Host {
  cpus: number | null
  memoryBytes: number | null
}

type Memory = NonNullable<StatsWire['memory_stats']>

/** As `docker stats`: without the file cache that can go at any moment. Some kernels leave usage at 0: then what is anonymous. */
const usedOf = ({ usage, stats }: Memory): number | null => {
  if (!usage) return stats?.['anon'] ?? null
  const cache = stats?.['total_inactive_file'] ?? stats?.['inactive_file'] ?? 0
  return cache < usage ? usage - cache : usage
}

export const memoryOf = (sample: StatsWire, host: Host): Measurement['memory'] => {
  const memory = sample.memory_stats
  if (!memory) return { used: null, limit: null }
  const unlimited = !memory.limit || (host.memoryBytes !== null && memory.limit >= host.memoryBytes)
  return { used: usedOf(memory), limit: unlimited ? null : (memory.limit ?? null) }
}

const sumOf = (values: number[]): number => values.reduce((sum, value) => sum + value, 0)

const blockBytes = (sample: StatsWire, op: 'read' | 'write'): number | null => {
  const rows = sample.blkio_stats?.io_service_bytes_recursive
  return rows ? sumOf(rows.filter((row) => row.op.toLowerCase() === op).map(({ value }) => value)) : null
}

const networkBytes = (sample: StatsWire, field: 'rx_bytes' | 'tx_bytes'): number | null =>
  sample.networks ? sumOf(Object.values(sample.networks).map((network) => network[field])) : null

/** Null for the all-zero object that an engine sends for what it cannot measure, such as a stopped container. */
export const countedOf = (sample: StatsWire, host: Host): Counted | null => {
  const readMs = Date.parse(sample.read)
  if (Number.isNaN(readMs) || sample.read.startsWith('0001-')) return null
  const cpu = sample.cpu_stats
  return {
    readMs,
    cpuNs: cpu?.cpu_usage?.total_usage ?? null,
    systemNs: cpu?.system_cpu_usage ?? null,
    // cgroup v2 has no per-CPU numbers and old engines no online_cpus.
    cpus: cpu?.online_cpus || cpu?.cpu_usage?.percpu_usage?.length || host.cpus,
    rx: networkBytes(sample, 'rx_bytes'),
    tx: networkBytes(sample, 'tx_bytes'),
    readBytes: blockBytes(sample, 'read'),
    writeBytes: blockBytes(sample, 'write'),
  }
}

/** A counter that went back began anew with its container: what it says of this moment is not known. */
const grown = (before: number | null, after: number | null): number | null =>
  before === null || after === null || after < before ? null : after - before

/**
 * CPU in cores since the sample before: its share of the host's CPU time times the CPUs. Podman counts another thing as
 * the host's time, so where that does not fit the time that passed, the clock is taken.
 */
export const coresOf = (before: Counted, after: Counted): number | null => {
  const used = grown(before.cpuNs, after.cpuNs)
  const passedNs = (after.readMs - before.readMs) * 1e6
  if (used === null || passedNs <= 0) return null
  const system = grown(before.systemNs, after.systemNs)
  const cpus = after.cpus ?? 0
  const share = system ? system / (passedNs * cpus) : 0
  const cores = system && share > 0.5 && share < 1.5 ? (used / system) * cpus : used / passedNs
  return Math.round(cores * 10_000) / 10_000
}

const rateOf = (before: number | null, after: number | null, ms: number): number | null => {
  const bytes = grown(before, after)
  return bytes === null || ms <= 0 ? null : Math.round((bytes * 1000) / ms)
}

const rates = (before: Counted | null, after: Counted | null) => {
  if (!before || !after) {
    return { cpu: null, rxBytesPerS: null, txBytesPerS: null, readBytesPerS: null, writeBytesPerS: null }
  }
  const ms = after.readMs - before.readMs
  return {
    cpu: coresOf(before, after),
    rxBytesPerS: rateOf(before.rx, after.rx, ms),
    txBytesPerS: rateOf(before.tx, after.tx, ms),
    readBytesPerS: rateOf(before.readBytes, after.readBytes, ms),
    writeBytesPerS: rateOf(before.writeBytes, after.writeBytes, ms),
  }
}

/** Turns samples into measurements; remembers the sample before of each container. */
export const createMeter = () => {
  const last = new Map<string, Counted>()
  return {
    measure: (containerId: string, sample: StatsWire, host: Host, now: number): Measurement => {
      const after = countedOf(sample, host)
      const before = last.get(containerId) ?? null
      if (after) last.set(containerId, after)
      else last.delete(containerId)
      return {
        containerId,
        at: new Date(now).toISOString(),
        ...rates(before, after),
        memory: after ? memoryOf(sample, host) : { used: null, limit: null },
        pids: after ? (sample.pids_stats?.current ?? null) : null,
      }
    },
    /** Forgets all but these. */
    keep: (ids: ReadonlySet<string>) => {
      for (const id of last.keys()) if (!ids.has(id)) last.delete(id)
    },
  }
}
export type Meter = ReturnType<typeof createMeter>
