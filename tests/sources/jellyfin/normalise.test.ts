import { expect, test } from 'vitest'
import { toObservedSession } from '../../../appliance/sources/jellyfin/normalise.ts'
import { libraryKeyOf } from '../../../appliance/sources/mediabrowser/normalise.ts'
import { parseSessions } from '../../../appliance/sources/mediabrowser/wire.ts'

type Wire = Record<string, unknown>

const video = { Type: 'Video', Index: 0, Codec: 'hevc', Width: 1920, Height: 1080, BitRate: 8_000_000 }
const audio = { Type: 'Audio', Index: 1, Codec: 'aac', BitRate: 192_000, IsDefault: true }

const wire = (item: Wire = {}, session: Wire = {}): Wire => ({
  Id: 'd1',
  UserName: 'maya',
  Client: 'Jellyfin Android TV',
  DeviceName: 'Living room TV',
  RemoteEndPoint: '192.168.1.40',
  SupportsRemoteControl: true,
  SupportsMediaControl: true,
  PlayState: { PositionTicks: 600_000_000, IsPaused: false, PlayMethod: 'DirectPlay' },
  NowPlayingItem: {
    Id: 'i1',
    Name: 'Metropolis',
    Type: 'Movie',
    MediaType: 'Video',
    ProductionYear: 1927,
    RunTimeTicks: 91_800_000_000,
    Container: 'mkv',
    MediaStreams: [video, audio],
    ...item,
  },
  ...session,
})

const seen = (one: Wire, library: string | null = null) => {
  const [session] = parseSessions([one])
  const observed = session && toObservedSession(session, library)
  if (!observed) throw new Error('nothing plays')
  return observed
}

const transcode = (info: Wire, item: Wire = {}) =>
  seen(wire(item, { PlayState: { PlayMethod: 'Transcode' }, TranscodingInfo: info })).stream

test('a film that plays directly is told in full', () => {
  expect(seen(wire(), 'Films')).toMatchObject({
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
      product: 'Jellyfin Android TV',
      platform: 'Android TV',
      address: '192.168.1.40',
      location: 'lan',
    },
    stream: {
      decision: 'direct-play',
      video: 'direct',
      audio: 'direct',
      container: 'mkv',
      hardware: null,
      bitrateKbps: 8192,
      source: { width: 1920, height: 1080, codec: 'hevc', is4k: false },
      target: null,
      reasons: [],
    },
    canTerminate: true,
  })
})

test('a session that plays nothing is none', () => {
  const [idle] = parseSessions([{ ...wire(), NowPlayingItem: null }])
  expect(idle && toObservedSession(idle, null)).toBeNull()
})

test('the key tells two items on the same device apart', () => {
  expect(seen(wire()).key).not.toBe(seen(wire({ Id: 'i2' })).key)
})

test('an episode is named after its series, with season, number and name below', () => {
  const item = {
    Type: 'Episode',
    Name: 'The Pilot',
    SeriesName: 'One Step Beyond',
    ParentIndexNumber: 1,
    IndexNumber: 3,
  }
  expect(seen(wire(item))).toMatchObject({
    title: 'One Step Beyond',
    subtitle: 'S1 E3 · The Pilot',
    mediaType: 'episode',
  })
  expect(seen(wire({ Type: 'Episode', Name: 'Lost' }))).toMatchObject({ title: 'Lost', subtitle: null })
})

test('a track has its artists and album below, and no video', () => {
  const flac = { ...audio, Codec: 'flac', BitRate: 920_000 }
  const item = { Type: 'Audio', MediaType: 'Audio', Name: 'Aria', Artists: ['Kimiko Ishizaka'], Album: 'Variations' }
  expect(seen(wire({ ...item, MediaStreams: [flac] }))).toMatchObject({
    title: 'Aria',
    subtitle: 'Kimiko Ishizaka · Variations',
    mediaType: 'track',
    stream: { video: null, audio: 'direct', bitrateKbps: 920, source: { codec: 'flac', range: null, is4k: false } },
  })
})

test('live television is named after what is on, and has no length', () => {
  const item = { Type: 'TvChannel', Name: 'Harbour', RunTimeTicks: null, CurrentProgram: { Name: 'Evening news' } }
  const live = seen(wire(item))
  expect(live).toMatchObject({ title: 'Evening news', subtitle: 'Harbour', mediaType: 'live', durationMs: null })
  const [session] = parseSessions([wire(item)])
  expect(session?.NowPlayingItem && libraryKeyOf(session.NowPlayingItem)).toBeNull()
})

test.each([
  ['Photo', { Type: 'Photo', MediaType: 'Photo', MediaStreams: [] }, 'photo'],
  ['AudioBook', { Type: 'AudioBook', MediaType: 'Audio' }, 'track'],
  ['Trailer', { Type: 'Trailer' }, 'other'],
  ['a type of the future', { Type: 'Hologram' }, 'other'],
])('%s has its own kind', (_, item, mediaType) => {
  expect(seen(wire(item)).mediaType).toBe(mediaType)
})

test.each([
  ['SDR', 'SDR'],
  ['HDR10', 'HDR10'],
  ['HDR10Plus', 'HDR10+'],
  ['HLG', 'HLG'],
  ['DOVI', 'DV'],
  ['DOVIWithHDR10', 'DV'],
  ['DOVIWithHLG', 'DV'],
  ['DOVIWithSDR', 'DV'],
  ['DOVIWithEL', 'DV'],
  ['DOVIWithHDR10Plus', 'DV'],
  ['DOVIWithELHDR10Plus', 'DV'],
])('the range %s is shown as %s', (VideoRangeType, range) => {
  expect(seen(wire({ MediaStreams: [{ ...video, VideoRangeType }] })).stream.source.range).toBe(range)
})

test.each([
  [{ VideoRangeType: 'DOVIInvalid', ColorTransfer: 'smpte2084' }, 'HDR10'],
  [{ VideoRangeType: 'Unknown', ColorTransfer: 'arib-std-b67' }, 'HLG'],
  [{ VideoRangeType: 'Unknown', VideoRange: 'HDR' }, 'HDR10'],
  [{ BitDepth: 10, ColorPrimaries: 'bt2020', ColorTransfer: 'bt709', VideoRange: 'SDR' }, 'SDR'],
  [{ BitDepth: 10, VideoRangeType: 'Unknown', VideoRange: 'Unknown' }, null],
])('without a usable range type %o the transfer decides: %s', (more, range) => {
  expect(seen(wire({ MediaStreams: [{ ...video, ...more }] })).stream.source.range).toBe(range)
})

test.each([
  [3840, 1600, true],
  [2880, 2160, true],
  [3840, 2160, true],
  [1920, 1080, false],
  [2560, 1440, false],
])('%i x %i is 4K: %s', (Width, Height, is4k) => {
  expect(seen(wire({ MediaStreams: [{ ...video, Width, Height }] })).stream.source.is4k).toBe(is4k)
})

test('the source is the version that plays, not the first one', () => {
  const small = { Id: 'small', Bitrate: 4_000_000, Container: 'mp4', MediaStreams: [video, audio] }
  const large = {
    Id: 'large',
    Bitrate: 60_000_000,
    Container: 'mkv',
    MediaStreams: [{ ...video, Width: 3840, Height: 2160 }],
  }
  const PlayState = { PlayMethod: 'DirectPlay', MediaSourceId: 'large' }
  const { stream } = seen(wire({ MediaSources: [small, large] }, { PlayState }))
  expect(stream).toMatchObject({ bitrateKbps: 60_000, container: 'mkv', source: { width: 3840, is4k: true } })
})

test('a transcode tells the true source, the target, the reasons in words, and hardware as configured only', () => {
  const info = {
    IsVideoDirect: false,
    IsAudioDirect: false,
    VideoCodec: 'h264',
    AudioCodec: 'aac',
    Container: 'ts',
    Width: 1280,
    Height: 720,
    Bitrate: 4_384_000,
    HardwareAccelerationType: 'vaapi',
    TranscodeReasons: ['ContainerBitrateExceedsLimit', 'HologramNotSupported'],
  }
  expect(transcode(info, { MediaStreams: [{ ...video, Width: 3840, Height: 1600 }, audio] })).toMatchObject({
    decision: 'transcode',
    video: 'transcode',
    audio: 'transcode',
    container: 'ts',
    hardware: 'configured',
    bitrateKbps: 4384,
    source: { width: 3840, height: 1600, codec: 'hevc', is4k: true },
    target: { width: 1280, height: 720, codec: 'h264' },
    reasons: ['The file needs more bandwidth than the player or the viewer is set to.', 'Hologram not supported.'],
  })
})

test('a transcode of the audio alone leaves the video direct, and says nothing of hardware', () => {
  const info = { IsVideoDirect: true, IsAudioDirect: false, HardwareAccelerationType: 'vaapi', VideoCodec: 'copy' }
  expect(transcode(info)).toMatchObject({
    decision: 'transcode',
    video: 'direct',
    audio: 'transcode',
    hardware: null,
    target: { codec: 'hevc' },
  })
})

test('a transcode that copies both tracks is a direct stream', () => {
  const stream = transcode({ IsVideoDirect: true, IsAudioDirect: true, Container: 'ts' })
  expect(stream).toMatchObject({ decision: 'direct-stream', video: 'direct', audio: 'direct', container: 'ts' })
})

test('a video transcode without acceleration says so', () => {
  const info = { IsVideoDirect: false, IsAudioDirect: true, HardwareAccelerationType: 'none' }
  expect(transcode(info)).toMatchObject({ hardware: 'none', audio: 'direct' })
  expect(transcode({ IsVideoDirect: false, IsAudioDirect: true }).hardware).toBe('none')
})

test('what is left over of a transcode does not count when the session plays directly', () => {
  const info = { IsVideoDirect: false, IsAudioDirect: false, Bitrate: 1_000_000, Container: 'ts' }
  const { stream } = seen(wire({}, { TranscodingInfo: info }))
  expect(stream).toMatchObject({ decision: 'direct-play', container: 'mkv', bitrateKbps: 8192, target: null })
})

test('a bit rate beyond 100 Mb/s is taken as it is, an absurd one as unknown', () => {
  const at = (BitRate: number) => seen(wire({ MediaStreams: [{ ...video, BitRate }] })).stream.bitrateKbps
  expect(at(120_000_000)).toBe(120_000)
  expect(at(2_147_483_647)).toBeNull()
  expect(at(-5)).toBeNull()
})

test('external subtitles and audio do not count into the rate of the file', () => {
  const external = { Type: 'Audio', Codec: 'dts', BitRate: 1_500_000, IsExternal: true }
  expect(seen(wire({ MediaStreams: [video, audio, external] })).stream.bitrateKbps).toBe(8192)
})

test.each([
  ['192.168.1.40', '192.168.1.40', 'lan'],
  ['::ffff:10.0.0.7', '10.0.0.7', 'lan'],
  ['10.0.0.7:53211', '10.0.0.7', 'lan'],
  ['[fe80::1%eth0]:8096', 'fe80::1', 'lan'],
  ['fd00::12', 'fd00::12', 'lan'],
  ['172.32.0.1', '172.32.0.1', 'wan'],
  ['::ffff:203.0.113.24', '203.0.113.24', 'wan'],
  ['[2001:db8::5]:443', '2001:db8::5', 'wan'],
  ['somewhere', null, null],
  ['', null, null],
])('the end point %s is %s, %s', (RemoteEndPoint, address, location) => {
  expect(seen(wire({}, { RemoteEndPoint })).player).toMatchObject({ address, location })
})

test('a player that takes no commands cannot be ended', () => {
  expect(seen(wire({}, { SupportsRemoteControl: false })).canTerminate).toBe(false)
  expect(seen(wire({}, { SupportsMediaControl: false })).canTerminate).toBe(false)
  expect(seen(wire({}, { SupportsMediaControl: undefined })).canTerminate).toBe(true)
})

test('odd fields count as absent, and the session stays', () => {
  const odd = wire({ ProductionYear: 'soon', RunTimeTicks: -1, MediaStreams: 'none', Artists: 7 }, { PlayState: 'x' })
  expect(seen({ ...odd, TranscodingInfo: [], UserName: 9 })).toMatchObject({
    user: 'Unknown',
    year: null,
    durationMs: null,
    positionMs: 0,
    stream: { decision: 'direct-play', video: 'direct', bitrateKbps: null },
  })
})

test('a garbage session is left out, a list of nothing but garbage is refused', () => {
  expect(parseSessions([wire(), 7, null, { Id: 4 }])).toHaveLength(1)
  expect(parseSessions([])).toEqual([])
  expect(() => parseSessions([1, 2])).toThrow('none of its sessions')
  expect(() => parseSessions({ Items: [] })).toThrow('not a list')
})
