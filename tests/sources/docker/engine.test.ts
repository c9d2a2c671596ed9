import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { LogLine } from '#protocol/container.ts'
import type { EnginePort, Measurement, ObservedContainer } from '../../../appliance/containers/ports.ts'
import type { Connection } from '../../../appliance/sources/adapter.ts'
import { type Engine, type EngineOptions, startEngine } from '../../engines/engine.ts'
import { requirement } from '../../requirements.ts'
import { addContainer, connect, connectTo, forever } from './harness.ts'

const versions = [
  { version: 'debian', has: requirement('dockerd', 'the Docker adapter against a real engine') },
  { version: 'newer', has: requirement('dockerd-newer', 'the Docker adapter against a real engine of version 28') },
] as const

const containersOf = async (connection: Connection): Promise<ObservedContainer[]> =>
  (await connection.read(forever())).engine?.containers ?? []

const named = async (connection: Connection, name: string): Promise<ObservedContainer> => {
  const found = (await containersOf(connection)).find((one) => one.name === name)
  if (!found) throw new Error(`There is no container ${name}.`)
  return found
}

const portOf = (connection: Connection): EnginePort => connection.engine as EnginePort

const collect = async (lines: AsyncIterable<LogLine>): Promise<LogLine[]> => {
  const all: LogLine[] = []
  for await (const line of lines) all.push(line)
  return all
}

/** Measures until `enough` says so. */
const measureUntil = async (
  connection: Connection,
  enough: (all: Measurement[]) => boolean,
): Promise<Measurement[]> => {
  const done = new AbortController()
  let last: Measurement[] = []
  await portOf(connection).measure((all) => {
    last = all
    if (enough(all)) done.abort()
  }, done.signal)
  return last
}

describe.each(versions)('an engine ($version)', ({ version, has }) => {
  let engine: Engine
  const connections: Connection[] = []
  const open = () => {
    const connection = connectTo(engine)
    connections.push(connection)
    return connection
  }

  beforeAll(async () => {
    if (has) engine = await startEngine({ version })
  })
  afterEach(() => {
    for (const connection of connections.splice(0)) connection.close()
  })
  afterAll(() => engine?.stop())

  test.skipIf(!has)('says who it is, by an id of its own', async () => {
    const connection = open()
    const who = await connection.identify(forever())
    expect(who).toMatchObject({ version: engine.version, name: expect.any(String) })
    expect(who.id.length).toBeGreaterThan(8)
    expect(await connection.identify(forever())).toEqual(who)
  })

  test.skipIf(!has)('tells of itself and of every container in our words', async () => {
    await addContainer(engine, 'told', {
      Cmd: ['sleep', '600'],
      Labels: { 'belfry.owner': 'ines', colour: 'red' },
      ExposedPorts: { '80/tcp': {} },
      HostConfig: {
        NanoCpus: 250_000_000,
        Memory: 64_000_000,
        PortBindings: { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '' }] },
      },
    })
    await addContainer(engine, 'waiting', { Cmd: ['sleep', '600'], start: false })
    const connection = open()
    const { engine: seen } = await connection.read(forever())
    expect(seen).toMatchObject({ version: engine.version, memoryLimits: true, arch: expect.any(String) })
    expect(seen?.cpus).toBeGreaterThan(0)
    expect(seen?.containers.find(({ name }) => name === 'told')).toMatchObject({
      image: 'belfry/busybox:1',
      state: 'running',
      health: null,
      owner: 'ines',
      finishedAt: null,
      exitCode: null,
      restarts: 0,
      oomKilled: false,
      cpuLimit: 0.25,
      memoryLimit: expect.any(Number),
      ports: [{ hostIp: '127.0.0.1', hostPort: expect.any(Number), port: 80, protocol: 'tcp' }],
      labels: { 'belfry.owner': 'ines', colour: 'red' },
    })
    const waiting = seen?.containers.find(({ name }) => name === 'waiting')
    expect(waiting).toMatchObject({ state: 'created', startedAt: null, exitCode: null, cpuLimit: null, owner: null })
  })

  test.skipIf(!has)('tells how a container ended', async () => {
    const id = await addContainer(engine, 'ended', { Cmd: ['sh', '-c', 'exit 7'] })
    await engine.api('POST', `/containers/${id}/wait`)
    expect(await named(open(), 'ended')).toMatchObject({ state: 'exited', exitCode: 7, finishedAt: expect.any(String) })
  })

  test.skipIf(!has)('tells of a container that was killed for its memory', async () => {
    const id = await addContainer(engine, 'hungry', {
      Cmd: ['sh', '-c', 'dd if=/dev/zero of=/dev/null bs=64M count=1; exit 0'],
      HostConfig: { Memory: 16_000_000, MemorySwap: 16_000_000 },
    })
    await engine.api('POST', `/containers/${id}/wait`)
    expect(await named(open(), 'hungry')).toMatchObject({ state: 'exited', oomKilled: true })
  })

  test.skipIf(!has)('sees a restart that happened between two reads when events tell of it', async () => {
    const id = await addContainer(engine, 'restarted', { Cmd: ['sleep', '600'] })
    const connection = open()
    const done = new AbortController()
    const up = Promise.withResolvers<void>()
    const listening = connection.listen?.(
      { ready: up.resolve, observe: () => undefined, nudge: () => nudges.resolve() },
      done.signal,
    )
    let nudges = Promise.withResolvers<void>()
    await up.promise
    const before = await named(connection, 'restarted')
    nudges = Promise.withResolvers()
    await engine.api('POST', `/containers/${id}/restart`)
    await nudges.promise
    await expect
      .poll(async () => (await named(connection, 'restarted')).startedAt, { timeout: 5000 })
      .not.toBe(before.startedAt)
    done.abort()
    await expect(listening).rejects.toThrow()
  })

  test.skipIf(!has)('nudges for what changes and not for what a health check runs', async () => {
    const connection = open()
    const done = new AbortController()
    const up = Promise.withResolvers<void>()
    let nudges = 0
    const healthy = async () => (await named(connection, 'checked').catch(() => null))?.health === 'healthy'
    const listening = connection.listen?.(
      { ready: up.resolve, observe: () => undefined, nudge: () => nudges++ },
      done.signal,
    )
    await up.promise
    await addContainer(engine, 'checked', {
      Cmd: ['sleep', '600'],
      Healthcheck: { Test: ['CMD', 'true'], Interval: 300_000_000 },
    })
    await expect.poll(healthy, { timeout: 10_000 }).toBe(true)
    const log = async () => (await portOf(connection).inspect('checked', forever())).healthLog.length
    await expect.poll(log, { timeout: 10_000 }).toBeGreaterThan(3)
    // create, start, healthy
    expect(nudges).toBe(3)
    done.abort()
    await expect(listening).rejects.toThrow()
  })

  test.skipIf(!has)(
    'does as it is told, and says when it was so before',
    async () => {
      await addContainer(engine, 'acted', { Cmd: ['sleep', '600'], start: false })
      const connection = open()
      const act = (action: Parameters<EnginePort['act']>[1]) => portOf(connection).act('acted', action, forever())
      const state = async () => (await named(connection, 'acted')).state
      expect(await act('start')).toBe('done')
      expect(await act('start')).toBe('already')
      expect(await act('pause')).toBe('done')
      expect(await state()).toBe('paused')
      expect(await act('pause')).toBe('already')
      expect(await act('unpause')).toBe('done')
      expect(await act('unpause')).toBe('already')
      expect(await act('restart')).toBe('done')
      expect(await state()).toBe('running')
      expect(await act('stop')).toBe('done')
      expect(await act('stop')).toBe('already')
      expect(await state()).toBe('exited')
      await expect(act('pause')).rejects.toMatchObject({
        code: 'wrong_state',
        message: expect.stringContaining('exited'),
      })
      await expect(act('unpause')).rejects.toMatchObject({ code: 'wrong_state' })
      await expect(act('kill')).rejects.toMatchObject({ code: 'wrong_state' })
      expect(await act('start')).toBe('done')
      expect(await act('kill')).toBe('done')
      await expect(portOf(connection).act('nobody', 'start', forever())).rejects.toMatchObject({ code: 'not_found' })
    },
    40_000,
  )

  test.skipIf(!has)('says whose port it is that a container wants', async () => {
    const settings = (port: string) => ({
      Cmd: ['sleep', '600'],
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { PortBindings: { '80/tcp': [{ HostPort: port }] } },
    })
    await addContainer(engine, 'first', settings('8099'))
    await addContainer(engine, 'second', { ...settings('8099'), start: false })
    await expect(portOf(open()).act('second', 'start', forever())).rejects.toMatchObject({
      code: 'conflict',
      message: 'Port 8099 (tcp) is already taken by the container first.',
    })
  })

  test.skipIf(!has)('gives the engine’s own reason when it refuses', async () => {
    await addContainer(engine, 'broken', { Cmd: ['/no/such/program'], start: false })
    const start = portOf(open()).act('broken', 'start', forever())
    await expect(start).rejects.toThrow(/broken could not be started: the engine refused\. It says: .*no such/s)
  })

  test.skipIf(!has)('shows one container with all its settings', async () => {
    const id = await addContainer(engine, 'shown', {
      Cmd: ['sleep', '600'],
      Env: ['A=1', 'EMPTY='],
      WorkingDir: '/tmp',
      User: 'root',
      HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 }, Binds: ['kept:/data:ro'] },
    })
    const detail = await portOf(open()).inspect(id, forever())
    expect(detail).toMatchObject({
      name: 'shown',
      image: 'belfry/busybox:1',
      command: ['sleep', '600'],
      mounts: [{ type: 'volume', source: 'kept', target: '/data', readOnly: true }],
      networks: [{ name: 'bridge', address: expect.stringMatching(/^\d+\./) }],
      restartPolicy: 'on-failure:3',
      workingDir: '/tmp',
      user: 'root',
      tty: false,
    })
    expect(detail.env).toContainEqual({ name: 'A', value: '1' })
    expect(detail.env).toContainEqual({ name: 'EMPTY', value: '' })
  })

  test.skipIf(!has)('gives the lines of both streams with their times', async () => {
    const id = await addContainer(engine, 'speaker', { Cmd: ['sh', '-c', 'echo one; echo zwei, ü >&2; printf open'] })
    await engine.api('POST', `/containers/${id}/wait`)
    const lines = await collect(portOf(open()).logs(id, { tail: 10, since: null, follow: false }, forever()))
    const of = (stream: string) => lines.filter((line) => line.stream === stream).map(({ text }) => text)
    expect(of('out')).toEqual(['one', 'open'])
    expect(of('err')).toEqual(['zwei, ü'])
    for (const { at } of lines) expect(at).toMatch(/^\d{4}-.*Z$/)
  })

  test.skipIf(!has)('gives a long line as one, without the engine’s stamps inside, and cuts a giant one', async () => {
    const say = (size: number) => `yes x | tr -d '\\n' | head -c ${size}; echo; `
    const id = await addContainer(engine, 'long', { Cmd: ['sh', '-c', `${say(40_000)}${say(300_000)}echo end`] })
    await engine.api('POST', `/containers/${id}/wait`)
    const lines = await collect(portOf(open()).logs(id, { tail: 100, since: null, follow: false }, forever()))
    expect(lines.map(({ text }) => text.length)).toEqual([40_000, 64_000, 3])
    expect(lines[0]?.text).not.toMatch(/\d{4}-/)
  })

  test.skipIf(!has)('gives the log of a terminal', async () => {
    const id = await addContainer(engine, 'terminal', { Tty: true, Cmd: ['sh', '-c', 'echo one; echo two'] })
    await engine.api('POST', `/containers/${id}/wait`)
    const lines = await collect(portOf(open()).logs(id, { tail: 1, since: null, follow: false }, forever()))
    expect(lines).toEqual([{ at: expect.any(String), stream: 'out', text: 'two' }])
  })

  test.skipIf(!has)('follows a log until nobody reads any more', async () => {
    await addContainer(engine, 'endless', {
      Cmd: ['sh', '-c', 'i=0; while :; do echo $i; i=$((i+1)); sleep 0.1; done'],
    })
    const done = new AbortController()
    const seen: string[] = []
    for await (const { text } of portOf(open()).logs('endless', { tail: 0, since: null, follow: true }, done.signal)) {
      seen.push(text)
      if (seen.length === 3) done.abort()
    }
    expect(Number(seen[2])).toBe(Number(seen[0]) + 2)
  })

  test.skipIf(!has)(
    'measures what containers use, following their starts and stops',
    async () => {
      await addContainer(engine, 'busy', {
        Cmd: ['sh', '-c', 'while :; do :; done'],
        HostConfig: { NanoCpus: 300_000_000, Memory: 64_000_000 },
      })
      const connection = open()
      const busy = await named(connection, 'busy')
      const of = (all: Measurement[], id: string) => all.find(({ containerId }) => containerId === id)
      const all = await measureUntil(connection, (seen) => (of(seen, busy.containerId)?.cpu ?? null) !== null)
      const measured = of(all, busy.containerId)
      expect(measured?.cpu).toBeGreaterThan(0.1)
      expect(measured?.cpu).toBeLessThan(0.6)
      expect(measured?.memory.used).toBeGreaterThan(0)
      expect(measured?.memory.limit).toBe(busy.memoryLimit)
      expect(measured?.pids).toBe(1)
      expect(measured?.rxBytesPerS).toBeGreaterThanOrEqual(0)

      const late = await addContainer(engine, 'late', { Cmd: ['sleep', '600'], start: false })
      let wasThere = false
      void engine.api('POST', `/containers/${late}/start`)
      await measureUntil(connection, (seen) => {
        const isThere = of(seen, late) !== undefined
        if (isThere && !wasThere) void engine.api('POST', `/containers/${late}/kill`)
        wasThere ||= isThere
        return wasThere && !isThere
      })
      await engine.api('POST', `/containers/busy/kill`)
    },
    40_000,
  )

  test.skipIf(!has)('comes back after its engine was away', async () => {
    const connection = open()
    const who = await connection.identify(forever())
    const count = (await containersOf(connection)).length
    const up = Promise.withResolvers<void>()
    const listening = connection.listen?.(
      { ready: up.resolve, observe: () => undefined, nudge: () => undefined },
      forever(),
    )
    const ended = (listening as Promise<void>).then(
      () => 'ended',
      () => 'ended',
    )
    await up.promise
    await engine.kill('SIGKILL')
    expect(await ended).toBe('ended')
    await expect(connection.read(forever())).rejects.toMatchObject({ state: 'unreachable' })
    await engine.restart()
    expect(await connection.identify(forever())).toEqual(who)
    expect(await containersOf(connection)).toHaveLength(count)
  })
})

describe.skipIf(!versions[0].has)('an engine of another kind', () => {
  const engines: Engine[] = []
  const start = async (options: EngineOptions) => {
    const engine = await startEngine(options)
    engines.push(engine)
    return engine
  }
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop()))
  })

  test('is reached over TCP with certificates, and not without', async () => {
    const engine = await start({ tls: true })
    const url = engine.tcpUrl ?? ''
    const credentials = { ...engine.tls }
    const known = connect(url, { credentials })
    const { id } = await known.identify(forever())
    const local = connectTo(engine)
    expect((await local.identify(forever())).id).toBe(id)
    const stranger = connect(url)
    await expect(stranger.identify(forever())).rejects.toMatchObject({ state: 'untrusted' })
    const plain = connect(url, { options: { tls: false } })
    await expect(plain.identify(forever())).rejects.toMatchObject({ name: 'UpstreamError' })
    const pinned = connect(url, {
      credentials: { cert: credentials.cert, key: credentials.key },
      fingerprint: '00:'.repeat(31).concat('00'),
    })
    await expect(pinned.identify(forever())).rejects.toMatchObject({ state: 'untrusted' })
    for (const one of [known, local, stranger, plain, pinned]) one.close()
  })

  test('without a memory cgroup holds nobody to a limit, and its memory is unknown', async () => {
    const engine = await start({ memoryCgroup: false, network: false })
    await addContainer(engine, 'free', { Cmd: ['sleep', '600'], HostConfig: { Memory: 64_000_000 } })
    const connection = connectTo(engine)
    const { engine: seen } = await connection.read(forever())
    expect(seen?.memoryLimits).toBe(false)
    expect(seen?.warnings.join()).toContain('memory limit')
    const [measured] = await measureUntil(connection, (all) => all.length > 0)
    expect(measured?.memory).toEqual({ used: null, limit: null })
    connection.close()
  })
})
