import type { Container, ContainerStats } from '#protocol/container.ts'
import type { Person } from '#protocol/person.ts'
import type { Session } from '#protocol/session.ts'
import type { Source, SourceStatus } from '#protocol/source.ts'
import type { System, Vitals } from '#protocol/system.ts'

export const noon = '2026-03-04T12:00:00.000Z'
export const at = (secondsAfterNoon: number): string =>
  new Date(Date.parse(noon) + secondsAfterNoon * 1000).toISOString()

export const aSource = (change: Omit<Partial<Source>, 'status'> & { status?: Partial<SourceStatus> } = {}): Source => ({
  ...{ id: 'jelly', kind: 'jellyfin', name: 'Jelly', url: 'http://10.0.4.20:8096', fingerprint: null },
  ...{ options: {}, enabled: true, version: '10.11.1', createdAt: noon },
  ...change,
  status: { state: 'ok', reason: null, since: noon, ...change.status },
})

export const anEngineSource = (change: Parameters<typeof aSource>[0] = {}): Source =>
  aSource({ id: 'dock', kind: 'docker', name: 'Dock', url: 'unix:/var/run/docker.sock', ...change })

type StreamChange = Omit<Partial<Session['stream']>, 'source'> & { source?: Partial<Session['stream']['source']> }
type SessionChange = Omit<Partial<Session>, 'stream' | 'player'> & {
  stream?: StreamChange
  player?: Partial<Session['player']>
}

export const aSession = (change: SessionChange = {}): Session => ({
  ...{ id: 'one', sourceId: 'jelly', sourceKind: 'jellyfin', state: 'playing', user: 'maya' },
  ...{ title: 'Metropolis', subtitle: null, mediaType: 'movie', library: 'Films', year: 1927 },
  ...{ positionMs: 60_000, durationMs: 600_000, startedAt: noon, canTerminate: true, rule: null, seenAt: noon },
  ...change,
  player: {
    ...{ name: 'Living room TV', product: 'Jellyfin Web', platform: 'webOS', address: null, location: 'lan' },
    ...change.player,
  },
  stream: {
    ...{ decision: 'direct-play', video: 'direct', audio: 'direct', container: 'mkv', hardware: null },
    ...{ bitrateKbps: 8000, target: null, reasons: [] },
    ...change.stream,
    source: { width: 1920, height: 1080, codec: 'h264', range: 'SDR', is4k: false, ...change.stream?.source },
  },
})

export const aContainer = (
  change: Omit<Partial<Container>, 'memory'> & { memory?: Partial<Container['memory']> } = {},
): Container => ({
  ...{ id: 'web', sourceId: 'dock', name: 'web', image: 'nginx:1', state: 'running', health: null, owner: null },
  ...{ createdAt: noon, startedAt: noon, finishedAt: null, exitCode: null, restarts: 0, oomKilled: false },
  ...{ cpu: 0.5, cpuLimit: null, ports: [], labels: {} },
  ...change,
  memory: { used: 2 ** 30, limit: null, enforced: true, ...change.memory },
})

export const someStats = (change: Partial<ContainerStats> = {}): ContainerStats => ({
  ...{ id: 'web', at: noon, cpu: 0.25, memory: { used: 2 ** 20, limit: null } },
  ...{ rxBytesPerS: null, txBytesPerS: null, readBytesPerS: null, writeBytesPerS: null, pids: 1 },
  ...change,
})

type PersonChange = Omit<Partial<Person>, 'secondFactor' | 'grants'> & {
  secondFactor?: Partial<Person['secondFactor']>
  grants?: Partial<Person['grants']>
}

export const aPerson = (change: PersonChange = {}): Person => ({
  ...{ id: 'p1', username: 'nora', email: null, role: 'admin', mustChangePassword: false, disabled: false },
  ...{ createdAt: noon, lastSignInAt: noon },
  ...change,
  grants: { box: [], sources: {}, deviceGroups: {}, ...change.grants },
  secondFactor: { totp: true, passkeys: 0, required: true, graceEndsAt: null, ...change.secondFactor },
})

export const someVitals = (change: Partial<Vitals> = {}): Vitals => ({
  ...{ at: noon, cpu: 5, load: 0.1, memory: { used: 1, total: 4 }, temperature: null, disk: null },
  ...{ rxBytesPerS: null, txBytesPerS: null, ownMemory: 1 },
  ...change,
})

export const aSystem = (change: Partial<System> = {}): System => ({
  ...{ hostname: 'attic', version: '0.1.0', model: null, os: 'Debian', kernel: '6.1', arch: 'arm64', cores: 4 },
  ...{ node: 'v26', startedAt: noon, bootedAt: noon, dataFolder: '/data', databaseBytes: 1 },
  ...{ vitals: null, recovered: null },
  ...change,
})
