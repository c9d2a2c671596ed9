import { readdir, readFile, statfs } from 'node:fs/promises'
import { cpuTemperature, currentLoad, mem, networkInterfaceDefault, networkStats } from 'systeminformation'
import { parseDev, parseRoute, parseRoute6, parseStat } from './proc.ts'
import type { Counters, Fill, Readings } from './readings.ts'

/** What starts other programs runs at most this often: a Pi pays for every process. */
const seldomMs = 60_000

const seldom = <T>(read: () => Promise<T>, now: () => number): (() => Promise<T>) => {
  let held: { at: number; value: T } | null = null
  return async () => {
    if (held && Math.abs(now() - held.at) < seldomMs) return held.value
    const value = await read()
    held = { at: now(), value }
    return value
  }
}

const readText = (file: string) => readFile(file, 'utf8').catch(() => '')

const diskOf = async (folder: string): Promise<Fill | null> => {
  const { blocks, bfree, bsize } = await statfs(folder)
  return blocks > 0 ? { used: (blocks - bfree) * bsize, total: blocks * bsize } : null
}

const memoryNow = async (): Promise<Fill> => {
  const { active, total } = await mem()
  return { used: active, total }
}

const zones = '/sys/class/thermal'

/** The processor's zone of the kernel: `cpu-thermal` on a Pi, `x86_pkg_temp` on a PC. */
const findThermalZone = async (): Promise<string | null> => {
  for (const zone of await readdir(zones).catch(() => [])) {
    const type = await readText(`${zones}/${zone}/type`)
    if (/cpu|x86_pkg|soc/i.test(type)) return `${zones}/${zone}/temp`
  }
  return null
}

const sensorTemperature = async () => {
  const { main } = await cpuTemperature()
  return typeof main === 'number' && main > 0 ? main : null
}

const createTemperature = (now: () => number): Readings['temperature'] => {
  const zone = seldom(findThermalZone, now)
  const sensor = seldom(sensorTemperature, now)
  return async () => {
    const file = await zone()
    const thousandths = file ? Number.parseInt(await readText(file), 10) : Number.NaN
    return Number.isNaN(thousandths) ? sensor() : thousandths / 1000
  }
}

/** On Linux systeminformation starts a shell for each of these, and waits for it: the kernel's files are read instead. */
const createLinux = (now: () => number): Pick<Readings, 'cpu' | 'network'> => {
  let before = { busy: 0, total: 0 }
  return {
    cpu: async () => {
      const seen = parseStat(await readFile('/proc/stat', 'utf8'))
      const total = seen.total - before.total
      const busy = seen.busy - before.busy
      before = seen
      return total > 0 ? Math.min(100, Math.max(0, (100 * busy) / total)) : 0
    },
    network: async () => {
      const name = parseRoute(await readText('/proc/net/route')) ?? parseRoute6(await readText('/proc/net/ipv6_route'))
      const seen = name && parseDev(await readText('/proc/net/dev'), name)
      return name && seen ? { at: now(), interface: name, ...seen } : null
    },
  }
}

const createOther = (now: () => number): Pick<Readings, 'cpu' | 'network'> => ({
  cpu: async () => (await currentLoad()).currentLoad,
  network: seldom(async (): Promise<Counters | null> => {
    const name = await networkInterfaceDefault()
    const [stats] = name ? await networkStats(name) : []
    return stats ? { at: now(), interface: name, rx: stats.rx_bytes, tx: stats.tx_bytes } : null
  }, now),
})

/** The readings of the machine that this runs on; `folder` is the one whose disk counts. */
export const readingsOfMachine = (folder: string, now: () => number = Date.now): Readings => ({
  ...(process.platform === 'linux' ? createLinux(now) : createOther(now)),
  memory: memoryNow,
  temperature: createTemperature(now),
  disk: seldom(() => diskOf(folder), now),
})
