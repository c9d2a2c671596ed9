import { z } from 'zod'
import { Id, Time } from './list.ts'
import { SourceState } from './source.ts'

export const ContainerState = z.enum(['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead'])
export type ContainerState = z.infer<typeof ContainerState>

export const Container = z.object({
  id: Id,
  sourceId: Id,
  name: z.string(),
  image: z.string(),
  state: ContainerState,
  health: z.enum(['healthy', 'unhealthy', 'starting']).nullable(),
  owner: z.string().nullable(),
  createdAt: Time,
  startedAt: Time.nullable(),
  finishedAt: Time.nullable(),
  exitCode: z.number().int().nullable(),
  restarts: z.number().int(),
  oomKilled: z.boolean(),
  /** Cores in use; null while nobody measures. */
  cpu: z.number().nullable(),
  /** Cores it may use; null = no limit. */
  cpuLimit: z.number().nullable(),
  memory: z.object({
    used: z.number().nullable(),
    limit: z.number().nullable(),
    /** False when the engine has no memory cgroup: a limit is then only a wish. */
    enforced: z.boolean(),
  }),
  ports: z.array(
    z.object({
      hostIp: z.string().nullable(),
      hostPort: z.number().nullable(),
      port: z.number(),
      protocol: z.string(),
    }),
  ),
  labels: z.record(z.string(), z.string()),
})
export type Container = z.infer<typeof Container>

export const ContainerDetail = Container.extend({
  imageId: z.string(),
  command: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string().nullable() })),
  mounts: z.array(z.object({ type: z.string(), source: z.string(), target: z.string(), readOnly: z.boolean() })),
  networks: z.array(z.object({ name: z.string(), address: z.string().nullable() })),
  restartPolicy: z.string(),
  workingDir: z.string().nullable(),
  user: z.string().nullable(),
  hostname: z.string().nullable(),
  tty: z.boolean(),
  healthLog: z.array(z.object({ at: Time, exitCode: z.number().int(), output: z.string() })),
})
export type ContainerDetail = z.infer<typeof ContainerDetail>

/** One measurement of a container. Rates are bytes a second since the one before; null on the first. */
export const ContainerStats = z.object({
  id: Id,
  at: Time,
  cpu: z.number().nullable(),
  memory: z.object({ used: z.number().nullable(), limit: z.number().nullable() }),
  rxBytesPerS: z.number().nullable(),
  txBytesPerS: z.number().nullable(),
  readBytesPerS: z.number().nullable(),
  writeBytesPerS: z.number().nullable(),
  pids: z.number().nullable(),
})
export type ContainerStats = z.infer<typeof ContainerStats>

export const Engine = z.object({
  /** The id of its source. */
  id: Id,
  name: z.string(),
  hostname: z.string().nullable(),
  version: z.string().nullable(),
  apiVersion: z.string().nullable(),
  os: z.string().nullable(),
  arch: z.string().nullable(),
  cpus: z.number().nullable(),
  memoryBytes: z.number().nullable(),
  cgroup: z.enum(['v1', 'v2']).nullable(),
  /** False when the engine cannot hold a container to a memory limit (the Pi's default). */
  memoryLimits: z.boolean().nullable(),
  warnings: z.array(z.string()),
  containers: z.object({ total: z.number(), running: z.number(), paused: z.number(), stopped: z.number() }),
  state: SourceState,
})
export type Engine = z.infer<typeof Engine>

export const containerActions = ['start', 'stop', 'restart', 'kill', 'pause', 'unpause'] as const
export const ContainerAction = z.enum(containerActions)
export type ContainerAction = z.infer<typeof ContainerAction>

/** `already` = it was in that state before. */
export const ContainerActionResult = z.object({
  outcome: z.enum(['done', 'already']),
  tookMs: z.number(),
  container: Container,
})
export type ContainerActionResult = z.infer<typeof ContainerActionResult>

export const LogLine = z.object({ at: Time.nullable(), stream: z.enum(['out', 'err']), text: z.string() })
export type LogLine = z.infer<typeof LogLine>
export const LogsQuery = z.strictObject({
  tail: z.coerce.number().int().min(0).max(10_000).default(200),
  since: Time.optional(),
  follow: z.enum(['true', 'false']).default('false'),
})
export type LogsQuery = z.infer<typeof LogsQuery>
