import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { flush, listen, run, SECOND, subscribe, tokenOf, type Wire } from './jellyfin-harness.ts'

describe('the socket', () => {
  it('says how long it waits, then nothing until something changes', async () => {
    const running = await run()
    running.sim.scenario('idle')
    const ear = await listen(running)
    expect(ear.heard).toMatchObject([{ MessageType: 'ForceKeepAlive', Data: 60 }])
    await subscribe(running, ear)
    running.clock.now += 30 * SECOND
    running.sim.tick()
    expect(await flush(ear)).toHaveLength(0)
    running.sim.play()
    expect(await flush(ear)).not.toHaveLength(0)
  })

  it('sends progress at most once an interval', async () => {
    const running = await run()
    running.sim.play()
    const ear = await listen(running)
    await subscribe(running, ear)
    for (let second = 0; second < 10; second += 1) {
      running.clock.now += SECOND
      running.sim.tick()
    }
    expect(await flush(ear)).toHaveLength(5)
  })

  it('appears itself as a session of the key, until it closes', async () => {
    const running = await run({ apiKeyName: 'Watcher' })
    const ear = await listen(running)
    expect(await running.sessions()).toMatchObject([
      { Client: 'Watcher', DeviceId: 'listener', DeviceName: 'Listener' },
    ])
    const closed = running.sim.next('socket-close')
    ear.socket.close()
    await closed
    expect(await running.sessions()).toHaveLength(0)
  })

  it('takes the key as an argument and refuses a wrong one with 403', async () => {
    const running = await run()
    const ear = await listen(running, `/socket?ApiKey=${running.apiKey}&deviceId=belfry`, {})
    expect(ear.socket.readyState).toBe(WebSocket.OPEN)
    const refused = new WebSocket(`${running.url.replace('http', 'ws')}/socket?ApiKey=wrong`)
    const [error] = (await once(refused, 'error')) as [Error]
    expect(error.message).toContain('403')
  })

  it('lets no API key subscribe before 10.10.6, and no plain user before 10.11', async () => {
    const old = await run({ version: '10.10.5' })
    const ear = await listen(old)
    ear.say({ MessageType: 'SessionsStart', Data: '0,1500' })
    old.sim.play()
    expect(await flush(ear)).toHaveLength(0)
    const newer = await run({ version: '10.10.7' })
    newer.sim.addUser({ name: 'ada', password: 'ada-secret' })
    const member = await listen(newer, '/socket', {
      authorization: `MediaBrowser Token="${await tokenOf(newer, 'ada')}"`,
    })
    member.say({ MessageType: 'SessionsStart', Data: '0,1500' })
    newer.sim.play()
    expect(await flush(member)).toHaveLength(0)
  })

  it('sends the inner shape of a session before 10.11.7 and the public one after', async () => {
    for (const [version, isRaw] of [
      ['10.11.6', true],
      ['10.11.7', false],
      ['12.0.0', false],
    ] as const) {
      const running = await run({ version })
      const ear = await listen(running)
      await subscribe(running, ear)
      running.sim.play()
      const [frame] = await flush(ear)
      const ghost = (frame?.['Data'] as Wire[] | undefined)?.find((session) => session['DeviceId'] === 'listener')
      expect('Capabilities' in (ghost ?? {})).toBe(!isRaw)
    }
  })

  it('loses a socket that keeps silent for a minute: closed from 12.0, forgotten before', async () => {
    for (const [version, closes] of [
      ['12.0.0', true],
      ['10.11.6', false],
    ] as const) {
      const running = await run({ version })
      const ear = await listen(running)
      const warned = ear.next('ForceKeepAlive')
      running.clock.now += 50 * SECOND
      running.sim.tick()
      await warned
      const closed = once(ear.socket, 'close')
      running.clock.now += 15 * SECOND
      running.sim.tick()
      if (closes) await closed
      else await flush(ear)
      expect(running.sim.sockets.count()).toBe(closes ? 0 : 1)
    }
  })

  it('can be cut', async () => {
    const running = await run()
    const ear = await listen(running)
    const closed = once(ear.socket, 'close')
    running.sim.sockets.drop()
    expect((await closed)[0]).toBe(1006)
  })

  it('falls silent without closing when muted', async () => {
    const running = await run()
    const ear = await listen(running)
    await subscribe(running, ear)
    running.sim.sockets.mute(true)
    running.sim.play()
    running.sim.sockets.mute(false)
    expect(await flush(ear)).toHaveLength(0)
  })

  it.each([
    ['status 503', '503'],
    ['garbage', '200'],
    ['reset', 'hang up'],
  ] as const)('meets the fault %s at the upgrade', async (fault, said) => {
    const running = await run()
    running.sim.faults.set(fault, '/socket')
    const socket = new WebSocket(`${running.url.replace('http', 'ws')}/socket?ApiKey=${running.apiKey}`)
    const [error] = (await once(socket, 'error')) as [Error]
    expect(error.message).toContain(said)
  })
})
