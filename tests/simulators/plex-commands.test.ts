import { describe, expect, it } from 'vitest'
import { connect, listen, run, SECOND } from './plex-harness.ts'

describe('termination', () => {
  it.each(['POST', 'GET', 'DELETE'])('takes %s, tells the viewer why, and ends the session', async (method) => {
    const { sim, call, sessions } = await run()
    const { id } = sim.scenario('direct-play')
    const told = sim.next('message')
    const answer = await call(`/status/sessions/terminate?sessionId=${id}&reason=Bed%20time`, { method })
    expect([answer.status, answer.text]).toEqual([200, ''])
    expect((await told).detail).toEqual({ reason: 'Bed time' })
    expect(await sessions()).toEqual([])
  })

  it('refuses with 401 without a Plex Pass, 403 without an id, and 404 for what is gone', async () => {
    const { sim, call } = await run()
    const { key, id } = sim.scenario('direct-play')
    const statusOf = async (query: string) =>
      (await call(`/status/sessions/terminate${query}`, { method: 'POST' })).status
    expect([await statusOf(''), await statusOf('?sessionId='), await statusOf(`?sessionId=${key}`)]).toEqual([
      403, 403, 404,
    ])
    sim.end(key)
    expect(await statusOf(`?sessionId=${id}`)).toBe(404)
    sim.settings.plexPass = false
    expect(await statusOf(`?sessionId=${id}`)).toBe(401)
  })

  it('says yes to a client that goes on playing', async () => {
    const { sim, call, sessions } = await run()
    const { id, key } = sim.scenario('stuck-client')
    expect((await call(`/status/sessions/terminate?sessionId=${id}`, { method: 'POST' })).status).toBe(200)
    expect(await sessions()).toHaveLength(1)
    expect(sim.messages(key)).toEqual([])
  })

  it('takes a while when the player does', async () => {
    const { sim, call, sessions } = await run({ stopDelayMs: 30 })
    const { id } = sim.scenario('direct-play')
    const stopped = sim.next('stopped')
    await call(`/status/sessions/terminate?sessionId=${id}`, { method: 'POST' })
    await stopped
    expect(await sessions()).toEqual([])
  })
})

describe('notifications', () => {
  it('sends one object an event, under its name', async () => {
    const running = await run()
    const ear = await listen(running)
    const { sim } = running
    const { key, ratingKey, machineIdentifier } = sim.scenario('transcode-hdr')
    expect(await ear.next('playing')).toMatchObject({
      PlaySessionStateNotification: {
        sessionKey: key,
        ratingKey,
        clientIdentifier: machineIdentifier,
        viewOffset: 0,
        state: 'playing',
      },
    })
    expect(await ear.next('transcodeSession.start')).toMatchObject({ TranscodeSession: { videoDecision: 'transcode' } })
    sim.end(key)
    expect(await ear.next('playing')).toMatchObject({ PlaySessionStateNotification: { state: 'stopped' } })
    await ear.next('transcodeSession.end')
  })

  it('pings and nudges each ten seconds, and nothing in between', async () => {
    const running = await run()
    const { sim, clock } = running
    sim.scenario('direct-play')
    const ear = await listen(running)
    clock.now += 9 * SECOND
    sim.tick()
    clock.now += SECOND
    sim.tick()
    expect(await ear.next('ping')).toEqual({})
    expect(ear.heard).toHaveLength(2)
    expect(await ear.next('playing')).toMatchObject({ PlaySessionStateNotification: { viewOffset: 10_000 } })
  })

  it('sends only the types that were asked for', async () => {
    const running = await run()
    const ear = await listen(running, '&filters=playing,timeline')
    running.sim.scenario('transcode-hdr')
    running.sim.streams.announce('activity', 'ActivityNotification', {})
    running.sim.streams.announce('timeline', 'TimelineEntry', { itemID: '301', state: 5 })
    await ear.next('timeline')
    expect(ear.heard).toHaveLength(2)
  })

  it('tells a member of their own players only', async () => {
    const running = await run()
    const ear = await listen(running, '', running.sim.memberToken('grace'))
    running.sim.play({ user: 'ada' })
    running.sim.play({ user: 'grace' })
    expect(await ear.next('playing')).toMatchObject({ PlaySessionStateNotification: { sessionKey: '2' } })
    expect(ear.heard).toHaveLength(1)
  })

  it.each(['/:/websockets/notifications', '/:/websocket/notifications'])('sends lists of one over %s', async (path) => {
    const running = await run()
    const ear = await connect(running, path)
    const { key } = running.sim.scenario('direct-play')
    running.sim.pause(key)
    expect(await ear.next('playing')).toMatchObject({ size: 1, PlaySessionStateNotification: [{ state: 'playing' }] })
    expect(await ear.next('playing')).toMatchObject({ PlaySessionStateNotification: [{ state: 'paused' }] })
  })

  it('refuses streams and sockets without a token', async () => {
    const running = await run()
    expect((await running.call('/:/eventsource/notifications', { token: null })).status).toBe(401)
    await expect(connect({ ...running, token: 'wrong' })).rejects.toThrow('401')
    await expect(connect(running, '/:/elsewhere')).rejects.toThrow('404')
  })

  it('drops its streams, and spoils those that a fault hits', async () => {
    const running = await run()
    const { sim, call } = running
    await listen(running)
    await connect(running)
    expect(sim.streams.count()).toBe(2)
    const closed = sim.next('stream-close', () => sim.streams.count() === 0)
    sim.streams.drop()
    await closed
    sim.faults.set('status 502', '/:/eventsource/notifications')
    sim.faults.set('garbage', '/status/sessions')
    expect((await call('/:/eventsource/notifications')).status).toBe(502)
    expect((await call('/status/sessions')).text).toContain('<html>')
    expect(sim.requests.count('/status/sessions')).toBe(1)
  })

  it('comes back under the same address with its sessions', async () => {
    const running = await run()
    const { sim, url, sessions } = running
    const { key } = sim.scenario('direct-play')
    await sim.stop()
    await expect(sessions()).rejects.toThrow()
    await sim.start(Number(new URL(url).port))
    expect(await sessions()).toHaveLength(1)
    const ear = await connect(running)
    sim.end(key)
    expect(await ear.next('playing')).toMatchObject({ PlaySessionStateNotification: [{ state: 'stopped' }] })
  })
})
