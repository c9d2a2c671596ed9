import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { LogLine } from '#protocol/container.ts'
import type { Containers } from '../../appliance/containers/index.ts'
import type { EnginePort } from '../../appliance/containers/ports.ts'
import type { Connection } from '../../appliance/sources/adapter.ts'
import { timedOut } from '../../appliance/sources/upstream-error.ts'
import { type Engine, startEngine } from '../engines/engine.ts'
import { requirement } from '../requirements.ts'
import { addContainer, connectTo, forever } from '../sources/docker/harness.ts'
import { engineOf, port, seen, serving, setup } from './harness.ts'

const hasEngine = requirement('dockerd', 'containers, from the API to a real engine')

describe.skipIf(!hasEngine)('with a real engine', () => {
  let engine: Engine
  let connection: Connection
  let containers: Containers
  let api: ReturnType<typeof serving>
  const read = async () => {
    const observed = (await connection.read(forever())).engine
    if (observed) containers.observe('one', observed)
  }
  const idOf = (name: string) => containers.current().containers.find((one) => one.name === name)?.id ?? ''

  beforeAll(async () => {
    engine = await startEngine({ network: false })
    connection = connectTo(engine)
    containers = setup({ engines: { one: connection.engine as EnginePort }, refresh: read }).containers
    containers.sourceState('one', 'ok')
    api = serving(containers)
  })
  afterAll(async () => {
    containers?.stop()
    connection?.close()
    await engine?.stop()
  })

  test('a container is started and stopped, and the answer is what the engine said afterwards', async () => {
    await addContainer(engine, 'web', { Cmd: ['sleep', '600'], start: false })
    await read()
    const act = (action: string) => api.ask('nora', `/containers/${idOf('web')}/${action}`, 'POST')
    expect((await act('start')).body).toMatchObject({ outcome: 'done', container: { name: 'web', state: 'running' } })
    expect((await act('start')).body).toMatchObject({ outcome: 'already', tookMs: expect.any(Number) })
    expect((await act('kill')).body).toMatchObject({ outcome: 'done', container: { state: 'exited', exitCode: 137 } })
    expect(await act('pause')).toMatchObject({ status: 409, body: { error: { code: 'wrong_state' } } })
    const target = { kind: 'container', id: idOf('web'), name: 'web' }
    expect(api.rows.splice(0)).toEqual([
      { action: 'container.start', outcome: 'success', target },
      { action: 'container.start', outcome: 'already', target },
      { action: 'container.kill', outcome: 'success', target },
      { action: 'container.pause', outcome: 'wrong_state', target },
    ])
  })

  test('a container that vanishes with its end is said to be going', async () => {
    await addContainer(engine, 'brief', { Cmd: ['sleep', '600'], HostConfig: { AutoRemove: true } })
    await read()
    const { body } = await api.ask('nora', `/containers/${idOf('brief')}/kill`, 'POST')
    expect(['removing', 'exited']).toContain(body.container.state)
    await expect.poll(() => read().then(() => idOf('brief'))).toBe('')
  })

  test('people operate their own, see what they may, and find nothing else', async () => {
    await addContainer(engine, 'mine', { Cmd: ['sleep', '600'], Labels: { 'belfry.owner': 'ines' }, Env: ['PW=x'] })
    await addContainer(engine, 'other', { Cmd: ['sleep', '600'], Env: ['PW=secret'] })
    await read()
    const [mine, other] = [idOf('mine'), idOf('other')]
    expect((await api.ask('ines', '/containers')).body.items.map(({ name }: { name: string }) => name)).toEqual([
      'mine',
    ])
    expect((await api.ask('ines', `/containers/${mine}/kill`, 'POST')).status).toBe(200)
    for (const path of ['', '/logs', '/stats'])
      expect((await api.ask('ines', `/containers/${other}${path}`)).status).toBe(403)
    expect((await api.ask('theo', `/containers/${other}/stop`, 'POST')).status).toBe(403)
    expect((await api.ask('nora', '/containers/one:nobody')).status).toBe(404)
    const env = async (name: 'nora' | 'theo') =>
      (await api.ask(name, `/containers/${other}`)).body.env.find((one: { name: string }) => one.name === 'PW')
    expect(await env('nora')).toEqual({ name: 'PW', value: 'secret' })
    expect(await env('theo')).toEqual({ name: 'PW', value: null })
  })

  test('the engines are listed with what they hold', async () => {
    await read()
    const { body } = await api.ask('nora', '/engines')
    expect(body).toMatchObject({
      items: [{ id: 'one', name: 'Engine one', version: engine.version, state: 'ok' }],
      next: null,
    })
    expect(body.items[0].containers.total).toBe(containers.current().containers.length)
  })

  test('a log is a list, and followed it goes on line by line until the reader leaves', async () => {
    await addContainer(engine, 'talker', {
      Cmd: ['sh', '-c', 'i=0; while :; do echo line $i; i=$((i+1)); sleep 0.1; done'],
    })
    await read()
    const path = `/containers/${idOf('talker')}/logs`
    await expect.poll(async () => (await api.ask('nora', `${path}?tail=2`)).body.items.length).toBe(2)
    const leaving = new AbortController()
    const answer = await api.fetch('nora', `${path}?follow=true&tail=1`, { signal: leaving.signal })
    expect(answer.headers.get('content-type')).toContain('application/x-ndjson')
    const lines: LogLine[] = []
    const decoder = new TextDecoder()
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
    while (lines.length < 3) {
      const { value } = await reader.read()
      lines.push(JSON.parse(decoder.decode(value)))
    }
    const numbers = lines.map(({ text }) => Number(text.replace('line ', '')))
    expect(numbers[2]).toBe((numbers[0] ?? 0) + 2)
    await reader.cancel()
    expect((await api.ask('nora', `${path}?tail=many`)).status).toBe(400)
  })

  test('a single question about what a container uses is answered after two samples', async () => {
    await addContainer(engine, 'used', { Cmd: ['sleep', '600'] })
    await read()
    const { body } = await api.ask('nora', `/containers/${idOf('used')}/stats`)
    expect(body.current).toMatchObject({ id: idOf('used'), cpu: expect.any(Number), pids: 1 })
    expect(body.history.at(-1)).toEqual(body.current)
  })
})

describe('an engine that fails', () => {
  const made: Containers[] = []
  const withPort = (abilities: Partial<EnginePort>) => {
    const { containers } = setup({ engines: { one: port(abilities) } })
    containers.observe('one', engineOf([seen('web')]))
    made.push(containers)
    return serving(containers)
  }
  afterEach(() => {
    for (const containers of made.splice(0)) containers.stop()
  })

  test('is a time-out in the answer and in the audit', async () => {
    const { ask, rows } = withPort({ act: () => Promise.reject(timedOut(60_000)) })
    const answer = await ask('nora', '/containers/one:web/stop', 'POST')
    expect(answer).toMatchObject({ status: 504, body: { error: { code: 'upstream_timeout' } } })
    expect(rows).toMatchObject([{ action: 'container.stop', outcome: 'upstream_timeout' }])
  })

  test('before the first line of a followed log is an error and no broken stream', async () => {
    const { ask } = withPort({
      // biome-ignore lint/correctness/useYield: it fails before there is anything to say.
      logs: async function* () {
        throw timedOut(1000)
      },
    })
    expect((await ask('nora', '/containers/one:web/logs?follow=true')).status).toBe(504)
    expect((await ask('nora', '/containers/one:web/logs')).status).toBe(504)
  })

  test('that is switched off is unavailable', async () => {
    const { containers } = setup({})
    containers.observe('off', engineOf([seen('web')]))
    expect((await serving(containers).ask('nora', '/containers/off:web/start', 'POST')).status).toBe(503)
  })
})

test('the log of an engine is let go when the reader of it leaves', async () => {
  const released = Promise.withResolvers<void>()
  const { containers } = setup({
    engines: {
      one: port({
        logs: async function* (_, __, signal) {
          yield { at: null, stream: 'out', text: 'hello' }
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
          released.resolve()
        },
      }),
    },
  })
  containers.observe('one', engineOf([seen('web')]))
  const answer = await serving(containers).fetch('nora', '/containers/one:web/logs?follow=true')
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader()
  await reader.read()
  await reader.cancel()
  await released.promise
})
