import type { Caller } from '#protocol/access.ts'
import { AppError } from '#protocol/errors.ts'
import type { LiveEventName } from '#protocol/live.ts'
import { type Containers, createContainers } from '../../appliance/containers/index.ts'
import type { EnginePort, Measurement, ObservedContainer, ObservedEngine } from '../../appliance/containers/ports.ts'
import { createRouter } from '../../appliance/http/router.ts'
import { createLog } from '../../appliance/lib/log.ts'
import { can } from '../../appliance/people/can.ts'

export const person = (id: string, role: Caller['person']['role'], sources = {}): Caller['person'] => ({
  id,
  username: id,
  email: null,
  role,
  grants: { box: [], sources, deviceGroups: {} },
  mustChangePassword: false,
  disabled: false,
  secondFactor: { totp: false, passkeys: 0, required: false, graceEndsAt: null },
  createdAt: '2026-01-01T00:00:00.000Z',
  lastSignInAt: null,
})

export const people = {
  nora: person('nora', 'admin'),
  ines: person('ines', 'member'),
  theo: person('theo', 'staff', { one: ['view-sessions'] }),
}
type Name = keyof typeof people

const log = createLog('silent')

export const seen = (containerId: string, more: Partial<ObservedContainer> = {}): ObservedContainer => ({
  ...{ containerId, name: containerId, image: 'nginx', state: 'running', health: null, owner: null },
  ...{ createdAt: '2026-11-20T10:00:00.000Z', startedAt: '2026-11-20T10:00:01.000Z', finishedAt: null, exitCode: null },
  ...{ restarts: 0, oomKilled: false, cpuLimit: null, memoryLimit: null, ports: [], labels: {}, ...more },
})

export const engineOf = (containers: ObservedContainer[], more: Partial<ObservedEngine> = {}): ObservedEngine => ({
  ...{ hostname: 'nas', version: '28.5.2', apiVersion: '1.51', os: 'Debian', arch: 'arm64', cpus: 4, memoryBytes: 8e9 },
  ...{ cgroup: 'v2', memoryLimits: true, warnings: ['a warning'], containers, ...more },
})

export const measured = (containerId: string, cpu: number | null, at = '2026-11-20T10:00:02.000Z'): Measurement => ({
  ...{ containerId, at, cpu, memory: { used: 100, limit: null }, pids: 1 },
  ...{ rxBytesPerS: null, txBytesPerS: null, readBytesPerS: null, writeBytesPerS: null },
})

const unused = () => Promise.reject(new Error('not part of this test'))
export const port = (abilities: Partial<EnginePort>): EnginePort => ({
  ...{ inspect: unused, act: unused, measure: unused },
  logs: () => {
    throw new Error('not part of this test')
  },
  ...abilities,
})

export interface Told {
  event: LiveEventName
  data: { id: string }
}

/** The feature with the engines of a test behind it, and what it told. */
export const setup = (o: {
  engines?: Record<string, EnginePort>
  refresh?: (id: string) => Promise<void>
  now?: () => number
}) => {
  const told: Told[] = []
  const engines: Record<string, EnginePort> = { one: port({}), ...o.engines }
  const listeners = new Set<(told: Told) => void>()
  const containers = createContainers({
    engineOf: (id) => engines[id],
    sourceName: (id) => `Engine ${id}`,
    emit: (event, data) => {
      told.push({ event, data })
      for (const listen of listeners) listen({ event, data })
    },
    can,
    now: o.now ?? Date.now,
    log,
    refresh: o.refresh ?? (() => Promise.resolve()),
  })
  const next = (event: LiveEventName) =>
    new Promise<Told['data']>((resolve) => {
      const listen = (one: Told) => {
        if (one.event !== event) return
        listeners.delete(listen)
        resolve(one.data)
      }
      listeners.add(listen)
    })
  const take = () => told.splice(0).map(({ event, data }) => `${event} ${data.id}`)
  return { containers, told, take, next, onTold: (listen: (told: Told) => void) => listeners.add(listen) }
}

/** The feature's routes behind the real router; names of people are their tokens. */
export const serving = (containers: Containers) => {
  const rows: { action: string; outcome: string; target: unknown }[] = []
  const router = createRouter({
    routes: [containers.routes],
    identify: async (token, from) => {
      const known = people[token as Name]
      if (!known) throw new AppError('unauthorized', 'Nobody has that name.')
      return { person: known, scope: 'full', signInId: 's', via: 'access-token', ...from }
    },
    can,
    audit: {
      open: ({ action, target = null }) => rows.push({ action, outcome: 'requested', target }) - 1,
      complete: (id, outcome, more) => {
        Object.assign(rows[id] ?? {}, { outcome, ...(more?.target ? { target: more.target } : {}) })
      },
    },
    hostNames: () => new Set(['localhost']),
    publicUrl: null,
    trustedProxies: null,
    log,
    now: () => 0,
  })
  const fetch = (as: Name, path: string, init: RequestInit = {}) => {
    const headers = { host: 'localhost', authorization: `Bearer ${as}` }
    const request = new Request(`http://localhost/api/v1${path}`, { ...init, headers })
    return router.fetch(request, { address: '192.168.1.5', secure: false })
  }
  const ask = async (as: Name, path: string, method = 'GET') => {
    const answer = await fetch(as, path, { method })
    return { status: answer.status, body: JSON.parse(await answer.text()) }
  }
  return { fetch, ask, rows }
}
