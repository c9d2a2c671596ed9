import { describe, expect, it } from 'vitest'
import { run, SECOND, tokenOf, type Wire } from './jellyfin-harness.ts'

describe('who may ask', () => {
  it('tells its identity to anybody', async () => {
    const { call, serverId } = await run({ version: '10.10.7', serverName: 'Attic' })
    const info = (await call('GET', '/system/info/public', { key: null })).json()
    expect(info).toMatchObject({ ServerName: 'Attic', Version: '10.10.7', Id: serverId, StartupWizardCompleted: true })
  })

  it('answers 401 with an empty body without a token and with a wrong one', async () => {
    const { call } = await run()
    for (const key of [null, 'wrong']) {
      const answer = await call('GET', '/Sessions', { key })
      expect([answer.status, answer.text]).toEqual([401, ''])
    }
  })

  const legacy: [string, (key: string) => { headers?: Record<string, string>; query?: string }][] = [
    ['X-Emby-Token', (key) => ({ headers: { 'x-emby-token': key } })],
    ['X-MediaBrowser-Token', (key) => ({ headers: { 'x-mediabrowser-token': key } })],
    ['X-Emby-Authorization', (key) => ({ headers: { 'x-emby-authorization': `MediaBrowser Token="${key}"` } })],
    ['the scheme Emby', (key) => ({ headers: { authorization: `Emby Token="${key}"` } })],
    ['?api_key=', (key) => ({ query: `?api_key=${key}` })],
  ]
  it.each(legacy)('takes %s before 12.0 and refuses it from there on', async (_name, form) => {
    for (const [version, status] of [
      ['10.10.7', 200],
      ['10.11.6', 200],
      ['12.0.0', 401],
    ] as const) {
      const { call, apiKey } = await run({ version })
      const { headers = {}, query = '' } = form(apiKey)
      expect((await call('GET', `/Sessions${query}`, { key: null, headers })).status).toBe(status)
    }
  })

  it('takes ?ApiKey= in every version, whatever its case', async () => {
    const { call, apiKey } = await run({ version: '12.0.0' })
    expect((await call('GET', `/Sessions?ApiKey=${apiKey}`, { key: null })).status).toBe(200)
    expect((await call('GET', `/Sessions?apikey=${apiKey}`, { key: null })).status).toBe(200)
  })

  it('decodes percent signs and plus signs in the values of the header', async () => {
    const { call, sim } = await run({ apiKey: 'a b%"c' })
    const headers = { authorization: 'MediaBrowser Token="a+b%25%22c", Device="K%C3%BCche, unten", DeviceId="d1"' }
    const { id } = sim.play()
    const answer = await call('POST', `/Sessions/${id}/Message`, { key: null, headers, body: { Text: 'Hello' } })
    expect(answer.status).toBe(204)
    const listed = await call('GET', '/Sessions?deviceId=d1', { key: null, headers })
    expect(listed.json()).toMatchObject([{ DeviceName: 'Küche, unten' }])
  })

  it('shows a plain user only their own sessions and no transcoder', async () => {
    const running = await run()
    running.sim.scenario('transcode-hdr', { user: 'ada' })
    running.sim.scenario('direct-play', { user: 'grace' })
    const mine = await running.sessions({ key: await tokenOf(running, 'ada') })
    expect(new Set(mine.map((session) => session['UserName']))).toEqual(new Set(['ada']))
    const playing = mine.find((session) => session['NowPlayingItem'])
    expect(playing?.['TranscodingInfo']).toMatchObject({ HardwareAccelerationType: 'none' })
    expect(
      (await running.call('GET', '/Library/VirtualFolders', { key: await tokenOf(running, 'grace') })).status,
    ).toBe(403)
    expect(await running.sessions({ key: await tokenOf(running, 'root') })).toHaveLength(5)
  })

  it('answers an unknown path with 404 and a known one asked wrongly with 405', async () => {
    const { call, sim } = await run()
    sim.addUser({ name: 'ada' })
    expect((await call('GET', '/Nowhere')).status).toBe(404)
    expect((await call('GET', `/Users/${sim.user('ada')?.id}/Policy`)).status).toBe(405)
  })
})

describe('sessions', () => {
  it('moves with the clock, stands while paused, and ends at the end of the film', async () => {
    const { sim, clock, sessions } = await run()
    const { id } = sim.play({ item: 'A Trip to the Moon', positionMs: 60 * SECOND })
    const state = async () => (await sessions())[0]?.['PlayState'] as Wire
    clock.now += 30.4 * SECOND
    expect(await state()).toMatchObject({ PositionTicks: 90 * 10_000_000, IsPaused: false, PlayMethod: 'DirectPlay' })
    sim.pause(id)
    clock.now += 600 * SECOND
    expect(await state()).toMatchObject({ PositionTicks: 90 * 10_000_000, IsPaused: true })
    sim.resume(id)
    clock.now += 15 * 60 * SECOND
    const [session] = await sessions()
    expect(session).not.toHaveProperty('NowPlayingItem')
    expect(session?.['PlayState']).not.toHaveProperty('PositionTicks')
  })

  it('leaves out what is null instead of saying null', async () => {
    const { sim, call } = await run()
    sim.scenario('idle')
    expect((await call('GET', '/Sessions')).text).not.toContain('null')
  })

  it('filters by activity and device', async () => {
    const { sim, clock, call } = await run()
    sim.scenario('idle', { deviceId: 'quiet' })
    clock.now += 400 * SECOND
    sim.play({ deviceId: 'lively' })
    expect((await call('GET', '/Sessions?activeWithinSeconds=60')).json()).toMatchObject([{ DeviceId: 'lively' }])
    expect((await call('GET', '/Sessions?deviceId=QUIET')).json()).toMatchObject([{ DeviceId: 'quiet' }])
    expect((await call('GET', '/Sessions?activeWithinSeconds=soon')).status).toBe(400)
  })

  it('ends a session that fell silent five minutes after its last check-in', async () => {
    const { sim, clock, sessions } = await run()
    const { id } = sim.play()
    sim.silence(id)
    clock.now += 299 * SECOND
    expect((await sessions())[0]).toHaveProperty('NowPlayingItem')
    clock.now += 2 * SECOND
    expect((await sessions())[0]).not.toHaveProperty('NowPlayingItem')
  })

  it('keeps a paused session for as long as its client checks in', async () => {
    const { sim, clock, sessions } = await run()
    const { id } = sim.play()
    sim.pause(id)
    clock.now += 3600 * SECOND
    expect((await sessions())[0]?.['PlayState']).toMatchObject({ IsPaused: true })
  })

  it('names the configured transcoder even when the video is only copied', async () => {
    const { sim, sessions } = await run({ hardware: 'qsv' })
    sim.scenario('audio-transcode')
    expect((await sessions())[0]).toMatchObject({
      PlayState: { PlayMethod: 'Transcode' },
      TranscodingInfo: { IsVideoDirect: true, IsAudioDirect: false, HardwareAccelerationType: 'qsv', Width: 3840 },
    })
  })

  it('tells the true source beside the target of a transcode', async () => {
    const { sim, sessions } = await run()
    sim.scenario('transcode-dv')
    const [session] = await sessions()
    const item = session?.['NowPlayingItem'] as { MediaStreams: Wire[] }
    expect(item.MediaStreams[0]).toMatchObject({ Width: 3840, VideoRangeType: 'DOVIWithHDR10', DvProfile: 8 })
    expect(session?.['TranscodingInfo']).toMatchObject({ Width: 1920, Height: 1080, IsVideoDirect: false })
  })

  it('drops TranscodingInfo for a direct stream', async () => {
    const { sim, sessions } = await run()
    sim.scenario('direct-stream')
    expect((await sessions())[0]).not.toHaveProperty('TranscodingInfo')
  })

  it('carries scope films, ten-bit SDR, live television and a queue of a megabyte', async () => {
    const { sim, call } = await run()
    const streams = (id: string) =>
      (sim.peek(id)?.['NowPlayingItem'] as { MediaStreams: Wire[] } | undefined)?.MediaStreams[0]
    expect(streams(sim.scenario('scope-4k').id)).toMatchObject({ Width: 3840, Height: 1600 })
    expect(streams(sim.scenario('ten-bit-sdr').id)).toMatchObject({ BitDepth: 10, VideoRange: 'SDR' })
    expect(streams(sim.scenario('range DOVIWithSDR').id)).toMatchObject({
      VideoRange: 'SDR',
      DvBlSignalCompatibilityId: 2,
    })
    expect(sim.peek(sim.scenario('live-tv').id)?.['NowPlayingItem']).toMatchObject({
      RunTimeTicks: null,
      Type: 'TvChannel',
    })
    sim.scenario('huge-queue')
    expect((await call('GET', '/Sessions')).text.length).toBeGreaterThan(1_000_000)
  })
})
