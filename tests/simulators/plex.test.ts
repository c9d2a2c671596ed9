import { describe, expect, it } from 'vitest'
import { busy } from './plex/busy.ts'
import { run, SECOND, START, type Wire } from './plex-harness.ts'

describe('who may ask', () => {
  it('tells its identity to anybody and nothing else', async () => {
    const { call, machineIdentifier } = await run({ version: '1.41.0' })
    const identity = (await call('/identity', { token: null })).json()['MediaContainer']
    expect(identity).toMatchObject({ machineIdentifier, version: '1.41.0', claimed: true })
    for (const path of ['/', '/status/sessions', '/library/sections', '/accounts', '/nowhere']) {
      expect((await call(path, { token: null })).status).toBe(401)
      expect((await call(path, { token: 'wrong' })).status).toBe(401)
    }
    expect((await call('/nowhere')).status).toBe(404)
  })

  it('takes the token as an argument too', async () => {
    const { call, token } = await run({ name: 'Attic' })
    const root = (await call(`/?X-Plex-Token=${token}`, { token: null })).json()['MediaContainer']
    expect(root).toMatchObject({ friendlyName: 'Attic', myPlexUsername: 'owner', transcoderActiveVideoSessions: 0 })
  })

  it.each([
    ['1.46.2', 401],
    ['1.47.0', 403],
  ])('in %s refuses the sessions to a member with %i', async (version, status) => {
    const { call, sim } = await run({ version })
    const token = sim.memberToken('grace')
    expect((await call('/status/sessions', { token })).status).toBe(status)
    expect((await call('/library/sections', { token })).status).toBe(200)
  })
})

describe('the shape of answers', () => {
  it('writes nearly every scalar of a session as a string', async () => {
    const { sim, sessions } = await run()
    const { id } = sim.scenario('transcode-hdr', { user: 'ada' })
    const [session] = await sessions()
    expect(session).toMatchObject({ sessionKey: '1', viewOffset: '0', duration: '900000', librarySectionID: '1' })
    expect(session).toMatchObject({ Media: [{ selected: '1', width: '1920', Part: [{ decision: 'transcode' }] }] })
    expect(session).toMatchObject({ User: { id: '5000002', title: 'ada' } })
    expect(session?.['Player']).toMatchObject({ local: true, relayed: false, secure: true, userID: 5_000_002 })
    expect(session?.['Session']).toEqual({ id, bandwidth: 24_000, location: 'lan' })
  })

  it.each(['number', 'boolean'] as const)('writes flags as a %s in some builds', async (flags) => {
    const { sim, sessions } = await run({ flags })
    sim.scenario('live-tv')
    const flag = flags === 'number' ? 1 : true
    expect((await sessions())[0]).toMatchObject({ live: flag, Media: [{ selected: flag, height: '1080' }] })
  })

  it('has no list at all when nobody plays', async () => {
    const { call } = await run()
    expect((await call('/status/sessions')).json()).toEqual({ MediaContainer: { size: 0 } })
  })

  it('writes XML for those who do not ask for JSON', async () => {
    const { call, sim } = await run()
    sim.scenario('music')
    sim.catalogue.add({ title: 'Tom & "Jerry" <3', section: 'Films' })
    sim.play({ item: 'Tom & "Jerry" <3' })
    const { text } = await call('/status/sessions', { headers: { accept: '*/*' } })
    expect(text).toContain('<MediaContainer size="2">')
    expect(text).toMatch(/<Track [^>]*sessionKey="1"/)
    expect(text).toContain('title="Tom &amp; &quot;Jerry&quot; &lt;3"')
    expect(text).toMatch(/<Player [^>]*local="1" relayed="0" secure="1"/)
  })
})

describe('positions', () => {
  it('reports where the player was ten seconds ago at most, and stands while paused', async () => {
    const { sim, clock, sessions } = await run()
    const { key } = sim.play({ item: 'A Trip to the Moon', positionMs: 60 * SECOND })
    const offset = async () => Number((await sessions())[0]?.['viewOffset'])
    clock.now += 19 * SECOND
    expect(await offset()).toBe(70 * SECOND)
    sim.pause(key)
    expect(await offset()).toBe(79 * SECOND)
    clock.now += 60 * SECOND
    expect(await offset()).toBe(79 * SECOND)
    expect((await sessions())[0]).toMatchObject({ Player: { state: 'paused' } })
    sim.resume(key)
    sim.seek(key, 890 * SECOND)
    clock.now += 10 * SECOND
    expect(await sessions()).toEqual([])
  })

  it('keeps only what was seen to the end, with neither a time watched nor a name', async () => {
    const { sim, list, clock } = await run()
    sim.end(sim.play({ item: 'Nosferatu' }).key)
    const { accountId } = sim.play({ item: 'A Trip to the Moon', user: 'grace' })
    clock.now += 900 * SECOND
    sim.tick()
    sim.remember({ item: 'Sintel', user: 'ada' }, START / 1000 - 86_400)
    const all = await list('/status/sessions/history/all?sort=viewedAt:desc')
    expect(all.map((entry) => entry['title'])).toEqual(['A Trip to the Moon', 'Sintel'])
    expect(all[0]).toMatchObject({ viewedAt: START / 1000 + 900, accountID: accountId, librarySectionID: '1' })
    expect(Object.keys(all[0] as Wire)).not.toEqual(expect.arrayContaining(['viewOffset']))
    const window = '&X-Plex-Container-Start=1&X-Plex-Container-Size=1'
    expect(await list(`/status/sessions/history/all?sort=viewedAt:desc${window}`)).toMatchObject([{ title: 'Sintel' }])
    expect(await list(`/status/sessions/history/all?viewedAt>=${START / 1000}`)).toHaveLength(1)
    expect(await list(`/status/sessions/history/all?accountID=${accountId}`)).toHaveLength(1)
    sim.catalogue.remove('Sintel')
    expect((await list('/status/sessions/history/all'))[0]).not.toHaveProperty('ratingKey')
  })

  it('names its accounts, the owner as 1 and nobody as 0', async () => {
    const { sim, list } = await run({ owner: 'nora' })
    sim.play({ user: 'ada' })
    const accounts = await list('/accounts', 'Account')
    expect(accounts.map(({ id, name }) => [id, name])).toEqual([
      [0, ''],
      [1, 'nora'],
      [5_000_002, 'ada'],
    ])
  })
})

describe('statistics', () => {
  it('counts the bytes that really flow and the load of each six seconds', async () => {
    const { sim, list, clock } = await run()
    sim.scenario('absurd-bandwidth')
    sim.scenario('relayed')
    clock.now += 12 * SECOND
    const flows = await list('/statistics/bandwidth?timespan=6', 'StatisticsBandwidth')
    expect(flows).toHaveLength(24)
    const bytesOf = (lan: boolean) =>
      flows.filter((flow) => flow['lan'] === lan).reduce((sum, { bytes }) => sum + Number(bytes), 0)
    expect((bytesOf(true) * 8) / 12 / 1000).toBeGreaterThan(6000)
    expect((bytesOf(true) * 8) / 12 / 1000).toBeLessThan(10_000)
    expect((bytesOf(false) * 8) / 12 / 1000).toBeLessThan(2200)
    const loads = await list('/statistics/resources?timespan=6', 'StatisticsResources')
    expect(loads.map(({ at }) => Number(at) % 6)).toEqual([0, 0])
  })

  it('has none without a Plex Pass', async () => {
    const { call } = await run({ plexPass: false })
    expect((await call('/statistics/resources')).status).toBe(401)
    expect((await call('/statistics/bandwidth')).status).toBe(401)
  })
})

describe('a busy household', () => {
  it('does the same for the same seed and clock', async () => {
    const evening = async () => {
      const { sim, clock } = await run({ seed: 3 })
      const household = busy(sim, { seed: 3, everyMs: 0 })
      for (let step = 0; step < 600; step += 1) {
        clock.now += SECOND
        sim.tick()
        household.step()
      }
      household.stop()
      return sim.past().map(({ type, at, sessionId }) => `${type} ${at} ${sessionId}`)
    }
    const first = await evening()
    expect(first.filter((line) => line.startsWith('play ')).length).toBeGreaterThan(8)
    expect(await evening()).toEqual(first)
  })
})
