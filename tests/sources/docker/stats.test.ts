import { describe, expect, test } from 'vitest'
import { createMeter } from '../../../appliance/sources/docker/stats.ts'
import { StatsWire } from '../../../appliance/sources/docker/wire.ts'

const host = { cpus: 4, memoryBytes: 8e9 }
const start = Date.parse('2026-11-20T10:00:00Z')

interface Sample {
  atMs: number
  cpuMs?: number
  systemMs?: number | null
  online?: number | null
  percpu?: number[] | null
  memory?: object
  more?: object
}

const sample = ({ atMs, cpuMs = 0, systemMs, online = 4, percpu = null, memory = {}, more = {} }: Sample) =>
  StatsWire.parse({
    read: new Date(start + atMs).toISOString(),
    cpu_stats: {
      cpu_usage: { total_usage: cpuMs * 1e6, ...(percpu ? { percpu_usage: percpu } : {}) },
      ...(systemMs === null ? {} : { system_cpu_usage: (systemMs ?? atMs * 4) * 1e6 }),
      ...(online === null ? {} : { online_cpus: online }),
    },
    memory_stats: memory,
    ...more,
  })

const measure = (...samples: Sample[]) => {
  const meter = createMeter()
  return samples.map((one) => meter.measure('c', sample(one), host, start)).at(-1)
}

describe('CPU', () => {
  test('is in cores, and unknown at the first sample', () => {
    expect(measure({ atMs: 0, cpuMs: 100 })?.cpu).toBeNull()
    expect(measure({ atMs: 0, cpuMs: 100 }, { atMs: 2000, cpuMs: 3100 })?.cpu).toBe(1.5)
  })

  test('counts the CPUs by the list of each, or the host’s, where the engine does not say', () => {
    const list = { online: null, percpu: [1, 1] }
    const two = measure({ atMs: 0, systemMs: 0, ...list }, { atMs: 1000, cpuMs: 500, systemMs: 2000, ...list })
    expect(two?.cpu).toBe(0.5)
    const none = { online: null }
    expect(measure({ atMs: 0, ...none }, { atMs: 1000, cpuMs: 2000, ...none })?.cpu).toBe(2)
  })

  test('goes by the clock where the host’s time is absent or something else', () => {
    expect(measure({ atMs: 0, systemMs: null }, { atMs: 1000, cpuMs: 300, systemMs: null })?.cpu).toBe(0.3)
    expect(measure({ atMs: 0, systemMs: 0 }, { atMs: 1000, cpuMs: 300, systemMs: 300 })?.cpu).toBe(0.3)
  })

  test('is unknown when the counter began anew', () => {
    expect(measure({ atMs: 0, cpuMs: 9000 }, { atMs: 2000, cpuMs: 10 })?.cpu).toBeNull()
  })

  test('is unknown when the same sample comes again', () => {
    expect(measure({ atMs: 1000, cpuMs: 5 }, { atMs: 1000, cpuMs: 5 })?.cpu).toBeNull()
  })
})

describe('memory', () => {
  const memory = (value: object) => measure({ atMs: 0, memory: value })?.memory

  test('is what is used without the file cache, under either cgroup', () => {
    const v1 = { usage: 1000, limit: 5000, stats: { total_inactive_file: 300, inactive_file: 1 } }
    expect(memory(v1)).toEqual({ used: 700, limit: 5000 })
    expect(memory({ usage: 1000, limit: 5000, stats: { inactive_file: 200 } })).toEqual({ used: 800, limit: 5000 })
  })

  test('falls back to what is anonymous where usage stays at 0', () => {
    expect(memory({ usage: 0, limit: 5000, stats: { anon: 400 } })?.used).toBe(400)
  })

  test('is unknown and never 0 where the engine does not measure it', () => {
    expect(memory({})).toEqual({ used: null, limit: null })
  })

  test('has no limit where the limit is the host', () => {
    expect(memory({ usage: 10, limit: 8e9 })?.limit).toBeNull()
  })
})

describe('traffic', () => {
  const networks = (rx: number) => ({
    networks: { eth0: { rx_bytes: rx, tx_bytes: 10 }, eth1: { rx_bytes: rx, tx_bytes: 0 } },
  })
  const blocks = (op: string, value: number) => ({
    blkio_stats: {
      io_service_bytes_recursive: [
        { op, value },
        { op: 'Total', value: 9e9 },
      ],
    },
  })

  test('is the sum of all networks, a second', () => {
    const seen = measure({ atMs: 0, more: networks(0) }, { atMs: 2000, more: networks(1000) })
    expect(seen).toMatchObject({ rxBytesPerS: 1000, txBytesPerS: 0 })
  })

  test('is unknown without networks of its own', () => {
    expect(measure({ atMs: 0 }, { atMs: 2000 })).toMatchObject({ rxBytesPerS: null, txBytesPerS: null })
  })

  test('of disks is told under either cgroup', () => {
    for (const op of ['Read', 'read']) {
      const seen = measure({ atMs: 0, more: blocks(op, 0) }, { atMs: 2000, more: blocks(op, 4000) })
      expect(seen).toMatchObject({ readBytesPerS: 2000, writeBytesPerS: 0 })
    }
  })
})

test('the empty object that stands for nothing measured says nothing', () => {
  const zero = StatsWire.parse({
    read: '0001-01-01T00:00:00Z',
    cpu_stats: { cpu_usage: { total_usage: 0 } },
    memory_stats: {},
  })
  expect(createMeter().measure('c', zero, host, start)).toMatchObject({ cpu: null, memory: { used: null }, pids: null })
})

test('a container that was away begins anew', () => {
  const meter = createMeter()
  meter.measure('c', sample({ atMs: 0 }), host, start)
  meter.keep(new Set(['other']))
  expect(meter.measure('c', sample({ atMs: 2000, cpuMs: 100 }), host, start).cpu).toBeNull()
})
