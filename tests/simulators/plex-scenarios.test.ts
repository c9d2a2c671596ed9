import { describe, expect, it } from 'vitest'
import { run, SECOND, type Wire } from './plex-harness.ts'

interface Played {
  session: Wire
  media: Wire
  part: Wire
  video: Wire
  transcode: Wire
}

const all = (list: unknown): Wire[] => (Array.isArray(list) ? list : [])
const first = (list: unknown): Wire => all(list)[0] ?? {}

function played(session: Wire | undefined): Played {
  const media = first(all(session?.['Media']).filter(({ selected }) => selected !== undefined))
  const part = first(media['Part'])
  return {
    session: session ?? {},
    media,
    part,
    video: first(part['Stream']),
    transcode: (session?.['TranscodeSession'] ?? {}) as Wire,
  }
}

describe('what a session shows', () => {
  it('names the decision of a direct play, and of some builds none', async () => {
    const { sim, sessions } = await run()
    sim.scenario('direct-play')
    sim.scenario('direct-play-silent')
    const [plain, silent] = (await sessions()).map(played)
    expect([plain?.part['decision'], plain?.video['location']]).toEqual(['directplay', 'direct'])
    expect(silent?.part).not.toHaveProperty('decision')
    expect(plain?.session).not.toHaveProperty('TranscodeSession')
  })

  it('copies both streams of a direct stream', async () => {
    const { sim, sessions } = await run()
    sim.scenario('direct-stream')
    const { part, transcode } = played((await sessions())[0])
    expect(part['decision']).toBe('copy')
    expect(transcode).toMatchObject({ videoDecision: 'copy', audioDecision: 'copy', protocol: 'hls' })
  })

  it('shows the output of a transcode, and the library its source', async () => {
    const { sim, sessions, list } = await run()
    const { ratingKey } = sim.scenario('transcode-hdr')
    const { media, video, transcode } = played((await sessions())[0])
    expect(media).toMatchObject({ width: '1920', height: '1080', videoResolution: '1080', videoCodec: 'h264' })
    expect(video).toMatchObject({ decision: 'transcode', codec: 'h264' })
    expect(video).not.toHaveProperty('colorTrc')
    expect(transcode).toMatchObject({
      sourceVideoCodec: 'hevc',
      transcodeHwDecoding: 'vaapi',
      transcodeHwEncoding: 'vaapi',
      transcodeHwFullPipeline: true,
      throttled: false,
    })
    const [item] = await list(`/library/metadata/${ratingKey}`)
    expect(item).toMatchObject({ ratingKey, duration: 900_000, librarySectionID: 1 })
    const source = first(item?.['Media'])
    expect(source).toMatchObject({ id: Number(media['id']), width: 3840, videoResolution: '4k' })
    expect(first(first(source['Part'])['Stream'])).toMatchObject({ colorTrc: 'smpte2084', bitDepth: 10 })
  })

  it('calls a part transcoded though only its sound is', async () => {
    const { sim, sessions } = await run()
    sim.scenario('audio-transcode')
    const { part, video, media, transcode } = played((await sessions())[0])
    expect([part['decision'], video['decision']]).toEqual(['transcode', 'copy'])
    expect(transcode).toMatchObject({ videoDecision: 'copy', audioDecision: 'transcode' })
    expect(media).toMatchObject({ width: '3840', videoCodec: 'hevc', audioCodec: 'aac' })
  })

  it('names no engine when hardware was only wished for, or is not warm yet', async () => {
    const { sim, sessions, clock } = await run()
    sim.scenario('transcode-wished')
    sim.scenario('transcode-warming')
    const transcodes = async () => (await sessions()).map((session) => played(session).transcode)
    const [wished, cold] = await transcodes()
    expect(wished).toMatchObject({ transcodeHwRequested: true, transcodeHwFullPipeline: false })
    expect(wished).not.toHaveProperty('transcodeHwEncoding')
    expect(cold).toMatchObject({ transcodeHwRequested: false, progress: 0 })
    expect(cold).not.toHaveProperty('transcodeHwDecoding')
    clock.now += 6 * SECOND
    expect((await transcodes())[1]).toMatchObject({ transcodeHwDecoding: 'vaapi', transcodeHwRequested: true })
  })

  it('lists all versions of a film and selects the one that plays; a transcode shows only that', async () => {
    const { sim, sessions, list } = await run()
    const { ratingKey } = sim.scenario('two-versions')
    sim.scenario('two-versions-transcode')
    const [plain, shrunk] = await sessions()
    expect(all(plain?.['Media']).map(({ selected }) => selected)).toEqual(['1', undefined])
    expect(shrunk?.['Media']).toHaveLength(1)
    const versions = all((await list(`/library/metadata/${ratingKey}`))[0]?.['Media'])
    expect(versions.map(({ width }) => width)).toEqual([1920, 3840])
    expect(Number(played(shrunk).media['id'])).toBe(versions[1]?.['id'])
  })

  it('knows a track of Plexamp without a Session, and theme music by its guid', async () => {
    const { sim, sessions } = await run()
    sim.scenario('plexamp')
    sim.scenario('theme-music')
    const [track, theme] = await sessions()
    expect(track).toMatchObject({ type: 'track', grandparentTitle: 'Kimiko Ishizaka', Player: { product: 'Plexamp' } })
    expect(track).not.toHaveProperty('Session')
    expect(theme?.['guid']).toMatch(/^library:\/\//)
  })

  it('shows live television without a number, a library or a codec', async () => {
    const { sim, sessions, call } = await run()
    const { ratingKey } = sim.scenario('live-tv')
    const { session, video, part, transcode } = played((await sessions())[0])
    expect(session).toMatchObject({ live: '1', key: expect.stringMatching(/^\/livetv\/sessions\//) })
    expect(Number(session['ratingKey'])).toBeNaN()
    expect(session).not.toHaveProperty('librarySectionID')
    expect(session).not.toHaveProperty('duration')
    expect([video['codec'], part['decision']]).toEqual(['*', undefined])
    expect(transcode).toMatchObject({ videoDecision: 'copy', audioDecision: 'transcode' })
    expect((await call(`/library/metadata/${encodeURIComponent(ratingKey)}`)).status).toBe(404)
  })

  it('shows a photo that has neither a length nor a position', async () => {
    const { sim, sessions, call } = await run()
    sim.scenario('photo')
    expect((await sessions())[0]).toMatchObject({ type: 'photo', title: 'Lighthouse at dusk' })
    expect((await sessions())[0]).not.toHaveProperty('viewOffset')
    expect((await call('/status/sessions', { headers: { accept: 'text/xml' } })).text).toContain('<Photo ')
  })

  it('claims absurd bit rates', async () => {
    const { sim, sessions } = await run()
    sim.scenario('absurd-bandwidth')
    const { session, video } = played((await sessions())[0])
    expect(session['Session']).toMatchObject({ bandwidth: 10_000_000 })
    expect(video['bitrate']).toBe('2147483647')
  })

  it.each([
    ['wan', { local: false, relayed: false }, 'wan'],
    ['relayed', { local: false, relayed: true }, 'wan'],
    ['cellular', { local: false, relayed: false }, 'cellular'],
    ['lan-taken-for-wan', { local: false, address: '172.18.0.1' }, 'wan'],
  ] as const)('tells where a player is: %s', async (name, player, location) => {
    const { sim, sessions } = await run()
    sim.scenario(name)
    expect((await sessions())[0]).toMatchObject({ Player: player, Session: { location } })
  })
})

describe('ranges', () => {
  it.each([
    ['SDR', 'bt709', undefined],
    ['HDR10', 'smpte2084', undefined],
    ['HLG', 'arib-std-b67', undefined],
    ['DV5', 'smpte2084', '5'],
    ['DV7', 'smpte2084', '7'],
    ['DV8.1', 'smpte2084', '8'],
    ['DV8.4', 'arib-std-b67', '8'],
  ] as const)('writes %s into the video stream', async (range, colorTrc, profile) => {
    const { sim, sessions } = await run()
    sim.scenario(`range ${range}`)
    const { video } = played((await sessions())[0])
    expect([video['colorTrc'], video['DOVIProfile'], video['DOVIPresent']]).toEqual([colorTrc, profile, profile && '1'])
  })

  it('has ten bits and wide colours that are no high dynamic range', async () => {
    const { sim, sessions } = await run()
    sim.scenario('ten-bit-sdr')
    const { video } = played((await sessions())[0])
    expect(video).toMatchObject({ bitDepth: '10', profile: 'main 10', colorPrimaries: 'bt2020', colorTrc: 'bt709' })
  })

  it('calls a scope film of 1600 lines 4k', async () => {
    const { sim, sessions } = await run()
    sim.scenario('scope-4k')
    expect(played((await sessions())[0]).media).toMatchObject({ width: '3840', height: '1600', videoResolution: '4k' })
  })
})
