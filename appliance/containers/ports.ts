import type { ContainerAction, ContainerDetail, ContainerState, ContainerStats, LogLine } from '#protocol/container.ts'

/** A container as an engine tells of it, in our words; ids are the engine's own. */
export interface ObservedContainer {
  containerId: string
  name: string
  image: string
  state: ContainerState
  health: 'healthy' | 'unhealthy' | 'starting' | null
  owner: string | null
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
  exitCode: number | null
  restarts: number
  oomKilled: boolean
  cpuLimit: number | null
  memoryLimit: number | null
  ports: { hostIp: string | null; hostPort: number | null; port: number; protocol: string }[]
  labels: Record<string, string>
}

export interface ObservedEngine {
  hostname: string | null
  version: string | null
  apiVersion: string | null
  os: string | null
  arch: string | null
  cpus: number | null
  memoryBytes: number | null
  cgroup: 'v1' | 'v2' | null
  memoryLimits: boolean | null
  warnings: string[]
  containers: ObservedContainer[]
}

/** One measurement: CPU in cores in use, rates in bytes a second since the measurement before (null on the first). */
export type Measurement = Omit<ContainerStats, 'id'> & { containerId: string }

/** What the containers feature needs from an engine. Every call may throw UpstreamError. */
export interface EnginePort {
  inspect(
    containerId: string,
    signal: AbortSignal,
  ): Promise<Omit<ContainerDetail, 'id' | 'sourceId' | 'cpu' | 'memory'>>
  act(containerId: string, action: ContainerAction, signal: AbortSignal): Promise<'done' | 'already'>
  /** Ends with the log, or never when following; ends when the signal aborts. */
  logs(
    containerId: string,
    options: { tail: number; since: string | null; follow: boolean },
    signal: AbortSignal,
  ): AsyncIterable<LogLine>
  /** Measures all running containers until the signal aborts, about every 2 s, by the cheapest way this engine has. */
  measure(onMeasured: (all: Measurement[]) => void, signal: AbortSignal): Promise<void>
}
