import { z } from 'zod'

const text = z.string().nullish()
const number = z.number().nullish()
const listed = <T extends z.ZodType>(item: T) => z.array(item).nullish()
const named = <T extends z.ZodType>(item: T) => z.record(z.string(), item).nullish()

export const VersionWire = z.object({ Version: z.string(), ApiVersion: z.string(), MinAPIVersion: text })

export const InfoWire = z.object({
  ID: text,
  Name: text,
  ServerVersion: text,
  OperatingSystem: text,
  Architecture: text,
  NCPU: number,
  MemTotal: number,
  CgroupVersion: text,
  MemoryLimit: z.boolean().nullish(),
  Warnings: listed(z.string()),
})
export type InfoWire = z.infer<typeof InfoWire>

const PortWire = z.object({ IP: text, PrivatePort: z.number(), PublicPort: number, Type: z.string() })
export type PortWire = z.infer<typeof PortWire>

export const ListedWire = z.object({
  Id: z.string().min(1),
  Names: listed(z.string()),
  Image: z.string(),
  Created: z.number(),
  State: z.string(),
  Status: text,
  Ports: listed(PortWire),
  Labels: named(z.string()),
})
export type ListedWire = z.infer<typeof ListedWire>
export const ListWire = z.array(ListedWire)

const HealthWire = z.object({
  Status: text,
  Log: listed(z.object({ Start: text, End: text, ExitCode: z.number(), Output: text })),
})
const StateWire = z.object({
  Status: text,
  Running: z.boolean().nullish(),
  Paused: z.boolean().nullish(),
  OOMKilled: z.boolean().nullish(),
  ExitCode: number,
  StartedAt: text,
  FinishedAt: text,
  Health: HealthWire.nullish(),
})
const BindingWire = z.object({ HostIp: text, HostPort: text })
const HostConfigWire = z.object({
  NanoCpus: number,
  CpuQuota: number,
  CpuPeriod: number,
  Memory: number,
  PortBindings: named(z.array(BindingWire).nullish()),
  RestartPolicy: z.object({ Name: text, MaximumRetryCount: number }).nullish(),
})
const ConfigWire = z.object({
  Hostname: text,
  User: text,
  Tty: z.boolean().nullish(),
  Env: listed(z.string()),
  Image: text,
  WorkingDir: text,
  Labels: named(z.string()),
})
const MountWire = z.object({ Type: text, Name: text, Source: text, Destination: z.string(), RW: z.boolean().nullish() })

export const InspectWire = z.object({
  Id: z.string().min(1),
  Name: z.string(),
  Created: text,
  Path: text,
  Args: listed(z.string()),
  Image: z.string(),
  RestartCount: number,
  State: StateWire,
  HostConfig: HostConfigWire,
  Config: ConfigWire,
  Mounts: listed(MountWire),
  NetworkSettings: z
    .object({
      Ports: named(z.array(BindingWire).nullish()),
      Networks: named(z.object({ IPAddress: text, GlobalIPv6Address: text }).nullish()),
    })
    .nullish(),
})
export type InspectWire = z.infer<typeof InspectWire>

const CpuWire = z.object({
  cpu_usage: z.object({ total_usage: number, percpu_usage: listed(z.number()) }).nullish(),
  system_cpu_usage: number,
  online_cpus: number,
})
export const StatsWire = z.object({
  read: z.string(),
  cpu_stats: CpuWire.nullish(),
  memory_stats: z.object({ usage: number, limit: number, stats: named(z.number()) }).nullish(),
  networks: named(z.object({ rx_bytes: z.number(), tx_bytes: z.number() })),
  blkio_stats: z
    .object({ io_service_bytes_recursive: listed(z.object({ op: z.string(), value: z.number() })) })
    .nullish(),
  pids_stats: z.object({ current: number }).nullish(),
})
export type StatsWire = z.infer<typeof StatsWire>

/** `status`, `id` and `from` are gone since API 1.52, so they are not read at all. */
export const EventWire = z.object({
  Type: text,
  Action: text,
  Actor: z.object({ ID: text }).nullish(),
  time: number,
  timeNano: number,
})
export type EventWire = z.infer<typeof EventWire>

export const ErrorWire = z.object({ message: z.string() })
