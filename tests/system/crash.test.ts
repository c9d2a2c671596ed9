import { expect, onTestFinished, test } from 'vitest'
import type { Person } from '#protocol/person.ts'
import type { Source } from '#protocol/source.ts'
import { type Appliance, claimCode, startAppliance } from './appliance.ts'
import { allOf, type Signed } from './client.ts'
import { dataInTest } from './running.ts'

const rounds = 20
const writesPerRound = 24

/** What the appliance has said yes to, and so must still know after any crash. */
interface Acknowledged {
  people: Set<string>
  sources: Set<string>
  keys: Set<string>
  removedSources: Set<string>
  siteName: { sent: number; acknowledged: number }
}

type Write = (app: Appliance, token: string, known: Acknowledged) => Promise<boolean>

let made = 0
const addPerson: Write = async (app, token, known) => {
  made += 1
  const body = { username: `Person ${made}`, password: `password ${made}`, role: 'support' }
  const { status, body: person } = await app.api<Person>('POST', '/users', body, token)
  if (status === 201) known.people.add(person.id)
  return status === 201
}

const addSource: Write = async (app, token, known) => {
  made += 1
  const body = { kind: 'jellyfin', name: `Source ${made}`, url: 'http://127.0.0.1:9', credentials: { apiKey: 'k' } }
  const { status, body: source } = await app.api<Source>('POST', '/sources', body, token)
  if (status === 201) known.sources.add(source.id)
  return status === 201
}

const removeSource: Write = async (app, token, known) => {
  const [id] = known.sources
  if (!id) return true
  known.sources.delete(id)
  const { status } = await app.api('DELETE', `/sources/${id}`, undefined, token)
  if (status === 204) known.removedSources.add(id)
  return status === 204
}

const addKey: Write = async (app, token, known) => {
  made += 1
  const { status, body } = await app.api<{ id: string }>('POST', '/api-keys', { name: `Key ${made}` }, token)
  if (status === 201) known.keys.add(body.id)
  return status === 201
}

const nameSite: Write = async (app, token, { siteName }) => {
  siteName.sent += 1
  const mine = siteName.sent
  const { status } = await app.api('PUT', '/settings', { siteName: `Site ${mine}` }, token)
  if (status === 200) siteName.acknowledged = Math.max(siteName.acknowledged, mine)
  return status === 200
}

const writers: Write[] = [addPerson, addSource, nameSite, addKey, removeSource]

/** Writes from all sides until enough was acknowledged, then kills the process while the writers go on. */
const writeUntilKilled = async (app: Appliance, token: string, known: Acknowledged): Promise<void> => {
  let alive = true
  let acknowledged = 0
  const enough = Promise.withResolvers<void>()
  const loops = writers.map(async (write) => {
    while (alive) {
      const done = await write(app, token, known).catch((cause: unknown) => {
        if (alive) throw cause
        return false
      })
      if (!done && alive) throw new Error('A write was refused.')
      acknowledged += 1
      if (acknowledged === writesPerRound) enough.resolve()
    }
  })
  await Promise.race([enough.promise, ...loops])
  alive = false
  await app.kill()
  await Promise.all(loops)
}

const lostOf = async (app: Appliance, token: string, known: Acknowledged) => {
  const idsOf = async (path: string) => new Set((await allOf<{ id: string }>(app, path, token)).map(({ id }) => id))
  const [people, sources, keys] = [await idsOf('/users'), await idsOf('/sources'), await idsOf('/api-keys')]
  const missing = (wanted: Set<string>, found: Set<string>) => [...wanted].filter((id) => !found.has(id))
  const { body } = await app.api<{ siteName: string }>('GET', '/settings', undefined, token)
  const site = Number(body.siteName.replace('Site ', ''))
  return {
    people: missing(known.people, people),
    sources: missing(known.sources, sources),
    keys: missing(known.keys, keys),
    backFromTheDead: [...known.removedSources].filter((id) => sources.has(id)),
    siteNameIsOlder: site < known.siteName.acknowledged || site > known.siteName.sent,
  }
}

const nothing = { people: [], sources: [], keys: [], backFromTheDead: [], siteNameIsOlder: false }

test('kill -9 under load, twenty times, loses no acknowledged write', async () => {
  const data = dataInTest()
  const known: Acknowledged = {
    ...{ people: new Set(), sources: new Set(), keys: new Set(), removedSources: new Set() },
    siteName: { sent: 0, acknowledged: 0 },
  }
  const start = () => startAppliance({ data })
  let app = await start()
  onTestFinished(async () => void (await app.kill()))
  const owner: Signed = await app.claim(claimCode)
  for (let round = 0; round < rounds; round += 1) {
    await writeUntilKilled(app, owner.token, known)
    app = await start()
    expect(await lostOf(app, owner.token, known)).toEqual(nothing)
  }
  expect(known.people.size).toBeGreaterThan(rounds)
  const { body } = await app.api('GET', '/system', undefined, owner.token)
  expect(body).toMatchObject({ recovered: null })
}, 120_000)
