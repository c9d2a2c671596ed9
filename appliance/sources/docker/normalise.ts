import type { ContainerDetail, ContainerState } from '#protocol/container.ts'
import type { ObservedContainer, ObservedEngine } from '../../containers/ports.ts'
import type { InfoWire, InspectWire, ListedWire, PortWire } from './wire.ts'

const ownerLabel = 'belfry.owner'

/** Go's zero time means never. */
export const timeOf = (text: string | null | undefined): string | null => {
  const at = text ? Date.parse(text) : Number.NaN
  return Number.isNaN(at) || at <= Date.UTC(1, 0, 1) || text?.startsWith('0001-') ? null : new Date(at).toISOString()
}

const states: Record<string, ContainerState> = {
  created: 'created',
  running: 'running',
  paused: 'paused',
  restarting: 'restarting',
  removing: 'removing',
  exited: 'exited',
  dead: 'dead',
  // Podman's words.
  configured: 'created',
  initialized: 'created',
  stopping: 'running',
  stopped: 'exited',
}

const stateOf = (word: string, running: boolean | null | undefined): ContainerState =>
  states[word.toLowerCase()] ?? (running ? 'running' : 'exited')

const healthOf = (state: ContainerState, health: string | null | undefined): ObservedContainer['health'] => {
  if (state !== 'running' && state !== 'paused') return null
  return health === 'healthy' || health === 'unhealthy' || health === 'starting' ? health : null
}

/** While it runs there is no exit code yet, whatever the engine still holds of the run before. */
const exitCodeOf = (state: ContainerState, code: number | null | undefined): number | null => {
  if (state === 'running' || state === 'paused' || code === null || code === undefined) return null
  return state === 'created' && code === 0 ? null : code
}

const cpuLimitOf = (host: InspectWire['HostConfig']): number | null => {
  if (host.NanoCpus) return host.NanoCpus / 1e9
  return host.CpuQuota && host.CpuQuota > 0 ? host.CpuQuota / (host.CpuPeriod || 100_000) : null
}

const memoryLimitOf = (host: InspectWire['HostConfig']): number | null =>
  host.Memory && host.Memory > 0 ? host.Memory : null

type Port = ObservedContainer['ports'][number]

const portKey = ({ port, protocol, hostIp, hostPort }: Port) =>
  `${String(port).padStart(5, '0')}/${protocol}/${hostIp ?? ''}/${hostPort ?? ''}`

/** In a fixed order: the engine lists them in another one each time. */
const inOrder = (ports: Port[]): Port[] => ports.sort((a, b) => (portKey(a) < portKey(b) ? -1 : 1))

const portsOf = (ports: PortWire[] | null | undefined): Port[] =>
  inOrder(
    (ports ?? []).map(({ IP, PrivatePort, PublicPort, Type }) => ({
      hostIp: IP || null,
      hostPort: PublicPort || null,
      port: PrivatePort,
      protocol: Type,
    })),
  )

const boundPortsOf = (wire: InspectWire): Port[] => {
  const ports = Object.entries(wire.NetworkSettings?.Ports ?? {}).flatMap(([name, bindings]): Port[] => {
    const [port = '', protocol = 'tcp'] = name.split('/')
    const one = { port: Number(port), protocol }
    if (!bindings?.length) return [{ ...one, hostIp: null, hostPort: null }]
    return bindings.map(({ HostIp, HostPort }) => ({
      ...one,
      hostIp: HostIp || null,
      hostPort: Number(HostPort) || null,
    }))
  })
  return inOrder(ports)
}

/** A container linked into others is listed under their names too, with a second slash. */
const nameOf = ({ Names, Id }: ListedWire): string => {
  const own = Names?.find((name) => name.lastIndexOf('/') === 0) ?? Names?.[0]
  return own?.replace(/^\//, '') || Id.slice(0, 12)
}

const isDigest = (image: string) => image.startsWith('sha256:')

type Inspected = Pick<
  ObservedContainer,
  'health' | 'startedAt' | 'finishedAt' | 'exitCode' | 'restarts' | 'oomKilled' | 'cpuLimit' | 'memoryLimit'
>

const inspectedFacts = (state: ContainerState, wire: InspectWire): Inspected => ({
  health: healthOf(state, wire.State.Health?.Status),
  startedAt: timeOf(wire.State.StartedAt),
  finishedAt: timeOf(wire.State.FinishedAt),
  exitCode: exitCodeOf(state, wire.State.ExitCode),
  restarts: wire.RestartCount ?? 0,
  oomKilled: wire.State.OOMKilled ?? false,
  cpuLimit: cpuLimitOf(wire.HostConfig),
  memoryLimit: memoryLimitOf(wire.HostConfig),
})

const nothingInspected: Inspected = {
  health: null,
  startedAt: null,
  finishedAt: null,
  exitCode: null,
  restarts: 0,
  oomKilled: false,
  cpuLimit: null,
  memoryLimit: null,
}

/** `inspected` is null when the engine cannot tell more of this one than the list does. */
export const toContainer = (listed: ListedWire, inspected: InspectWire | null): ObservedContainer => {
  const state = stateOf(listed.State, inspected?.State.Running)
  return {
    containerId: listed.Id,
    name: nameOf(listed),
    image: isDigest(listed.Image) ? inspected?.Config.Image || listed.Image : listed.Image,
    state,
    owner: listed.Labels?.[ownerLabel] || null,
    createdAt: timeOf(inspected?.Created) ?? new Date(listed.Created * 1000).toISOString(),
    ports: portsOf(listed.Ports),
    labels: listed.Labels ?? {},
    ...(inspected ? inspectedFacts(state, inspected) : nothingInspected),
  }
}

const known = (count: number | null | undefined) => (count ? count : null)

export const toEngine = (info: InfoWire, apiVersion: string, containers: ObservedContainer[]): ObservedEngine => ({
  hostname: info.Name || null,
  version: info.ServerVersion || null,
  apiVersion,
  os: info.OperatingSystem || null,
  arch: info.Architecture || null,
  cpus: known(info.NCPU),
  memoryBytes: known(info.MemTotal),
  cgroup: info.CgroupVersion === '2' ? 'v2' : info.CgroupVersion === '1' ? 'v1' : null,
  memoryLimits: info.MemoryLimit ?? null,
  warnings: (info.Warnings ?? []).map((warning) => warning.replace(/\s+/g, ' ').trim()),
  containers,
})

const envOf = (entry: string) => {
  const at = entry.indexOf('=')
  return at < 0 ? { name: entry, value: null } : { name: entry.slice(0, at), value: entry.slice(at + 1) }
}

const restartPolicyOf = ({ RestartPolicy }: InspectWire['HostConfig']): string => {
  const name = RestartPolicy?.Name || 'no'
  return name === 'on-failure' && RestartPolicy?.MaximumRetryCount ? `${name}:${RestartPolicy.MaximumRetryCount}` : name
}

const healthLogOf = (wire: InspectWire): ContainerDetail['healthLog'] =>
  (wire.State.Health?.Log ?? []).flatMap(({ Start, End, ExitCode, Output }) => {
    const at = timeOf(End) ?? timeOf(Start)
    return at ? [{ at, exitCode: ExitCode, output: (Output ?? '').slice(0, 4096) }] : []
  })

export const toDetail = (wire: InspectWire): Omit<ContainerDetail, 'id' | 'sourceId' | 'cpu' | 'memory'> => {
  const state = stateOf(wire.State.Status ?? '', wire.State.Running)
  const { cpuLimit, memoryLimit: _memoryLimit, ...facts } = inspectedFacts(state, wire)
  const { Config, HostConfig, NetworkSettings } = wire
  return {
    ...facts,
    cpuLimit,
    name: wire.Name.replace(/^\//, ''),
    image: Config.Image || wire.Image,
    imageId: wire.Image,
    state,
    owner: Config.Labels?.[ownerLabel] || null,
    createdAt: timeOf(wire.Created) ?? new Date(0).toISOString(),
    ports: boundPortsOf(wire),
    labels: Config.Labels ?? {},
    command: [wire.Path, ...(wire.Args ?? [])].filter((word) => typeof word === 'string'),
    env: (Config.Env ?? []).map(envOf),
    mounts: (wire.Mounts ?? []).map(({ Type, Name, Source, Destination, RW }) => ({
      type: Type || 'bind',
      source: (Type === 'volume' ? Name : Source) || Source || '',
      target: Destination,
      readOnly: RW === false,
    })),
    networks: Object.entries(NetworkSettings?.Networks ?? {}).map(([name, network]) => ({
      name,
      address: network?.IPAddress || network?.GlobalIPv6Address || null,
    })),
    restartPolicy: restartPolicyOf(HostConfig),
    workingDir: Config.WorkingDir || null,
    user: Config.User || null,
    hostname: Config.Hostname || null,
    tty: Config.Tty ?? false,
    healthLog: healthLogOf(wire),
  }
}
