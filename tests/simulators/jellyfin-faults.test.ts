import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { run } from './jellyfin-harness.ts'

describe('faults', () => {
  it('spoils one path and leaves the others', async () => {
    const { sim, call } = await run()
    sim.faults.set('status 500', '/Sessions')
    expect((await call('GET', '/Sessions')).status).toBe(500)
    expect((await call('GET', '/System/Info')).status).toBe(200)
    sim.faults.set('garbage', '/Sessions')
    expect((await call('GET', '/Sessions')).text).toContain('<html>')
    sim.faults.clear('/Sessions')
    expect((await call('GET', '/Sessions')).text).toBe('[]')
    sim.faults.set('unauthorized')
    expect((await call('GET', '/System/Ping')).status).toBe(401)
  })

  it('closes half way, resets, and never ends', async () => {
    const { sim, call, url } = await run()
    sim.play()
    sim.faults.set('half')
    await expect(call('GET', '/Sessions')).rejects.toThrow()
    sim.faults.set('reset')
    await expect(call('GET', '/Sessions')).rejects.toThrow()
    sim.faults.set({ kind: 'huge', bytes: 32 * 1024 * 1024 })
    expect((await call('GET', '/Sessions')).text.length).toBeGreaterThan(32 * 1024 * 1024)
    sim.faults.set('hang')
    const abort = new AbortController()
    const hanging = fetch(`${url}/Sessions`, { signal: abort.signal })
    const asked = sim.next('request')
    await asked
    abort.abort()
    await expect(hanging).rejects.toThrow()
  })

  it('stops at once while requests hang and a huge answer is on its way', async () => {
    const { sim, url } = await run()
    sim.faults.set('hang', '/Sessions')
    sim.faults.set('huge', '/Users')
    const hanging = fetch(`${url}/Sessions`)
    const huge = await fetch(`${url}/Users`)
    await Promise.all([sim.stop(), expect(hanging).rejects.toThrow(), expect(huge.text()).rejects.toThrow()])
  })

  it('counts what it was asked', async () => {
    const { sim, call } = await run()
    await call('GET', '/Sessions')
    await call('GET', '/sessions?activeWithinSeconds=5')
    await call('GET', '/Users')
    expect([sim.requests.count('/Sessions'), sim.requests.count(), sim.requests.count('/Users', 'POST')]).toEqual([
      2, 3, 0,
    ])
    sim.requests.reset()
    expect(sim.requests.count()).toBe(0)
  })
})

describe('discovery', () => {
  it('answers the broadcast question with its address', async () => {
    const { url, serverId, discoveryPort } = await run({ discovery: 0, serverName: 'Attic' })
    const asker = createSocket('udp4')
    const answered = once(asker, 'message') as Promise<[Buffer]>
    asker.send('Who is JellyfinServer?', discoveryPort ?? 0, '127.0.0.1')
    const [data] = await answered
    asker.close()
    const expected = { Address: url, Id: serverId, Name: 'Attic', EndpointAddress: null }
    expect(JSON.parse(data.toString())).toEqual(expected)
  })
})
