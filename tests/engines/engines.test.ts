import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { get } from 'node:https'
import { basename, dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, test } from 'vitest'
import { requirement } from '../requirements.ts'
import { type Engine, type EngineOptions, startEngine } from './engine.ts'
import { open } from './raw-api.ts'

const hasEngine = requirement('dockerd', 'tests against a real Docker engine')
const hasNewer = requirement('dockerd-newer', 'tests against a real Docker engine of version 28')

const running: Engine[] = []

async function engine(options: EngineOptions): Promise<Engine> {
  const started = await startEngine(options)
  running.push(started)
  return started
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()))
})

type Created = { Id: string; Warnings: string[] }

async function createContainer(on: Engine, settings: Record<string, unknown>): Promise<string> {
  const Image = await on.importBusybox()
  const { status, body } = await on.api('POST', '/containers/create', { Image, ...settings })
  expect(status).toBe(201)
  return (body as Created).Id
}

async function outputOf(on: Engine, id: string): Promise<unknown> {
  expect((await on.api('POST', `/containers/${id}/start`)).status).toBe(204)
  expect((await on.api('POST', `/containers/${id}/wait`)).body).toMatchObject({ StatusCode: 0 })
  return (await on.api('GET', `/containers/${id}/logs?stdout=1`)).body
}

async function tlsStatus(on: Engine, identity: { cert?: string; key?: string }): Promise<number | undefined> {
  const url = `${on.tcpUrl?.replace('tcp:', 'https:')}/_ping`
  return new Promise((resolve, reject) => {
    const call = get(url, { ...(on.tls && { ca: on.tls.ca }), ...identity, agent: false }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    call.on('error', reject)
  })
}

describe.skipIf(!hasEngine)('a real engine', () => {
  test('runs a command in an image made of the machine’s busybox', async () => {
    const one = await engine({ network: false })
    const id = await createContainer(one, { Tty: true, Cmd: ['echo', 'hello from', 'busybox'] })
    expect(await outputOf(one, id)).toBe('hello from busybox\r\n')
    expect(one.version).toMatch(/^\d+\.\d+/)
  })

  test('tells what happens as it happens', async () => {
    const one = await engine({ network: false })
    const id = await createContainer(one, { Cmd: ['true'] })
    const events = await open(one.socketPath, 'GET', '/events')
    await one.api('POST', `/containers/${id}/start`)
    const seen: string[] = []
    for await (const line of createInterface(events)) {
      const event = JSON.parse(line) as { Type: string; Action: string }
      if (event.Type === 'container') seen.push(event.Action)
      if (event.Action === 'die') break
    }
    events.destroy()
    expect(seen).toEqual(['start', 'die'])
  })

  test('comes back with its containers after it was killed', async () => {
    const one = await engine({ network: false })
    const id = await createContainer(one, { Cmd: ['sleep', '600'], StopTimeout: 0 })
    await one.api('POST', `/containers/${id}/start`)
    await one.kill('SIGKILL')
    await expect(one.api('GET', '/_ping')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await one.restart()
    const { body } = await one.api('GET', `/containers/${id}/json`)
    expect(body).toMatchObject({ Id: id, State: { Running: false } })
    expect((await one.api('POST', `/containers/${id}/start`)).status).toBe(204)
  })

  test('answers what it was asked while it was held as soon as it is let go', async () => {
    const one = await engine({ network: false })
    await one.kill('SIGSTOP')
    await expect.poll(() => processesNaming(dirname(one.socketPath)).map(stateOf)).toContain('T')
    const held = one.api('GET', '/_ping')
    await one.kill('SIGCONT')
    expect((await held).status).toBe(200)
  })

  test('knows nothing of the containers of another one beside it', async () => {
    const [one, other] = await Promise.all([engine({}), engine({})])
    const id = await createContainer(one, { Cmd: ['true'] })
    expect(one.address).not.toBe(other.address)
    expect((await one.api('GET', `/containers/${id}/json`)).status).toBe(200)
    expect((await other.api('GET', `/containers/${id}/json`)).status).toBe(404)
  })

  test('publishes a container’s port at its address', async () => {
    const one = await engine({})
    const serve = 'echo it works >/www/index.html; exec httpd -f -p 80 -h /www'
    const id = await createContainer(one, {
      Cmd: ['sh', '-c', serve],
      ExposedPorts: { '80/tcp': {} },
      HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '8080' }] } },
      Healthcheck: { Test: ['CMD', 'wget', '-q', '-O-', 'http://127.0.0.1/'], Interval: 100_000_000 },
    })
    const filters = encodeURIComponent(JSON.stringify({ event: ['health_status'] }))
    const events = await open(one.socketPath, 'GET', `/events?filters=${filters}`)
    await one.api('POST', `/containers/${id}/start`)
    await new Promise((resolve) => events.once('data', resolve))
    events.destroy()
    const page = await fetch(`http://${one.address}:8080/`)
    expect(await page.text()).toBe('it works\n')
  })

  test('refuses a client without a certificate', async () => {
    const one = await engine({ network: false, tls: true })
    const { cert, key } = one.tls ?? {}
    expect(await tlsStatus(one, { ...(cert && { cert }), ...(key && { key }) })).toBe(200)
    await expect(tlsStatus(one, {})).rejects.toThrow()
  })

  test('without a memory cgroup it says that it cannot limit memory', async () => {
    const one = await engine({ network: false, memoryCgroup: false })
    expect((await one.api('GET', '/info')).body).toMatchObject({ MemoryLimit: false })
    const other = await engine({ network: false })
    expect((await other.api('GET', '/info')).body).toMatchObject({ MemoryLimit: true })
  })

  test('leaves nothing behind', async () => {
    const one = await startEngine()
    const id = await createContainer(one, { Cmd: ['sleep', '600'] })
    await one.api('POST', `/containers/${id}/start`)
    const folder = dirname(one.socketPath)
    await one.stop()
    expect(existsSync(folder)).toBe(false)
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(folder)
    const groups = readdirSync('/sys/fs/cgroup', { withFileTypes: true }).filter((entry) => entry.isDirectory())
    const left = groups.filter((group) => existsSync(`/sys/fs/cgroup/${group.name}/${basename(folder)}`))
    expect(left).toEqual([])
    expect(processesNaming(folder)).toEqual([])
  })
})

const holder = `
  import { startEngine } from ${JSON.stringify(new URL('engine.ts', import.meta.url).href)}
  process.stdout.write((await startEngine({ network: false })).socketPath)
  setInterval(() => {}, 1000)
`

describe.skipIf(!hasEngine)('a real engine whose test process crashes', () => {
  test('ends too and leaves nothing behind', async () => {
    const owner = spawn(process.execPath, ['--input-type=module-typescript', '--eval', holder])
    const [socketPath] = await once(owner.stdout, 'data')
    const folder = dirname(String(socketPath))
    expect(processesNaming(folder)).not.toEqual([])
    owner.kill('SIGKILL')
    await expect.poll(() => existsSync(folder), { timeout: 10_000 }).toBe(false)
    await expect.poll(() => processesNaming(folder)).toEqual([])
  })
})

describe.skipIf(!hasNewer)('a newer engine', () => {
  test('runs beside the installed one', async () => {
    const [newer, installed] = await Promise.all([engine({ version: 'newer' }), engine({})])
    expect(newer.version).not.toBe(installed.version)
    const id = await createContainer(newer, { Tty: true, Cmd: ['echo', 'hello'] })
    expect(await outputOf(newer, id)).toBe('hello\r\n')
    expect((await newer.api('GET', '/version')).body).toMatchObject({ ApiVersion: expect.stringMatching(/^1\.[45]\d/) })
  })
})

function processesNaming(text: string): string[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return ids.filter((id) => {
    try {
      return readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(text)
    } catch {
      return false
    }
  })
}

function stateOf(id: string): string | undefined {
  return readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]?.charAt(0)
}
