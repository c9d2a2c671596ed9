import { describe, expect, it } from 'vitest'
import { type Asking, run, runTv, SECOND, type Wire } from './plex-harness.ts'

const MINUTE = 60 * SECOND
const form = (fields: Record<string, string>): Asking => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
})

describe('sign-in by pin', () => {
  it('gives a token to the client that asked, once somebody agreed', async () => {
    const { tv, call } = await runTv()
    tv.addAccount({ username: 'nora' })
    const created = await call('/api/v2/pins?strong=true', { method: 'POST', headers: { 'x-plex-product': 'Belfry' } })
    const pin = created.json()
    expect(created.status).toBe(201)
    expect(pin).toMatchObject({ authToken: null, expiresIn: 1800, clientIdentifier: 'belfry-1', product: 'Belfry' })
    expect(String(pin['code'])).toHaveLength(25)
    expect((await call(`/api/v2/pins/${pin['id']}`)).json()).toMatchObject({ authToken: null })
    const other = await call(`/api/v2/pins/${pin['id']}`, { headers: { 'x-plex-client-identifier': 'somebody' } })
    expect([other.status, other.json()]).toMatchObject([404, { errors: [{ code: 1020 }] }])
    expect(tv.approve(String(pin['code']), 'nora')).toBe(true)
    const token = String((await call(`/api/v2/pins/${pin['id']}`)).json()['authToken'])
    expect((await call('/api/v2/user', { token })).json()).toMatchObject({ username: 'nora', authToken: token })
  })

  it('forgets a pin when its time is over', async () => {
    const { tv, call, clock } = await runTv()
    const pin = (await call('/api/v2/pins', { method: 'POST' })).json()
    expect([String(pin['code']).length, pin['expiresIn']]).toEqual([4, 900])
    clock.now += 15 * MINUTE
    expect((await call(`/api/v2/pins/${pin['id']}`)).status).toBe(404)
    tv.addAccount({ username: 'nora' })
    expect(tv.approve(String(pin['code']), 'nora')).toBe(false)
  })

  it('tells who polls too often, for a minute', async () => {
    const { call, clock } = await runTv({ pollsPerMinute: 2 })
    const { id } = (await call('/api/v2/pins', { method: 'POST' })).json()
    const poll = async () => (await call(`/api/v2/pins/${id}`)).status
    expect([await poll(), await poll(), await poll()]).toEqual([200, 200, 429])
    clock.now += MINUTE
    expect(await poll()).toBe(200)
  })

  it('wants to know the client, and knows no wrong token', async () => {
    const { call } = await runTv()
    const nameless = await call('/api/v2/pins', { method: 'POST', headers: { 'x-plex-client-identifier': '' } })
    expect([nameless.status, nameless.json()]).toMatchObject([400, { errors: [{ code: 1000 }] }])
    const refused = await call('/api/v2/user', { token: 'wrong', headers: { accept: 'text/xml' } })
    expect(refused.status).toBe(401)
    expect(refused.text).toContain('<error code="1001"')
  })
})

describe('sign-in by name and password', () => {
  const login = 'nora@example.net'

  it('takes the name or the address, and ends with the token', async () => {
    const { tv, call } = await runTv()
    tv.addAccount({ username: 'nora', password: 'p&ss wörd+%' })
    const answer = await call('/api/v2/users/signin', form({ login, password: 'p&ss wörd+%', rememberMe: 'true' }))
    expect([answer.status, answer.json()]).toMatchObject([201, { username: 'nora', email: login }])
    const token = String(answer.json()['authToken'])
    expect((await call('/api/v2/users/signout', { method: 'DELETE', token })).status).toBe(204)
    expect((await call('/api/v2/user', { token })).status).toBe(401)
  })

  it('asks for the second factor with a code of its own', async () => {
    const { tv, call } = await runTv()
    tv.addAccount({ username: 'nora', verificationCode: '123456' })
    const fields = { login: 'nora', password: 'nora-secret' }
    const answer = await call('/api/v2/users/signin', form(fields))
    expect([answer.status, answer.json()]).toMatchObject([401, { errors: [{ code: 1029 }] }])
    expect((await call('/api/v2/users/signin', form({ ...fields, verificationCode: '123456' }))).status).toBe(201)
  })

  it('lets nobody in for ten minutes after too many attempts, the right password neither', async () => {
    const { tv, call, clock } = await runTv({ failedSignIns: 2 })
    tv.addAccount({ username: 'nora' })
    const attempt = async (password: string) =>
      (await call('/api/v2/users/signin', form({ login: 'nora', password }))).status
    expect([await attempt('a'), await attempt('b'), await attempt('nora-secret')]).toEqual([401, 401, 429])
    clock.now += 10 * MINUTE
    expect(await attempt('nora-secret')).toBe(201)
  })
})

async function household() {
  const pms = await run()
  const online = await runTv()
  const { tv } = online
  for (const username of ['nora', 'ada', 'mallory']) tv.addAccount({ username })
  tv.publish('nora', pms.sim.published())
  tv.share(pms.machineIdentifier, 'ada', ['Films'])
  return { ...online, pms, nora: tv.token('nora'), ada: tv.token('ada'), mallory: tv.token('mallory') }
}

describe('resources', () => {
  const resourcesOf = async (
    call: Awaited<ReturnType<typeof runTv>>['call'],
    token: string,
    query = '?includeHttps=1',
  ) => (await call(`/api/v2/resources${query}`, { token })).json() as unknown as Wire[]

  it('gives each person a token for that server alone', async () => {
    const { call, pms, nora, ada, mallory } = await household()
    const [own] = await resourcesOf(call, nora)
    const [lent] = await resourcesOf(call, ada)
    expect(own).toMatchObject({
      clientIdentifier: pms.machineIdentifier,
      provides: 'server',
      owned: true,
      ownerId: null,
    })
    expect(lent).toMatchObject({ clientIdentifier: pms.machineIdentifier, owned: false, sourceTitle: 'nora' })
    const statusOf = async (path: string, token: unknown) => (await pms.call(path, { token: String(token) })).status
    expect(await statusOf('/status/sessions', own?.['accessToken'])).toBe(200)
    expect(await statusOf('/status/sessions', lent?.['accessToken'])).toBe(401)
    expect(await statusOf('/library/sections', lent?.['accessToken'])).toBe(200)
    expect(await statusOf('/library/sections', ada)).toBe(401)
    expect(await resourcesOf(call, mallory)).toEqual([])
  })

  it('names relays and addresses with certificates only when asked', async () => {
    const { call, nora } = await household()
    const connectionsOf = async (query: string) => (await resourcesOf(call, nora, query))[0]?.['connections'] as Wire[]
    expect((await connectionsOf('')).map(({ protocol }) => protocol)).toEqual(['http', 'http'])
    expect((await connectionsOf('?includeHttps=1'))[0]?.['uri']).toMatch(/^https:\/\/127-0-0-1\..*\.plex\.direct:/)
    expect((await connectionsOf('?includeRelay=1')).map(({ relay }) => relay)).toEqual([false, false, true])
  })

  it('lets anybody publish a server at any address and under any identifier', async () => {
    const { tv, call, pms, mallory } = await household()
    const { hostname, port } = new URL(pms.url)
    const connections = [{ address: hostname, port: Number(port), uri: pms.url, local: true, relay: false }]
    tv.register('mallory', { name: 'Plex', clientIdentifier: 'evil', connections })
    tv.register('mallory', { name: 'Plex', clientIdentifier: pms.machineIdentifier, connections })
    tv.register('mallory', { name: 'Web', clientIdentifier: 'browser', provides: 'client,player' })
    const [evil, copy, browser] = await resourcesOf(call, mallory)
    expect(evil).toMatchObject({ owned: true, clientIdentifier: 'evil', accessToken: expect.any(String) })
    expect(copy).toMatchObject({ owned: true, clientIdentifier: pms.machineIdentifier })
    expect(browser?.['accessToken']).toBeNull()
    for (const fake of [evil, copy]) {
      expect((await pms.call('/library/sections', { token: String(fake?.['accessToken']) })).status).toBe(401)
    }
  })
})

describe('people and what they may see', () => {
  const sharesOf = async ({ call, pms, nora }: Awaited<ReturnType<typeof household>>) =>
    (await call(`/api/servers/${pms.machineIdentifier}/shared_servers`, { token: nora })).text

  it('lists users in XML whatever was asked for, and friends in JSON', async () => {
    const { tv, call, nora } = await household()
    tv.joinHome('nora', 'mallory')
    const users = (await call('/api/users', { token: nora })).text
    expect(users).toMatch(/<User [^>]*username="ada"/)
    expect(users).toMatch(/<Server [^>]*numLibraries="1" allLibraries="0"/)
    const friends = (await call('/api/v2/friends', { token: nora })).json()
    expect(friends).toMatchObject([{ username: 'ada', status: 'accepted', sharedServers: [{ numLibraries: 1 }] }])
    const home = (await call('/api/home/users', { token: nora })).text
    expect(home.match(/username="\w+"/g)).toEqual(['username="nora"', 'username="mallory"'])
  })

  it('has ids of its own for the sections of a server', async () => {
    const { call, pms, nora, ada } = await household()
    const path = `/api/servers/${pms.machineIdentifier}`
    const { text } = await call(path, { token: nora })
    expect(text).toContain('<Section id="1001" key="1" type="movie" title="Films"/>')
    expect(text).toContain('<Section id="1003" key="5" type="artist" title="Music"/>')
    expect((await call(path, { token: ada })).status).toBe(404)
  })

  it('changes shares by those ids and no others', async () => {
    const house = await household()
    const { call, pms, nora, tv } = house
    const path = `/api/servers/${pms.machineIdentifier}/shared_servers`
    const [, id] = /<SharedServer id="(\d+)"/.exec(await sharesOf(house)) ?? []
    const put = async (ids: unknown) => {
      const body = JSON.stringify({ server_id: pms.machineIdentifier, shared_server: { library_section_ids: ids } })
      const headers = { 'content-type': 'application/json' }
      return (await call(`${path}/${id}`, { method: 'PUT', token: nora, headers, body })).status
    }
    expect(await put([1, 2])).toBe(400)
    expect(await put([])).toBe(400)
    expect(await sharesOf(house)).toMatch(/<Section id="1001" key="1" [^>]*shared="1"/)
    expect(await put([1002, 1003])).toBe(200)
    expect(await sharesOf(house)).toMatch(/<Section id="1001" key="1" [^>]*shared="0"/)
    tv.share(pms.machineIdentifier, 'mallory', 'all')
    expect(await sharesOf(house)).toMatch(/username="mallory"[^>]*allLibraries="1"/)
  })

  it('creates a share once, and takes the token away with it', async () => {
    const house = await household()
    const { call, pms, nora, mallory, tv } = house
    const path = `/api/servers/${pms.machineIdentifier}/shared_servers`
    const account = (await call('/api/v2/user', { token: mallory })).json()
    const wish = { library_section_ids: [1001], invited_id: account['id'] }
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ server_id: pms.machineIdentifier, shared_server: wish })
    const create = async () => (await call(path, { method: 'POST', token: nora, headers, body })).status
    expect([await create(), await create()]).toEqual([200, 400])
    const [, id, token = ''] =
      /<SharedServer id="(\d+)" username="mallory"[^>]*accessToken="(\w+)"/.exec(await sharesOf(house)) ?? []
    expect((await pms.call('/library/sections', { token })).status).toBe(200)
    expect((await call(`${path}/${id}`, { method: 'DELETE', token: nora })).status).toBe(200)
    expect((await pms.call('/library/sections', { token })).status).toBe(401)
    expect((await call(`${path}/${id}`, { method: 'DELETE', token: nora })).status).toBe(404)
    expect(tv.past('unshared')).toHaveLength(1)
  })
})
