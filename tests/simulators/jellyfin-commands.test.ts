import { describe, expect, it } from 'vitest'
import { busy } from './jellyfin/busy.ts'
import { run, SECOND, START, type Wire } from './jellyfin-harness.ts'

describe('commands', () => {
  it('shows a message under its default header and stops the film', async () => {
    const { sim, call, sessions } = await run()
    const { id } = sim.play()
    expect((await call('POST', `/Sessions/${id}/Message`, { body: { Text: 'Bedtime' } })).status).toBe(204)
    expect(sim.messages(id)).toEqual([{ header: 'Message from Server', text: 'Bedtime', timeoutMs: null }])
    const stopped = sim.next('stopped')
    expect((await call('POST', `/Sessions/${id}/Playing/Stop`)).status).toBe(204)
    expect((await stopped).sessionId).toBe(id)
    expect((await sessions()).find((session) => session['Id'] === id)).not.toHaveProperty('NowPlayingItem')
  })

  it('takes a moment to stop', async () => {
    const { sim, call } = await run({ stopDelayMs: 20 })
    const { id } = sim.play()
    const stopped = sim.next('stopped')
    await call('POST', `/Sessions/${id}/Playing/Stop`)
    expect(sim.past('stop')).toHaveLength(1)
    await stopped
    expect(sim.peek(id)?.['NowPlayingItem']).toBeNull()
  })

  it.each(['stuck-client', 'no-remote-control'] as const)('answers 204 to a stop that %s ignores', async (name) => {
    const { sim, call } = await run()
    const { id } = sim.scenario(name)
    expect((await call('POST', `/Sessions/${id}/Playing/Stop`)).status).toBe(204)
    expect(sim.peek(id)?.['NowPlayingItem']).not.toBeNull()
  })

  it('answers 404 for a session that is gone and 400 for a message without text', async () => {
    const { sim, call } = await run()
    const { id } = sim.play()
    expect((await call('POST', '/Sessions/abc/Playing/Stop')).status).toBe(404)
    expect((await call('POST', '/Sessions/abc/Message', { body: { Text: 'x' } })).text).toBe(
      'Error processing request.',
    )
    expect((await call('POST', `/Sessions/${id}/Message`, { body: { Header: 'x' } })).status).toBe(400)
    expect((await call('POST', `/Sessions/${id}/Playing/Explode`)).status).toBe(400)
  })

  it('leaves a session of the API key behind, without a user', async () => {
    const { sim, call, sessions, serverId } = await run({ apiKeyName: 'Watcher' })
    const { id } = sim.play()
    await call('POST', `/Sessions/${id}/Playing/Pause`)
    const ghost = (await sessions()).find((session) => session['Client'] === 'Watcher')
    expect(ghost).toMatchObject({ DeviceId: serverId, UserId: '0'.repeat(32), SupportsRemoteControl: false })
    expect(sim.peek(id)?.['PlayState']).toMatchObject({ IsPaused: true })
  })

  it('kills no encoding without the true play session', async () => {
    const { sim, call } = await run()
    const { id, deviceId, playSessionId } = sim.scenario('transcode-hdr')
    const kill = (query: string) => call('DELETE', `/Videos/ActiveEncodings?deviceId=${deviceId}${query}`)
    expect((await kill('')).status).toBe(400)
    expect((await kill('&playSessionId=guess')).status).toBe(204)
    expect(sim.peek(id)?.['TranscodingInfo']).not.toBeNull()
    expect((await kill(`&playSessionId=${playSessionId}`)).status).toBe(204)
    expect(sim.peek(id)?.['TranscodingInfo']).toBeNull()
  })

  it('ends the session when its device is deleted', async () => {
    const { sim, call } = await run()
    const { id, deviceId } = sim.scenario('stuck-client')
    expect((await call('DELETE', '/Devices?id=nobody')).status).toBe(404)
    expect((await call('DELETE', `/Devices?id=${deviceId}`)).status).toBe(204)
    expect(sim.peek(id)).toBeNull()
  })

  it('takes several devices at once from 12.0, and none of them when one is unknown', async () => {
    const { sim, call } = await run({ version: '12.0.0' })
    const first = sim.play({ deviceId: 'first' })
    const second = sim.play({ deviceId: 'second' })
    expect((await call('DELETE', '/Devices?id=first&id=nobody')).status).toBe(400)
    expect(sim.peek(first.id)).not.toBeNull()
    expect((await call('DELETE', '/Devices?id=first&id=second')).status).toBe(204)
    expect([sim.peek(first.id), sim.peek(second.id)]).toEqual([null, null])
  })
})

describe('library', () => {
  it('leads from an item to its library', async () => {
    const { sim, call } = await run()
    const { itemId } = sim.scenario('episode')
    const chain = (await call('GET', `/Items/${itemId}/Ancestors`)).json() as unknown as Wire[]
    expect(chain.map((folder) => folder['Type'])).toEqual([
      'Season',
      'Series',
      'Folder',
      'CollectionFolder',
      'AggregateFolder',
    ])
    const folders = (await call('GET', '/Library/VirtualFolders')).json() as unknown as Wire[]
    expect(folders.map((folder) => folder['ItemId'])).toContain(chain[3]?.['Id'])
  })

  it('remembers what was seen to the end, and the playback in its log', async () => {
    const { sim, clock, call } = await run()
    const { userId, itemId } = sim.play({ item: 'Sintel' })
    clock.now += 16 * 60 * SECOND
    const played = (
      await call('GET', `/Users/${userId}/Items?Filters=IsPlayed&SortBy=DatePlayed&Recursive=true`)
    ).json()
    expect(played).toMatchObject({
      TotalRecordCount: 1,
      Items: [{ Id: itemId, UserData: { Played: true, PlayCount: 1 } }],
    })
    const since = new Date(START + SECOND).toISOString()
    const log = (await call('GET', `/System/ActivityLog/Entries?minDate=${since}`)).json()
    expect((log['Items'] as Wire[])[0]).toMatchObject({ Type: 'VideoPlaybackStopped', UserId: userId })
  })
})

describe('the busy household', () => {
  it('lives the same hour for the same seed', async () => {
    const stories = []
    for (let time = 0; time < 2; time += 1) {
      const { sim, clock } = await run()
      const household = busy(sim, { seed: 3, everyMs: 0 })
      for (let second = 0; second < 3600; second += 1) {
        clock.now += SECOND
        household.step()
      }
      household.stop()
      stories.push(sim.past().map(({ type, at, sessionId }) => ({ type, at, sessionId })))
    }
    expect(stories[0]).toEqual(stories[1])
    const types = new Set(stories[0]?.map(({ type }) => type))
    expect(types).toEqual(new Set(['session-started', 'play', 'pause', 'resume', 'stopped']))
  })
})
