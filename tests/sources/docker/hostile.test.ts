import { afterEach, expect, test } from 'vitest'
import type { Connection } from '../../../appliance/sources/adapter.ts'
import { connect, forever } from './harness.ts'
import { type Answers, type Impostor, sane, startImpostor } from './impostor.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

const against = async (answers: Answers): Promise<{ to: Connection; server: Impostor }> => {
  const server = await startImpostor({ ...sane, ...answers })
  const to = connect(server.url)
  ends.push(server.stop, to.close)
  return { to, server }
}

const listed = (Id: string) => ({
  Id,
  Names: [`/${Id}`],
  Image: 'i',
  Created: 1_795_000_000,
  State: 'running',
  Status: 'Up 2 hours',
})
const inspected = (Id: string) => ({
  ...{ Id, Name: `/${Id}`, Created: '2026-11-20T10:00:00Z', Image: 'sha256:1', RestartCount: 2 },
  State: { Status: 'running', Running: true, ExitCode: 0, StartedAt: '2026-11-20T10:00:01Z' },
  ...{ HostConfig: {}, Config: {} },
})

test('garbage instead of JSON is said to be garbage', async () => {
  const { to } = await against({ '/containers/json': (response) => response.end('<html>') })
  await expect(to.read(forever())).rejects.toMatchObject({
    state: 'degraded',
    message: expect.stringContaining('JSON'),
  })
})

test('an answer of another shape fails the read and is no empty list', async () => {
  const { to } = await against({ '/containers/json': [{ Id: 7 }] })
  await expect(to.read(forever())).rejects.toMatchObject({ state: 'degraded' })
})

test('a web server that is no engine is not taken for one', async () => {
  const { to } = await against({ '/_ping': (response) => response.end('hello') })
  await expect(to.identify(forever())).rejects.toMatchObject({ state: 'degraded' })
})

test('half an answer fails the read', async () => {
  const { to } = await against({
    '/containers/json': (response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('[{"Id":')
      response.socket?.end()
    },
  })
  await expect(to.read(forever())).rejects.toMatchObject({ state: 'unreachable' })
})

test('an engine that does not answer is given up when the signal says so', async () => {
  const hung = Promise.withResolvers<void>()
  const { to } = await against({ '/containers/json': () => hung.resolve() })
  const limit = new AbortController()
  const read = to.read(limit.signal)
  await hung.promise
  limit.abort(new Error('enough'))
  await expect(read).rejects.toThrow('enough')
})

test('an error inside the engine fails the read', async () => {
  const { to } = await against({ '/containers/json': (response) => response.writeHead(500).end('{"message":"oops"}') })
  await expect(to.read(forever())).rejects.toMatchObject({ state: 'degraded', status: 500 })
})

test('one container that the engine itself cannot inspect does not hide the others', async () => {
  const { to } = await against({
    '/containers/json': [listed('good'), listed('bad'), listed('gone')],
    '/containers/good/json': inspected('good'),
    '/containers/bad/json': (response) => response.writeHead(500).end('{"message":"layer does not exist"}'),
  })
  const { engine } = await to.read(forever())
  expect(engine?.containers.map(({ name, restarts }) => [name, restarts])).toEqual([
    ['good', 2],
    ['bad', 0],
  ])
})

test('an engine that is too old is said to be so', async () => {
  const { to } = await against({ '/_ping': (response) => response.setHeader('api-version', '1.22').end() })
  await expect(to.identify(forever())).rejects.toThrow(/too old: it speaks API 1\.22/)
})

test('an engine that is too new is said to be so', async () => {
  const { to } = await against({
    '/_ping': (response) => response.setHeader('api-version', '1.99').end(),
    '/version': { Version: '44.0', ApiVersion: '1.99', MinAPIVersion: '1.90' },
  })
  await expect(to.identify(forever())).rejects.toThrow(/too new for this Belfry/)
})

test('the newest version that both know is spoken', async () => {
  const newer = await against({
    '/_ping': (response) => response.setHeader('api-version', '1.60').end(),
    '/version': { Version: '31.0', ApiVersion: '1.60', MinAPIVersion: '1.44' },
  })
  await newer.to.identify(forever())
  expect(newer.server.asked).toContain('/v1.53/info')
  const older = await against({ '/_ping': (response) => response.setHeader('api-version', '1.41').end() })
  await older.to.identify(forever())
  expect(older.server.asked).toContain('/v1.41/info')
})

test('an engine that was replaced by another release is agreed with anew', async () => {
  let speaks = '1.47'
  const { to, server } = await against({
    '/_ping': (response) => response.setHeader('api-version', speaks).end(),
    '/containers/json': (response) => {
      const asked = server.asked.at(-1) ?? ''
      if (asked.startsWith(`/v${speaks}/`)) response.end('[]')
      else response.writeHead(400).end('{"message":"client version is too new"}')
    },
  })
  await to.read(forever())
  speaks = '1.41'
  expect((await to.read(forever())).engine?.containers).toEqual([])
  expect(server.asked.at(-1)).toBe('/v1.41/containers/json?all=1')
  expect((await to.read(forever())).engine?.apiVersion).toBe('1.41')
})

test('another engine behind the same address is refused until it is asked who it is', async () => {
  let info = sane['/info']
  const server = await startImpostor({ ...sane, '/info': (response) => response.end(JSON.stringify(info)) })
  let time = 0
  const to = connect(server.url, { now: () => time })
  ends.push(server.stop, to.close)
  await to.identify(forever())
  await to.read(forever())
  info = { ...info, ID: 'CCCC:DDDD' }
  time += 31_000
  await expect(to.read(forever())).rejects.toMatchObject({ state: 'untrusted' })
  expect(await to.identify(forever())).toMatchObject({ id: 'CCCC:DDDD' })
  await to.read(forever())
})

test('what the engine tells of itself is asked once in a while, and what did not change is inspected once', async () => {
  const { to, server } = await against({
    '/containers/json': [listed('one')],
    '/containers/one/json': inspected('one'),
  })
  await to.read(forever())
  await to.read(forever())
  const times = (path: string) => server.asked.filter((asked) => asked.replace(/^\/v[\d.]+/, '') === path).length
  expect(times('/info')).toBe(1)
  expect(times('/containers/one/json')).toBe(1)
  expect(times('/containers/json?all=1')).toBe(2)
})

test('at most eight containers are inspected at a time', async () => {
  const ids = Array.from({ length: 30 }, (_, n) => `c${n}`)
  let now = 0
  let most = 0
  const answers = Object.fromEntries(
    ids.map((id) => [
      `/containers/${id}/json`,
      (response: { end(text: string): void }) => {
        most = Math.max(most, ++now)
        setImmediate(() => {
          now -= 1
          response.end(JSON.stringify(inspected(id)))
        })
      },
    ]),
  )
  const { to } = await against({ '/containers/json': ids.map(listed), ...answers })
  expect((await to.read(forever())).engine?.containers).toHaveLength(30)
  expect(most).toBeLessThanOrEqual(8)
})

test('events that are split, empty or in a json sequence are understood, and the next stream goes on from the last', async () => {
  const event = (id: string, time: number) =>
    JSON.stringify({ Type: 'container', Action: 'start', Actor: { ID: id }, time, timeNano: time * 1e9 })
  const text = `${event('one', 1_795_000_001)}\n\n\u001e${event('two', 1_795_000_002)}\n`
  const { to, server } = await against({
    '/events': (response) => {
      for (const piece of [text.slice(0, 30), text.slice(30)]) response.write(piece)
      response.end()
    },
  })
  let nudges = 0
  const listener = { ready: () => undefined, observe: () => undefined, nudge: () => nudges++ }
  await to.listen?.(listener, forever())
  expect(nudges).toBe(2)
  await to.listen?.(listener, forever())
  const [first, second] = server.asked
    .filter((path) => path.includes('/events'))
    .map((path) => new URL(path, 'http://x'))
  expect(first?.searchParams.get('since')).toBeNull()
  expect(second?.searchParams.get('since')).toMatch(/^1795000002\.\d{9}$/)
  expect(JSON.parse(first?.searchParams.get('filters') ?? '').event).not.toContain('exec_create')
})

test('an event stream of something else ends with an error', async () => {
  const { to } = await against({ '/events': (response) => response.end('hello\n') })
  const listener = { ready: () => undefined, observe: () => undefined, nudge: () => undefined }
  await expect(to.listen?.(listener, forever())).rejects.toMatchObject({ state: 'degraded' })
})

test('a failed read ends the event stream, which may hang with the host', async () => {
  let broken = false
  const { to } = await against({
    '/events': (response) => response.flushHeaders(),
    '/containers/json': (response) => (broken ? response.destroy() : response.end('[]')),
  })
  const up = Promise.withResolvers<void>()
  const listening = to.listen?.({ ready: up.resolve, observe: () => undefined, nudge: () => undefined }, forever())
  await up.promise
  broken = true
  await expect(to.read(forever())).rejects.toMatchObject({ state: 'unreachable' })
  await expect(listening).rejects.toThrow()
})

test('closing the connection ends what is under way', async () => {
  const { to } = await against({ '/events': (response) => response.flushHeaders() })
  const up = Promise.withResolvers<void>()
  const listening = to.listen?.({ ready: up.resolve, observe: () => undefined, nudge: () => undefined }, forever())
  const measured = Promise.withResolvers<void>()
  const measuring = to.engine?.measure(() => measured.resolve(), forever())
  await Promise.all([up.promise, measured.promise])
  to.close()
  await expect(listening).rejects.toThrow()
  await measuring
})

test('no socket at that path is said in a sentence', async () => {
  const to = connect('unix:///nowhere/docker.sock')
  await expect(to.identify(forever())).rejects.toMatchObject({
    state: 'unreachable',
    message: expect.stringContaining('socket is not there'),
  })
})
