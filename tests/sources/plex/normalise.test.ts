import { expect, test } from 'vitest'
import { originalKeyOf, toObservedSession } from '../../../appliance/sources/plex/normalise.ts'
import { originalOf, playedOf } from '../../../appliance/sources/plex/stream.ts'
import { Metadata, parseNotice, parseSessions } from '../../../appliance/sources/plex/wire.ts'

type Wire = Record<string, unknown>

const video = { id: '11', streamType: '1', codec: 'hevc', width: '1920', height: '1080', decision: 'directplay' }
const audio = { id: '12', streamType: '2', codec: 'eac3', decision: 'directplay', selected: '1' }

const media = (changes: Wire = {}, streams: Wire[] = [video, audio], part: Wire = {}): Wire => ({
  id: '70',
  bitrate: '9100',
  container: 'mkv',
  width: '1920',
  height: '1080',
  videoCodec: 'hevc',
  audioCodec: 'eac3',
  videoResolution: '1080',
  selected: '1',
  Part: [{ id: '80', decision: 'directplay', selected: '1', Stream: streams, ...part }],
  ...changes,
})

const wire = (changes: Wire = {}): Wire => ({
  sessionKey: '4',
  ratingKey: '31',
  key: '/library/metadata/31',
  guid: 'plex://movie/abc',
  type: 'movie',
  title: 'Metropolis',
  year: '1927',
  duration: '9180000',
  viewOffset: '60000',
  librarySectionTitle: 'Films',
  Media: [media()],
  User: { id: '1', title: 'maya' },
  Player: {
    title: 'Living room TV',
    product: 'Plex for Android (TV)',
    platform: 'Android',
    machineIdentifier: 'player-1',
    state: 'playing',
    address: '192.168.1.40',
    local: true,
    relayed: false,
  },
  Session: { id: 's1', bandwidth: 12000, location: 'lan' },
  ...changes,
})

const parsed = (one: Wire) => {
  const [session] = parseSessions({ MediaContainer: { size: '1', Metadata: [one] } })
  if (!session) throw new Error('nothing plays')
  return session
}

const observed = (one: Wire, item?: Wire[], canEnd = true) => {
  const session = parsed(one)
  const versions = item ? Metadata.parse({ MediaContainer: { Metadata: [{ Media: item }] } }) : null
  const all = versions?.MediaContainer.Metadata.flatMap((some) => some.Media) ?? []
  const original = originalOf(playedOf(session), all)
  return toObservedSession(session, { original, positionMs: Number(session.viewOffset ?? 0), canEnd })
}

const seen = (...given: Parameters<typeof observed>) => {
  const session = observed(...given)
  if (!session) throw new Error('it is no session')
  return session
}

const info = (changes: Wire = {}): Wire => ({
  key: '/transcode/sessions/t1',
  videoDecision: 'transcode',
  audioDecision: 'copy',
  sourceVideoCodec: 'hevc',
  sourceAudioCodec: 'truehd',
  videoCodec: 'h264',
  audioCodec: 'eac3',
  container: 'mp4',
  transcodeHwRequested: '1',
  ...changes,
})

/** A session as it is while the server makes 720 lines of it. */
const transcoded = (changes: Wire = {}, streams?: Wire[]): Wire => {
  const out = { ...video, codec: 'h264', width: '1280', height: '720', decision: 'transcode' }
  const output = { width: '1280', height: '720', videoResolution: '720', videoCodec: 'h264', container: 'mp4' }
  const Media = [media(output, streams ?? [out, { ...audio, decision: 'copy' }], { decision: 'transcode' })]
  return wire({ Media, TranscodeSession: info(), ...changes })
}

const large = (stream: Wire = {}, changes: Wire = {}) =>
  media({ width: 3840, height: 2160, videoResolution: '4k', ...changes }, [
    { ...video, width: 3840, height: 2160, decision: undefined, ...stream },
    audio,
  ])

test('a film that plays directly is told in full, though every number is text', () => {
  expect(seen(wire())).toEqual({
    key: '["4","player-1","31"]',
    ref: 's1',
    ids: { item: '31', series: null, viewer: '1', device: 'player-1' },
    state: 'playing',
    user: 'maya',
    title: 'Metropolis',
    subtitle: null,
    mediaType: 'movie',
    library: 'Films',
    year: 1927,
    positionMs: 60_000,
    durationMs: 9_180_000,
    player: {
      name: 'Living room TV',
      product: 'Plex for Android (TV)',
      platform: 'Android',
      address: '192.168.1.40',
      location: 'lan',
    },
    stream: {
      decision: 'direct-play',
      video: 'direct',
      audio: 'direct',
      container: 'mkv',
      hardware: null,
      bitrateKbps: 12_000,
      source: { width: 1920, height: 1080, codec: 'hevc', range: 'SDR', is4k: false },
      target: null,
      reasons: [],
    },
    canTerminate: true,
  })
})

test('native numbers and flags, and a thing where a list of one should be, mean the same', () => {
  const native = wire({
    sessionKey: 4,
    ratingKey: 31,
    year: 1927,
    duration: 9_180_000,
    viewOffset: 60_000,
    Media: { ...media(), id: 70, selected: true, width: 1920, bitrate: 9100 },
    User: [{ id: 1, title: 'maya' }],
  })
  expect(seen(native)).toEqual(seen(wire()))
})

test('a transcode tells the file that the library knows, and what is made of it', () => {
  const { stream } = seen(transcoded(), [large({ colorTrc: 'smpte2084' })])
  expect(stream).toMatchObject({
    decision: 'transcode',
    video: 'transcode',
    audio: 'direct',
    container: 'mp4',
    hardware: 'none',
    source: { width: 3840, height: 2160, codec: 'hevc', range: 'HDR10', is4k: true },
    target: { width: 1280, height: 720, codec: 'h264' },
  })
})

test('until the file is known, a transcode says nothing of it but what must be so', () => {
  expect(seen(transcoded()).stream.source).toEqual({
    width: null,
    height: null,
    codec: 'hevc',
    range: null,
    is4k: false,
  })
  const titled = { ...video, decision: 'transcode', width: 1920, displayTitle: '4K (HEVC Main 10 HDR)' }
  expect(seen(transcoded({}, [titled, audio])).stream.source).toMatchObject({ is4k: true, range: 'HDR10' })
})

test('of two versions of a film the one that plays counts', () => {
  const small = media({ id: 69 })
  const session = transcoded()
  expect(seen(session, [small, large()]).stream.source).toMatchObject({ width: 3840, is4k: true })
  expect(seen(session, [large({}, { id: 71, Part: [] }), media()]).stream.source).toMatchObject({ is4k: false })
  const direct = wire({ Media: [{ ...small, selected: undefined }, large()] })
  expect(seen(direct).stream.source).toMatchObject({ width: 3840, is4k: true })
  expect(seen(session, [{ ...small, Part: [] }, large({}, { id: 71, Part: [] })]).stream.source.width).toBeNull()
})

test('a transcode of the audio alone is a transcode whose video is direct', () => {
  const Media = [
    media(
      {},
      [
        { ...video, decision: 'copy' },
        { ...audio, decision: 'transcode' },
      ],
      { decision: 'transcode' },
    ),
  ]
  const TranscodeSession = info({ videoDecision: 'copy', audioDecision: 'transcode', videoCodec: 'hevc' })
  const { stream } = seen(wire({ Media, TranscodeSession }))
  expect(stream).toMatchObject({ decision: 'transcode', video: 'direct', audio: 'transcode', hardware: null })
  expect(seen(wire({ Media })).stream).toMatchObject({
    decision: 'transcode',
    video: 'direct',
    audio: 'transcode',
    target: { width: 1920, height: 1080, codec: 'hevc' },
  })
})

test('a part that is called a transcode without a word on its tracks does not blame the video', () => {
  const bare = [
    { ...video, decision: undefined },
    { ...audio, decision: undefined },
  ]
  const { stream } = seen(wire({ Media: [media({}, bare, { decision: 'transcode' })] }))
  expect(stream).toMatchObject({ decision: 'transcode', video: null, audio: null })
})

test('a new container around the same tracks is a direct stream', () => {
  const TranscodeSession = info({ videoDecision: 'copy', audioDecision: 'copy' })
  expect(seen(wire({ TranscodeSession })).stream).toMatchObject({ decision: 'direct-stream', video: 'direct' })
  const copied = wire({ Media: [media({}, [], { decision: 'copy' })] })
  expect(seen(copied).stream).toMatchObject({ decision: 'direct-stream', video: 'direct', audio: 'direct' })
})

test('a session without any decision plays directly', () => {
  const silent = wire({ Media: [media({}, [{ ...video, decision: undefined }], { decision: undefined })] })
  expect(seen(silent).stream).toMatchObject({ decision: 'direct-play', video: 'direct', audio: null })
})

test.each([
  [{}, 'none'],
  [{ transcodeHwDecodingTitle: 'Intel ()', transcodeHwFullPipeline: '0' }, 'none'],
  [{ transcodeHwDecoding: 'vaapi' }, 'decode'],
  [{ transcodeHwEncoding: 'nvenc', transcodeHwFullPipeline: false }, 'encode'],
  [{ transcodeHwDecoding: 'qsv', transcodeHwEncoding: 'qsv' }, 'full'],
  [{ transcodeHwDecoding: 'qsv', transcodeHwEncoding: 'qsv', transcodeHwFullPipeline: '1' }, 'full'],
])('hardware told as %j is %s', (told, hardware) => {
  expect(seen(transcoded({ TranscodeSession: info(told) })).stream.hardware).toBe(hardware)
})

test.each([
  ['ten bits', { bitDepth: '10', colorPrimaries: 'bt2020', profile: 'main 10' }, 'SDR'],
  ['a wide gamut', { colorTrc: 'bt2020-10', colorSpace: 'bt2020nc' }, 'SDR'],
  ['PQ', { colorTrc: 'smpte2084' }, 'HDR10'],
  ['PQ with a title', { colorTrc: 'smpte2084', extendedDisplayTitle: '4K HDR10+ (HEVC Main 10)' }, 'HDR10+'],
  ['HLG', { colorTrc: 'arib-std-b67' }, 'HLG'],
  ['Dolby Vision 5', { DOVIPresent: '1', DOVIProfile: '5' }, 'DV'],
  ['Dolby Vision 7', { DOVIPresent: true, DOVIProfile: 7, colorTrc: 'smpte2084' }, 'DV'],
  ['Dolby Vision 8', { DOVIPresent: 1, DOVIProfile: 8, DOVIBLCompatID: 4, colorTrc: 'arib-std-b67' }, 'DV'],
  ['a title alone', { displayTitle: '4K DoVi/HDR10 (HEVC Main 10)' }, 'DV'],
  ['an HLG title', { extendedDisplayTitle: '4K HLG (HEVC Main 10)' }, 'HLG'],
  ['an older title', { displayTitle: '4K (HEVC Main 10 HDR)' }, 'HDR10'],
  ['what its maker wrote', { title: 'HDR remux', extendedDisplayTitle: 'HDR remux (1080p HEVC)' }, 'SDR'],
])('%s is %s', (_, stream, range) => {
  expect(seen(wire({ Media: [media({}, [{ ...video, ...stream }])] })).stream.source.range).toBe(range)
})

test.each([
  [3840, 1600, true],
  [3840, 2160, true],
  [2880, 2160, true],
  [3832, 1596, false],
  [1920, 1080, false],
])('%i x %i is 4K: %s', (width, height, is4k) => {
  expect(seen(wire({ Media: [media({}, [{ ...video, width, height }])] })).stream.source.is4k).toBe(is4k)
})

test('the label of the server counts where sizes are missing', () => {
  const labelled = media({ width: undefined, height: undefined, videoResolution: '4k' }, [
    { ...video, width: '', height: '' },
  ])
  expect(seen(wire({ Media: [labelled] })).stream.source).toMatchObject({ width: null, is4k: true })
})

test.each([
  [{ bandwidth: 10_000_000 }, '9100', 9100],
  [{ bandwidth: '2147483647' }, '9100', 9100],
  [{ bandwidth: 2_147_483_647 }, 2_147_483_647, null],
  [{ bandwidth: 120_000 }, '118000', 120_000],
  [{ bandwidth: -4 }, '0', null],
  [null, '9100', 9100],
])('a bandwidth of %j with a file of %s kbps is %s', (Session, bitrate, kbps) => {
  expect(seen(wire({ Session, Media: [media({ bitrate })] })).stream.bitrateKbps).toBe(kbps)
})

const player = (changes: Wire) => ({ ...(wire()['Player'] as Wire), ...changes })

test.each([
  [{ location: 'lan' }, { local: false, address: '203.0.113.9' }, 'lan'],
  [{ location: 'cellular' }, { local: true }, 'wan'],
  [{ location: 'wan' }, { local: true }, 'wan'],
  [{}, { local: '1', address: '203.0.113.9' }, 'lan'],
  [{}, { local: 0 }, 'wan'],
  [{}, { local: true, relayed: true }, 'wan'],
  [{}, { local: undefined, address: '::ffff:10.0.0.7' }, 'lan'],
  [{}, { local: undefined, address: '203.0.113.9' }, 'wan'],
  [{}, { local: undefined, address: 'nowhere' }, null],
])('a session told as %j on a player told as %j is %s', (told, device, location) => {
  expect(seen(wire({ Session: { id: 's1', ...told }, Player: player(device) })).player.location).toBe(location)
})

test('behind the relay the public address is shown', () => {
  const Player = player({ relayed: true, address: '127.0.0.1', remotePublicAddress: '203.0.113.9' })
  expect(seen(wire({ Player })).player.address).toBe('203.0.113.9')
})

test('an episode is named by its series', () => {
  const episode = {
    type: 'episode',
    title: 'The Pilot',
    grandparentTitle: 'Lantern Street',
    parentIndex: '1',
    index: 2,
  }
  expect(seen(wire(episode))).toMatchObject({
    mediaType: 'episode',
    title: 'Lantern Street',
    subtitle: 'S1 E2 · The Pilot',
  })
})

const song = {
  type: 'track',
  title: 'Aria',
  parentTitle: 'Goldberg Variations',
  grandparentTitle: 'Kimiko Ishizaka',
  Media: [
    media({ width: undefined, height: undefined, videoCodec: undefined, audioCodec: 'flac', container: 'flac' }, [
      { ...audio, codec: 'flac' },
    ]),
  ],
}

test('music is named by its artist and album', () => {
  expect(seen(wire(song))).toMatchObject({
    mediaType: 'track',
    title: 'Aria',
    subtitle: 'Kimiko Ishizaka · Goldberg Variations',
    stream: {
      decision: 'direct-play',
      video: null,
      audio: 'direct',
      source: { codec: 'flac', range: null, is4k: false },
    },
  })
  expect(seen(wire({ ...song, originalTitle: 'Somebody else' })).subtitle).toBe('Somebody else · Goldberg Variations')
})

test('music that is transcoded keeps the codec of its file', () => {
  const TranscodeSession = info({
    videoDecision: undefined,
    audioDecision: 'transcode',
    sourceAudioCodec: 'flac',
    audioCodec: 'opus',
  })
  expect(seen(wire({ ...song, TranscodeSession })).stream).toMatchObject({
    decision: 'transcode',
    video: null,
    audio: 'transcode',
    source: { codec: 'flac' },
    target: { width: null, height: null, codec: 'opus' },
  })
})

test('a playback without a session element is shown and cannot be ended', () => {
  const [with_, without] = [seen(wire(song)), seen(wire({ ...song, Session: undefined }))]
  expect(without).toMatchObject({ key: with_.key, ref: '', canTerminate: false, player: { location: 'lan' } })
})

test('nothing can be ended on a server that has said so', () => {
  expect(seen(wire(), undefined, false).canTerminate).toBe(false)
})

test('the tune on the page of a series is no session, and neither is what has stopped', () => {
  expect(observed(wire({ type: 'track', guid: 'library://8a/item/x' }))).toBeNull()
  expect(observed(wire({ Player: player({ state: 'stopped' }) }))).toBeNull()
})

test('a photo has a size and no tracks, and is never 4K', () => {
  const Media = [{ id: 9, width: 6000, height: 4000, container: 'jpeg', Part: [{ id: 9 }] }]
  expect(seen(wire({ type: 'photo', title: 'Lighthouse', parentTitle: 'Summer', Media }))).toMatchObject({
    mediaType: 'photo',
    subtitle: 'Summer',
    stream: { decision: 'direct-play', video: null, audio: null, source: { width: 6000, is4k: false }, target: null },
  })
})

test('live television is told by its channel, and an asterisk is no codec', () => {
  const Media = [
    media(
      { channelTitle: 'Harbour TV', videoCodec: '*', audioCodec: '*' },
      [{ ...video, codec: '*', decision: undefined }],
      {
        decision: undefined,
      },
    ),
  ]
  const live = wire({
    ratingKey: 'com.gracenote.onconnect-5fc7/9',
    key: '/livetv/sessions/1',
    type: 'episode',
    grandparentTitle: 'Harbour News',
    Media,
    TranscodeSession: info({
      videoDecision: 'copy',
      audioDecision: 'transcode',
      sourceVideoCodec: '*',
      videoCodec: '*',
    }),
  })
  expect(seen(live)).toMatchObject({
    mediaType: 'live',
    title: 'Harbour News',
    subtitle: 'Harbour TV',
    stream: { decision: 'transcode', video: 'direct', source: { codec: null } },
  })
  expect(originalKeyOf(parsed(live))).toBeNull()
  expect(seen(wire({ live: '1' })).mediaType).toBe('live')
  expect(originalKeyOf(parsed(transcoded({ live: '1' })))).toBeNull()
  expect(originalKeyOf(parsed(transcoded()))).toBe('31')
})

test('a clip is of no kind of its own', () => {
  expect(seen(wire({ type: 'clip', year: 'soon', librarySectionTitle: undefined }))).toMatchObject({
    mediaType: 'other',
    year: null,
    library: null,
  })
})

test('subtitles that go into the picture are told as the reason', () => {
  const { reasons } = seen(transcoded({ TranscodeSession: info({ subtitleDecision: 'burn' }) })).stream
  expect(reasons).toEqual(['The subtitles go into the picture.'])
})

test('absurd and odd fields count as absent, and the session stays', () => {
  const odd = wire({
    duration: '1e400',
    viewOffset: -5,
    year: {},
    Media: 'none',
    User: 7,
    TranscodeSession: 'yes',
    Player: player({ title: null, product: [], state: 4 }),
  })
  expect(seen(odd)).toMatchObject({
    user: 'Unknown',
    year: null,
    durationMs: null,
    state: 'playing',
    player: { name: 'Unknown player' },
    stream: { decision: 'direct-play', bitrateKbps: 12_000, source: { width: null } },
  })
})

test('a garbage session is left out, an answer with nothing but garbage is refused', () => {
  const container = (more: Wire) => ({ MediaContainer: { size: 1, ...more } })
  expect(parseSessions(container({ Metadata: [wire(), 7, null, { title: 'x' }] }))).toHaveLength(1)
  expect(parseSessions(container({ Video: wire(), Track: [wire()], Photo: [wire()] }))).toHaveLength(3)
  expect(parseSessions({ MediaContainer: { size: '0' } })).toEqual([])
  expect(() => parseSessions(container({ Metadata: [1, 2] }))).toThrow('none of its sessions')
  expect(() => parseSessions(container({}))).toThrow('none of its sessions')
  expect(() => parseSessions([wire()])).toThrow('no MediaContainer')
})

test('a notification of the stream and one of the socket are read alike', () => {
  const play = { sessionKey: '4', ratingKey: '31', state: 'paused', viewOffset: 61_000 }
  const stream = parseNotice(JSON.stringify({ PlaySessionStateNotification: play }), 'playing')
  const container = { type: 'playing', size: 1, PlaySessionStateNotification: [play] }
  expect(parseNotice(JSON.stringify({ NotificationContainer: container }))).toEqual(stream)
  expect(stream?.plays).toMatchObject([play])
  expect(parseNotice('{')).toBeNull()
  expect(parseNotice('{}')).toBeNull()
})
