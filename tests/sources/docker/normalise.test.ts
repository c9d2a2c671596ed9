import { describe, expect, test } from 'vitest'
import { parseUrl, targetOf } from '../../../appliance/sources/docker/address.ts'
import { docker } from '../../../appliance/sources/docker/index.ts'
import { toContainer, toDetail, toEngine } from '../../../appliance/sources/docker/normalise.ts'
import { InfoWire, InspectWire, ListedWire } from '../../../appliance/sources/docker/wire.ts'

const never = '0001-01-01T00:00:00Z'
const listed = (more: object = {}) =>
  ListedWire.parse({
    Id: 'a'.repeat(64),
    Names: ['/web'],
    Image: 'nginx',
    Created: 1_795_000_000,
    State: 'running',
    ...more,
  })
const inspected = ({ State = {}, HostConfig = {}, ...more }: Record<string, object> = {}) =>
  InspectWire.parse({
    ...{ Id: 'a'.repeat(64), Name: '/web', Created: '2026-11-20T10:00:00.123456789Z', Image: 'sha256:1' },
    ...{ Path: 'nginx', Args: ['-g'], RestartCount: 1, Config: { Image: 'nginx' } },
    State: { Status: 'running', Running: true, StartedAt: '2026-11-20T10:00:01Z', FinishedAt: never, ...State },
    HostConfig,
    ...more,
  })

describe('a container', () => {
  test('has its own name and not that of a link', () => {
    expect(toContainer(listed({ Names: ['/app/db', '/db'] }), null).name).toBe('db')
    expect(toContainer(listed({ Names: null }), null).name).toBe('aaaaaaaaaaaa')
  })

  test('keeps the name of its image when the tag has moved on', () => {
    expect(toContainer(listed({ Image: 'sha256:99' }), inspected()).image).toBe('nginx')
  })

  test('shows its ports in one order, whatever the engine’s', () => {
    const ports = [
      { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { PrivatePort: 443, Type: 'tcp' },
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
    ]
    const there = toContainer(listed({ Ports: ports }), null).ports
    expect(toContainer(listed({ Ports: ports.toReversed() }), null).ports).toEqual(there)
    expect(there.map(({ hostIp, hostPort, port }) => [hostIp, hostPort, port])).toEqual([
      ['0.0.0.0', 8080, 80],
      ['::', 8080, 80],
      [null, null, 443],
    ])
  })

  test('has an exit code only after it ended', () => {
    const code = (state: string, ExitCode: number) =>
      toContainer(listed({ State: state }), inspected({ State: { ExitCode } })).exitCode
    expect(code('running', 0)).toBeNull()
    expect(code('exited', 0)).toBe(0)
    expect(code('exited', 137)).toBe(137)
    expect(code('created', 0)).toBeNull()
    expect(code('created', 128)).toBe(128)
  })

  test('was never started or ended at the zero time', () => {
    const seen = toContainer(listed({ State: 'created' }), inspected({ State: { StartedAt: never } }))
    expect([seen.startedAt, seen.finishedAt]).toEqual([null, null])
  })

  test('has health while it runs', () => {
    const health = (state: string, Status: string) =>
      toContainer(listed({ State: state }), inspected({ State: { Health: { Status } } })).health
    expect(health('running', 'unhealthy')).toBe('unhealthy')
    expect(health('running', 'none')).toBeNull()
    expect(health('exited', 'unhealthy')).toBeNull()
  })

  test('has the limit of either way to set one', () => {
    const limit = (HostConfig: object) => toContainer(listed(), inspected({ HostConfig })).cpuLimit
    expect(limit({ NanoCpus: 1_500_000_000 })).toBe(1.5)
    expect(limit({ CpuQuota: 50_000, CpuPeriod: 200_000 })).toBe(0.25)
    expect(limit({ CpuQuota: 50_000 })).toBe(0.5)
    expect(limit({ CpuQuota: -1, NanoCpus: 0 })).toBeNull()
  })

  test('in a state that nobody knows yet is running or not', () => {
    expect(toContainer(listed({ State: 'warming' }), inspected()).state).toBe('running')
    expect(toContainer(listed({ State: 'warming' }), inspected({ State: { Running: false } })).state).toBe('exited')
  })
})

describe('an engine', () => {
  const info = (more: object) => toEngine(InfoWire.parse(more), '1.47', [])

  test('tells whether it can hold memory, and its cgroup', () => {
    expect(info({ MemoryLimit: false, CgroupVersion: '2' })).toMatchObject({ memoryLimits: false, cgroup: 'v2' })
    expect(info({ CgroupVersion: '1' })).toMatchObject({ memoryLimits: null, cgroup: 'v1' })
  })

  test('says what it does not know as null and its warnings on one line each', () => {
    expect(info({ NCPU: 0, Warnings: null })).toMatchObject({
      cpus: null,
      memoryBytes: null,
      hostname: null,
      warnings: [],
    })
    expect(info({ Warnings: ['one\n     two'] }).warnings).toEqual(['one two'])
  })
})

describe('the details of a container', () => {
  test('have addresses from its networks, as engines from API 1.52 on give them', () => {
    const Networks = {
      front: { IPAddress: '172.18.0.2' },
      six: { IPAddress: '', GlobalIPv6Address: 'fd00::2' },
      off: {},
    }
    expect(toDetail(inspected({ NetworkSettings: { Networks } })).networks).toEqual([
      { name: 'front', address: '172.18.0.2' },
      { name: 'six', address: 'fd00::2' },
      { name: 'off', address: null },
    ])
  })

  test('have ports whether they are bound or not', () => {
    const Ports = { '53/udp': null, '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] }
    expect(toDetail(inspected({ NetworkSettings: { Ports } })).ports).toEqual([
      { port: 53, protocol: 'udp', hostIp: null, hostPort: null },
      { port: 80, protocol: 'tcp', hostIp: '0.0.0.0', hostPort: 8080 },
    ])
  })

  test('have an environment of names and values', () => {
    const Config = { Env: ['A=1=2', 'B=', 'C'] }
    expect(toDetail(inspected({ Config })).env).toEqual([
      { name: 'A', value: '1=2' },
      { name: 'B', value: '' },
      { name: 'C', value: null },
    ])
  })
})

describe('the address of an engine', () => {
  test('is a socket or a host', () => {
    expect(parseUrl('unix:///var/run/docker.sock')).toBe('unix:///var/run/docker.sock')
    expect(parseUrl('tcp://nas:2375')).toBe('tcp://nas:2375')
    expect(parseUrl('tcp://nas')).toBe('tcp://nas:2376')
    expect(parseUrl('tcp://[fd00::2]:2376/')).toBe('tcp://[fd00::2]:2376')
  })

  test.each([
    ['ssh://pi@nas', /SSH cannot be added yet/],
    ['http://nas:2375', /unix:\/\/\/path or tcp/],
    ['unix://var/run/docker.sock', /three slashes/],
    ['unix:///', /path of the socket/],
    ['tcp://user:pw@nas', /no user and password/],
    ['tcp://', /.+/],
    ['nas', /Write unix/],
  ])('%s is refused with a sentence', (url, sentence) => {
    expect(() => parseUrl(url)).toThrow(sentence)
  })

  test('is spoken to over TLS with certificates, a fingerprint, or on the port of TLS', () => {
    const scheme = (url: string, more: object = {}) =>
      targetOf(url, { credentials: {}, fingerprint: null, tls: undefined, ...more }).baseUrl.protocol
    expect(scheme('tcp://nas:2375')).toBe('http:')
    expect(scheme('tcp://nas:2376')).toBe('https:')
    expect(scheme('tcp://nas:9000', { credentials: { cert: 'c', key: 'k' } })).toBe('https:')
    expect(scheme('tcp://nas:9000', { fingerprint: 'AA' })).toBe('https:')
    expect(scheme('tcp://nas:2376', { tls: false })).toBe('http:')
  })

  test('needs a certificate and its key together, in PEM', () => {
    const problem = (value: object) => docker.credentials.safeParse(value).error?.issues[0]?.message
    const pem = '-----BEGIN X-----'
    expect(problem({})).toBeUndefined()
    expect(problem({ ca: pem, cert: pem, key: pem })).toBeUndefined()
    expect(problem({ cert: pem })).toMatch(/belong together/)
    expect(problem({ ca: 'nonsense' })).toMatch(/PEM/)
    expect(problem({ token: 'x' })).toBeDefined()
  })
})
