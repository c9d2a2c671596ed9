import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Source, SourceBody } from '#protocol/source.ts'
import { createLog } from '../../appliance/lib/log.ts'
import type { Observation } from '../../appliance/sources/adapter.ts'
import { createSources } from '../../appliance/sources/index.ts'
import { seenSource } from '../../appliance/sources/seen.ts'
import { openVault } from '../../appliance/store/vault.ts'
import { createJellyfinSimulator } from '../simulators/jellyfin/index.ts'
import type { SimulatorOptions } from '../simulators/jellyfin/world.ts'
import { memoryDatabase } from '../store/memory.ts'

const cleanups: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

const jellyfin = async (options: SimulatorOptions = {}) => {
  const sim = createJellyfinSimulator({ stopDelayMs: 0, ...options })
  const started = await sim.start()
  cleanups.push(() => sim.stop())
  return { sim, ...started }
}

const setup = (over: { db?: ReturnType<typeof memoryDatabase>; folder?: string } = {}) => {
  const folder = over.folder ?? mkdtempSync(join(tmpdir(), 'belfry-sources-'))
  const db = over.db ?? memoryDatabase()
  if (!over.folder) cleanups.push(() => rmSync(folder, { recursive: true }))
  const waiting = new Set<() => boolean>()
  const seen: { source: Source; observation: Observation }[] = []
  const settle = () => {
    for (const test of waiting) if (test()) waiting.delete(test)
  }
  const sources = createSources({
    db,
    vault: openVault(db, join(folder, 'master.key')),
    log: createLog('silent'),
    now: Date.now,
    can: () => true,
    deviceId: () => 'belfry-test',
    discovered: { list: () => [], search: async () => undefined },
    onObserved: (source, observation) => {
      seen.push({ source, observation })
      settle()
    },
    onChanged: settle,
    onRemoved: settle,
  })
  cleanups.push(() => sources.stop())
  const until = (what: () => boolean) =>
    new Promise<void>((resolve) => {
      if (what()) return resolve()
      waiting.add(() => {
        if (!what()) return false
        resolve()
        return true
      })
    })
  return { sources, seen, until, db, folder }
}

const bodyOf = (at: { url: string; apiKey: string }, more: Partial<SourceBody> = {}): SourceBody => ({
  kind: 'jellyfin',
  name: 'Jelly',
  url: at.url,
  credentials: { apiKey: at.apiKey },
  options: {},
  ...more,
})

test('a source that is added is read at once, and its credentials are nowhere to be read', async () => {
  const server = await jellyfin()
  server.sim.scenario('direct-play')
  const { sources, seen, db } = setup()
  const source = await sources.add(bodyOf(server))
  expect(source).toMatchObject({ kind: 'jellyfin', name: 'Jelly', status: { state: 'ok', reason: null } })
  expect(seen[0]?.observation.sessions).toHaveLength(1)
  expect(JSON.stringify([source, sources.list(), db.prepare('SELECT * FROM sources').all()])).not.toContain(
    server.apiKey,
  )
  expect(JSON.stringify(db.prepare('SELECT * FROM secrets').all())).not.toContain(server.apiKey)
})

test('trying a source keeps nothing and says who is there', async () => {
  const server = await jellyfin({ serverName: 'Attic', version: '10.11.6' })
  const { sources } = setup()
  expect(await sources.test(bodyOf(server))).toEqual({
    ok: true,
    state: 'ok',
    reason: null,
    identity: { id: server.serverId, name: 'Attic' },
    version: '10.11.6',
  })
  expect(sources.list()).toEqual([])
})

test('a wrong key is said, and the source can be kept all the same', async () => {
  const server = await jellyfin()
  const { sources } = setup()
  const source = await sources.add(bodyOf(server, { credentials: { apiKey: 'wrong' } }))
  expect(source.status.state).toBe('unauthorized')
  expect(source.status.reason).toMatch(/credentials/)
})

test('the same server is not added twice', async () => {
  const server = await jellyfin()
  const { sources } = setup()
  await sources.add(bodyOf(server))
  await expect(sources.add(bodyOf(server, { name: 'Again' }))).rejects.toMatchObject({ code: 'conflict' })
})

test('another server under the same address is not trusted with the key’s data', async () => {
  const first = await jellyfin()
  const { sources, until } = setup()
  const { id } = await sources.add(bodyOf(first))
  const port = Number(new URL(first.url).port)
  await first.sim.stop()
  const second = createJellyfinSimulator({ apiKey: first.apiKey, serverName: 'Stranger', seed: 99 })
  await second.start(port)
  cleanups.push(() => second.stop())
  await sources.refresh(id)
  await until(() => sources.find(id)?.status.state === 'untrusted')
  expect(sources.find(id)?.status.reason).toContain('Stranger')
})

test('a source that fails keeps trying and comes back by itself, and its neighbour notices nothing', async () => {
  const [bad, good] = await Promise.all([jellyfin({ seed: 1 }), jellyfin({ seed: 2 })])
  const { sources, until } = setup()
  const one = await sources.add(bodyOf(bad, { name: 'Bad' }))
  const two = await sources.add(bodyOf(good, { name: 'Good' }))
  bad.sim.faults.set('garbage')
  bad.sim.sockets.drop()
  await sources.refresh(one.id)
  expect(sources.find(one.id)?.status.state).toBe('degraded')
  expect(sources.find(two.id)?.status.state).toBe('ok')
  expect(sources.detail(one.id).nextTryAt).not.toBeNull()
  bad.sim.faults.clear()
  await until(() => sources.find(one.id)?.status.state === 'ok')
})

test('what happens at a server that pushes arrives without being asked for', async () => {
  const server = await jellyfin({ tickMs: 0 })
  const { sources, seen, until } = setup()
  const { id } = await sources.add(bodyOf(server))
  await until(() => sources.detail(id).transport === 'push')
  await sources.refresh(id)
  server.sim.requests.reset()
  server.sim.scenario('direct-play')
  await until(() => seen.at(-1)?.observation.sessions?.length === 1)
  expect(server.sim.requests.count('/Sessions')).toBe(0)
})

test('kept credentials are not sent to a new address', async () => {
  const [old, next] = await Promise.all([jellyfin({ seed: 1 }), jellyfin({ seed: 2 })])
  const { sources } = setup()
  const { id } = await sources.add(bodyOf(old))
  await expect(sources.change(id, { url: next.url })).rejects.toMatchObject({ code: 'invalid_request' })
  expect(next.sim.requests.list()).toEqual([])
  const moved = await sources.change(id, { url: next.url, credentials: { apiKey: next.apiKey } })
  expect(moved.status.state).toBe('ok')
})

test('a source that is switched off is not asked, and comes back as it was', async () => {
  const server = await jellyfin()
  const { sources } = setup()
  const { id } = await sources.add(bodyOf(server))
  expect((await sources.change(id, { enabled: false })).status.state).toBe('disabled')
  server.sim.requests.reset()
  expect(sources.media(id)).toBeUndefined()
  expect((await sources.change(id, { enabled: true, name: 'Jelly again' })).status.state).toBe('ok')
})

test('a removed source takes its sealed credentials with it', async () => {
  const server = await jellyfin()
  const { sources, db } = setup()
  const { id } = await sources.add(bodyOf(server))
  await sources.remove(id)
  expect(sources.list()).toEqual([])
  expect(db.prepare('SELECT count(*) AS n FROM secrets').get()).toEqual({ n: 0 })
})

test('sources are there again after a restart, credentials included', async () => {
  const server = await jellyfin()
  const first = setup()
  const { id } = await first.sources.add(bodyOf(server))
  await first.sources.stop()
  const second = setup({ db: first.db, folder: first.folder })
  second.sources.start()
  await second.until(() => second.sources.find(id)?.status.state === 'ok')
})

test('unknown fields of credentials and options are refused by name', async () => {
  const { sources } = setup()
  const body = bodyOf({ url: 'http://127.0.0.1:9', apiKey: 'x' })
  await expect(sources.add({ ...body, credentials: { apiKey: 'x', colour: 'red' } })).rejects.toThrow(/credentials/)
  await expect(sources.add({ ...body, options: { colour: 'red' } })).rejects.toThrow(/options/)
  await expect(sources.add({ ...body, url: 'ftp://box' })).rejects.toThrow(/url/)
})

test('people who only watch see no address of a source', () => {
  const source = {
    id: 's',
    url: 'http://10.0.0.2',
    fingerprint: 'AA',
    options: { visibleToViewers: true },
  } as unknown as Source
  const watch = (person: unknown, action: string) => action === 'view-sessions' && person !== null
  expect(seenSource(watch as never, { person: {} as never }, source)).toMatchObject({ url: '', fingerprint: null })
  expect(seenSource(() => false, { person: {} as never }, source)).toBeNull()
})
