import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { busy } from './emby/busy.ts'
import { listOf, run, SECOND, type Wire } from './emby-harness.ts'

describe('who may ask', () => {
  it('tells its identity to anybody, with and without /emby', async () => {
    const { call, serverId } = await run({ version: '4.8.11.0', serverName: 'Attic' })
    for (const path of ['/System/Info/Public', '/emby/System/Info/Public', '/EMBY/system/info/public']) {
      const info = (await call('GET', path, { key: null })).json()
      expect(info).toMatchObject({ ServerName: 'Attic', Version: '4.8.11.0', Id: serverId })
      expect(info).not.toHaveProperty('ProductName')
    }
  })

  it('answers 401 without a token and with a wrong one', async () => {
    const { call } = await run()
    for (const key of [null, 'wrong']) expect((await call('GET', '/Sessions', { key })).status).toBe(401)
  })

  it('takes the token as header and as argument, and not under the name that Jellyfin gives it', async () => {
    const { call, apiKey } = await run()
    const status = async (query: string, headers = {}) =>
      (await call('GET', `/emby/Sessions${query}`, { key: null, headers })).status
    expect(await status(`?api_key=${apiKey}`)).toBe(200)
    expect(await status(`?X-Emby-Token=${apiKey}`)).toBe(200)
    expect(await status('', { 'x-emby-authorization': `Emby Token="${apiKey}"` })).toBe(200)
    expect(await status(`?ApiKey=${apiKey}`)).toBe(401)
  })
})

describe('what plays', () => {
  it('is told with numbers for items and no field of Jellyfin', async () => {
    const { sim, call, clock } = await run()
    const { id } = sim.scenario('transcode-hdr', { user: 'ada' })
    clock.now += 30 * SECOND
    sim.pause(id)
    const [session = {}] = listOf(await call('GET', '/emby/Sessions'))
    expect(session).toMatchObject({ UserName: 'ada', SupportsRemoteControl: true, PlayState: { IsPaused: true } })
    for (const field of ['SupportsMediaControl', 'LastPausedDate', 'LastPlaybackCheckIn', 'NowPlayingQueue'])
      expect(session).not.toHaveProperty(field)
    expect(session['InternalDeviceId']).toBeTypeOf('number')
    const item = session['NowPlayingItem'] as Wire
    expect(item['Id']).toMatch(/^\d+$/)
    expect(session['PlayState']).toMatchObject({
      PositionTicks: 300_000_000,
      MediaSourceId: `mediasource_${item['Id']}`,
    })
  })

  it.each([
    ['transcode-hdr', true, true],
    ['transcode-decode', true, false],
    ['transcode-encode', false, true],
    ['transcode-software', false, false],
  ] as const)('%s tells what works in hardware', async (name, VideoDecoderIsHardware, VideoEncoderIsHardware) => {
    const { sim } = await run()
    const { id } = sim.scenario(name)
    expect(sim.peek(id)?.['TranscodingInfo']).toMatchObject({ VideoDecoderIsHardware, VideoEncoderIsHardware })
  })

  it.each([
    ['SDR', 'SDR', 'None', 'None'],
    ['HDR10', 'HDR 10', 'Hdr10', 'Hdr10'],
    ['HLG', 'HLG', 'HyperLogGamma', 'HyperLogGamma'],
    ['DOVI', 'DolbyVision', 'DolbyVision', 'DoviProfile50'],
    ['DOVIWithEL', 'DolbyVision', 'DolbyVision', 'DoviProfile76'],
    ['DOVIWithHDR10', 'DolbyVision', 'DolbyVision', 'DoviProfile81'],
  ] as const)('the range %s is named in three fields', async (range, VideoRange, type, subType) => {
    const { sim } = await run()
    const { id } = sim.scenario(`range ${range}`)
    const item = sim.peek(id)?.['NowPlayingItem'] as { MediaStreams: Wire[] }
    expect(item.MediaStreams[0]).toMatchObject({ VideoRange, ExtendedVideoType: type, ExtendedVideoSubType: subType })
    expect(item.MediaStreams[0]).not.toHaveProperty('VideoRangeType')
  })

  it('is found in its library, which is a number too', async () => {
    const { sim, call } = await run()
    const { itemId } = sim.scenario('episode')
    const ancestors = listOf(await call('GET', `/emby/Items/${itemId}/Ancestors`))
    expect(ancestors).toContainEqual(expect.objectContaining({ Type: 'CollectionFolder', Name: 'Shows' }))
  })
})

describe('commands', () => {
  it('takes a message from the query and from JSON, and knows which waits for OK', async () => {
    const { sim, call } = await run()
    const { id } = sim.play()
    const path = `/emby/Sessions/${id}/Message`
    expect((await call('POST', `${path}?Text=Bed%20time&Header=Belfry&TimeoutMs=5000`)).status).toBe(204)
    expect((await call('POST', path, { body: { Text: 'Now', Header: 'Belfry' } })).status).toBe(204)
    expect((await call('POST', path)).status).toBe(400)
    expect(sim.messages(id)).toEqual([
      { header: 'Belfry', text: 'Bed time', timeoutMs: 5000 },
      { header: 'Belfry', text: 'Now', timeoutMs: null },
    ])
    expect(sim.past('message').map(({ detail }) => detail['modal'])).toEqual([false, true])
  })

  it('answers a stop with success whether the player obeys or not', async () => {
    const { sim, call } = await run()
    const good = sim.scenario('direct-play')
    const stuck = sim.scenario('stuck-client')
    for (const { id } of [good, stuck])
      expect((await call('POST', `/emby/Sessions/${id}/Playing/Stop`)).status).toBe(204)
    expect(sim.peek(good.id)?.['NowPlayingItem']).toBeNull()
    expect(sim.peek(stuck.id)?.['NowPlayingItem']).not.toBeNull()
  })

  it('forgets a device by its number, by DELETE or by POST', async () => {
    const { sim, call } = await run()
    const [first, second] = [sim.scenario('stuck-client'), sim.scenario('direct-play')]
    const { Items } = (await call('GET', '/emby/Devices')).json() as { Items: Wire[] }
    const numberOf = (deviceId: string) => Items.find((one) => one['ReportedDeviceId'] === deviceId)?.['Id']
    expect((await call('POST', `/emby/Devices/Delete?Id=${numberOf(first.deviceId)}`)).status).toBe(204)
    expect((await call('DELETE', `/emby/Devices?Id=${numberOf(second.deviceId)}`)).status).toBe(204)
    expect(sim.peek(first.id)).toBeNull()
    expect(sim.peek(second.id)).toBeNull()
    expect((await call('POST', '/emby/Devices/Delete?Id=999')).status).toBe(404)
  })

  it('ends an encoding of which device and play session are known', async () => {
    const { sim, call } = await run()
    const { id, deviceId, playSessionId } = sim.scenario('transcode-hdr')
    const kill = (session: string) =>
      `/emby/Videos/ActiveEncodings/Delete?DeviceId=${deviceId}&PlaySessionId=${session}`
    expect((await call('POST', kill('wrong'))).status).toBe(204)
    expect(sim.peek(id)?.['TranscodingInfo']).not.toBeNull()
    expect((await call('POST', kill(playSessionId ?? ''))).status).toBe(204)
    expect(sim.peek(id)?.['TranscodingInfo']).toBeNull()
  })
})

describe('the rest', () => {
  it('answers who it is on UDP', async () => {
    const { discoveryPort, serverId } = await run({ discovery: 0 })
    const socket = createSocket('udp4')
    socket.send('who is EmbyServer?', discoveryPort ?? 0, '127.0.0.1')
    const [answer] = (await once(socket, 'message')) as [Buffer]
    socket.close()
    expect(JSON.parse(String(answer))).toMatchObject({ Id: serverId, Name: 'Cabin' })
  })

  it('spoils answers where a fault is set, whatever the form of the path', async () => {
    const { sim, call } = await run()
    sim.faults.set('status 503', '/Sessions')
    expect((await call('GET', '/emby/Sessions')).status).toBe(503)
    sim.faults.clear()
    expect((await call('GET', '/Sessions')).status).toBe(200)
    expect(sim.requests.count('/Sessions')).toBe(2)
  })

  it('has a household that starts, pauses and ends the same way each time', async () => {
    const evening = async () => {
      const { sim, clock } = await run()
      const household = busy(sim, { seed: 3, everyMs: 0 })
      for (let minute = 0; minute < 60; minute += 1) {
        clock.now += 20 * SECOND
        household.step()
      }
      household.stop()
      return sim.past().map(({ type, at }) => `${type} ${at}`)
    }
    const first = await evening()
    expect(first.some((line) => line.startsWith('stopped'))).toBe(true)
    expect(await evening()).toEqual(first)
  })
})
