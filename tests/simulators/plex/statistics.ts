import { type Node, node } from './node.ts'
import type { Session, Sessions } from './sessions.ts'

/** The only bins that the simulator keeps: single seconds, and six of them for the host. */
export const TIMESPAN = 6

interface DeviceRow {
  id: number
  name: string
  platform: string
  clientIdentifier: string
  createdAt: number
}

interface Flow {
  at: number
  accountID: number
  deviceID: number
  lan: boolean
  bytes: number
}

interface Load {
  at: number
  host: number
  process: number
}

export interface Statistics {
  /** Adds what flowed since the last look. */
  settle(): void
  device(session: Session): DeviceRow
  devices(): DeviceRow[]
  flows(): Node[]
  loads(): Node[]
}

const KEPT_S = 300
const LOAD_EVERY_S = 6

export function createStatistics(now: () => number, random: () => number, sessions: Sessions): Statistics {
  const devices: DeviceRow[] = []
  let flows: Flow[] = []
  let loads: Load[] = []
  let settledAt = Math.floor(now() / 1000)

  const device = ({ device: { title, platform, machineIdentifier } }: Session): DeviceRow => {
    const known = devices.find(({ clientIdentifier }) => clientIdentifier === machineIdentifier)
    if (known !== undefined) return known
    const createdAt = Math.floor(now() / 1000)
    const made = { id: devices.length + 1, name: title, platform, clientIdentifier: machineIdentifier, createdAt }
    devices.push(made)
    return made
  }
  const flowOf = (session: Session, at: number): Flow => ({
    at,
    accountID: session.account.id,
    deviceID: device(session).id,
    lan: session.location === 'lan',
    bytes: Math.round(trueKbps(session) * 125 * (0.8 + random() * 0.4)),
  })

  return {
    device,
    devices: () => devices,
    settle() {
      const until = Math.floor(now() / 1000)
      for (let at = Math.max(settledAt + 1, until - KEPT_S); at <= until; at += 1) {
        const flowing = sessions.list().filter((session) => session.state !== 'paused' && session.startedAt < at * 1000)
        flows.push(...flowing.map((session) => flowOf(session, at)))
        if (at % LOAD_EVERY_S === 0) loads.push(loadOf(sessions.list(), at, random))
      }
      settledAt = Math.max(settledAt, until)
      flows = flows.filter(({ at }) => at > until - KEPT_S)
      loads = loads.filter(({ at }) => at > until - KEPT_S)
    },
    flows: () => flows.map((flow) => node('StatisticsBandwidth', { timespan: TIMESPAN, ...flow })),
    loads: () => loads.map((load) => loadNode(load)),
  }
}

/** What really flows, whatever the reservation and the rates of the streams claim. */
function trueKbps({ version, transcode }: Session): number {
  if (transcode?.video === 'transcode') return transcode.bitrateKbps ?? 8000
  return (version?.streams ?? []).reduce((sum, stream) => sum + Number(stream['bitrate'] ?? 0), 0)
}

function loadOf(sessions: readonly Session[], at: number, random: () => number): Load {
  const transcodes = sessions.filter(({ transcode }) => transcode?.video === 'transcode')
  const process = transcodes.reduce((sum, { transcode }) => sum + (transcode?.encoder === undefined ? 45 : 8), 0)
  return { at, process: process + sessions.length + random(), host: process + sessions.length + 3 + random() * 2 }
}

function loadNode({ at, host, process }: Load): Node {
  return node('StatisticsResources', {
    timespan: TIMESPAN,
    at,
    hostCpuUtilization: Math.min(100, host),
    processCpuUtilization: Math.min(98, process),
    hostMemoryUtilization: 41.5,
    processMemoryUtilization: 6.25,
  })
}
