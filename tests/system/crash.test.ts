import { expect, onTestFinished, test } from 'vitest'
import type { Person } from '#protocol/person.ts'
import type { Source } from '#protocol/source.ts'
import { type Appliance, claimCode, startAppliance } from './appliance.ts'
import { allOf, type Signed } from './client.ts'
import { dataInTest } from './running.ts'

const rounds = 20

/** What the appliance has said yes to, and so must still know after any crash. */
interface Acknowledged {
  people: Set<string>
  sources: Set<string>
  keys: Set<string>
  removedSources: Set<string>
  siteName: { sent: number; acknowledged: number }
}

type Write = (app: Appliance, token: string, known: Acknowledged) => Promise<void>

const demand = (status: number, wanted: number, body: unknown) => {
  if (status !== wanted) throw new Error(`A write was answered with ${status}: ${JSON.stringify(body)}`)
}

let made = 0
const addPerson: Write = async (app, token, known) => {
  made += 1
  const body = { username: `Person ${made}`, password: `password ${made}`, role: 'support' }
  const { status, body: person } = await app.api<Person>('POST', '/users', body, token)
  demand(status, 201, person)
  known.people.add(person.id)
}

const addSource: Write = async (app, token, known) => {
  made += 1
  const body = { kind: 'jellyfin', name: `Source ${made}`, url: 'http://127.0.0.1:9', credentials: { apiKey: 'k' } }
  const { status, body: source } = await app.api<Source>('POST', '/sources', body, token)
  demand(status, 201, source)
  known.sources.add(source.id)
}

const removeSource: Write = async (app, token, known) => {
  const [id] = known.sources
  if (!id) return
  known.sources.delete(id)
  const { status, body } = await app.api('DELETE', `/sources/${id}`, undefined, token)
  demand(status, 204, body)
  known.removedSources.add(id)
}

/** A person has 50 keys at most, so the oldest makes room. */
const addKey: Write = async (app, token, known) => {
  const [oldest] = known.keys.size > 30 ? known.keys : []
  if (oldest) {
    known.keys.delete(oldest)
    const removed = await app.api('DELETE', `/api-keys/${oldest}`, undefined, token)
    demand(removed.status, 204, removed.body)
  }
  made += 1
  const { status, body } = await app.api<{ id: string }>('POST', '/api-keys', { name: `Key ${made}` }, token)
  demand(status, 201, body)
  known.keys.add(body.id)
}

const nameSite: Write = async (app, token, { siteName }) => {
  siteName.sent += 1
  const mine = siteName.sent
  const { status, body } = await app.api('PUT', '/settings', { siteName: `Site ${mine}` }, token)
  demand(status, 200, body)
  siteName.acknowledged = Math.max(siteName.acknowledged, mine)
}

const writers: Write[] = [addPerson, addSource, nameSite, addKey, removeSource]

/** Two calm rounds of writes, then a burst of them, in the middle of which the process is killed. */
const writeUntilKilled = async (app: Appliance, token: string, known: Acknowledged, answers: number): Promise<void> => {
  for (let round = 0; round < 2; round += 1) await Promise.all(writers.map((write) => write(app, token, known)))
  let left = answers
  const enough = Promise.withResolvers<void>()
  const burst = [...writers, ...writers, ...writers].map(async (write) => {
    await write(app, token, known)
    left -= 1
    if (left === 0) enough.resolve()
  })
  const settled = Promise.allSettled(burst)
  await Promise.race([enough.promise, settled])
  await app.kill()
  await settled
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
    await writeUntilKilled(app, owner.token, known, 1 + (round % 12))
    app = await start()
    expect(await lostOf(app, owner.token, known)).toEqual(nothing)
  }
  expect(known.people.size).toBeGreaterThan(rounds)
  const { body } = await app.api('GET', '/system', undefined, owner.token)
  expect(body).toMatchObject({ recovered: null })
}, 120_000)
