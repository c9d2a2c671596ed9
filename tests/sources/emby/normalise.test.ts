import { describe, expect, test } from 'vitest'
import { toObservedSession } from '../../../appliance/sources/emby/normalise.ts'
import { parseSessions } from '../../../appliance/sources/mediabrowser/wire.ts'

type Wire = Record<string, unknown>

const video = { Type: 'Video', Index: 0, Codec: 'hevc', Width: 3840, Height: 2160, BitRate: 58_000_000 }
const audio = { Type: 'Audio', Index: 1, Codec: 'truehd', BitRate: 4_200_000, IsDefault: true }

const wire = (session: Wire = {}, item: Wire = {}): Wire => ({
  Id: 'd1',
  UserName: 'barbara',
  Client: 'Emby for Android TV',
  DeviceName: 'Lounge TV',
  DeviceId: 'lounge',
  InternalDeviceId: 12,
  RemoteEndPoint: '192.168.1.40',
  SupportsRemoteControl: true,
  PlayState: { PositionTicks: 600_000_000, IsPaused: false, PlayMethod: 'DirectPlay', MediaSourceId: 'mediasource_41' },
  NowPlayingItem: {
    Id: '41',
    Name: 'Sintel',
    Type: 'Movie',
    MediaType: 'Video',
    RunTimeTicks: 9_000_000_000,
    Container: 'mkv',
    MediaStreams: [video, audio],
    ...item,
  },
  ...session,
})

const seen = (one: Wire) => {
  const [session] = parseSessions([one])
  const observed = session && toObservedSession(session, 'Films')
  if (!observed) throw new Error('nothing plays')
  return observed
}

const played = (PlayMethod: string | undefined, TranscodingInfo?: Wire, item?: Wire) =>
  seen(wire({ PlayState: { PlayMethod }, ...(TranscodingInfo ? { TranscodingInfo } : {}) }, item)).stream

const shrunk = {
  IsVideoDirect: false,
  IsAudioDirect: false,
  VideoCodec: 'h264',
  Container: 'ts',
  Width: 1920,
  Height: 1080,
}
const copied = { ...shrunk, IsVideoDirect: true, IsAudioDirect: true, Width: 3840, Height: 2160 }

test('a film that plays directly is told in full', () => {
  expect(seen(wire())).toMatchObject({
    state: 'playing',
    user: 'barbara',
    title: 'Sintel',
    mediaType: 'movie',
    library: 'Films',
    positionMs: 60_000,
    durationMs: 900_000,
    player: { name: 'Lounge TV', product: 'Emby for Android TV', platform: 'Android TV', location: 'lan' },
    stream: {
      decision: 'direct-play',
      video: 'direct',
      audio: 'direct',
      container: 'mkv',
      hardware: null,
      bitrateKbps: 62_200,
      source: { width: 3840, height: 2160, codec: 'hevc', is4k: true },
      target: null,
    },
    canTerminate: true,
  })
})

test.each([
  ['Emby Web', 'Web'],
  ['Emby for iOS', 'iOS'],
  ['Emby Theater', 'Theater'],
  ['Emby', 'Emby'],
  ['Infuse-Direct', 'Infuse-Direct'],
])('%s is a player on %s', (Client, platform) => {
  expect(seen(wire({ Client })).player.platform).toBe(platform)
})

test('only SupportsRemoteControl says that a player takes commands', () => {
  expect(seen(wire({ SupportsMediaControl: false })).canTerminate).toBe(true)
  expect(seen(wire({ SupportsRemoteControl: false, SupportsMediaControl: true })).canTerminate).toBe(false)
})

test('an item that is counted is one that is named', () => {
  expect(seen(wire({}, { Id: 41 })).key).toBe(seen(wire()).key)
})

describe('what apps call a direct stream', () => {
  test('is direct play when the server makes nothing of the file', () => {
    expect(played('DirectStream')).toMatchObject({
      decision: 'direct-play',
      video: 'direct',
      audio: 'direct',
      target: null,
    })
  })

  test.each([
    ['mkv', 'mkv'],
    ['matroska', 'mkv'],
    ['mp4', 'mov,mp4,m4a'],
    ['MKV', 'mkv'],
  ])('is direct play when %s stays %s', (Container, from) => {
    const stream = played('DirectStream', { ...copied, Container, Bitrate: 1_000_000 }, { Container: from })
    expect(stream).toMatchObject({ decision: 'direct-play', target: null, bitrateKbps: 62_200, reasons: [] })
  })

  test('is one when the container changes', () => {
    const info = { ...copied, TranscodeReasons: ['ContainerNotSupported'] }
    expect(played('DirectStream', info)).toMatchObject({ decision: 'direct-stream', video: 'direct', container: 'ts' })
  })

  test('is a transcode when a track is made anew', () => {
    expect(played('DirectStream', { ...copied, IsAudioDirect: false })).toMatchObject({
      decision: 'transcode',
      video: 'direct',
      audio: 'transcode',
      hardware: null,
    })
  })

  test('is no transcode for music, which has no picture to be direct', () => {
    const flac = { Type: 'Audio', MediaType: 'Audio', Container: 'flac', MediaStreams: [{ ...audio, Codec: 'flac' }] }
    const info = { IsVideoDirect: false, IsAudioDirect: true, Container: 'flac' }
    expect(played('DirectStream', info, flac)).toMatchObject({ decision: 'direct-play', video: null })
    expect(
      played('Transcode', { ...info, IsAudioDirect: false, AudioCodec: 'mp3', Container: 'mp3' }, flac),
    ).toMatchObject({
      decision: 'transcode',
      audio: 'transcode',
      target: { codec: 'mp3' },
    })
  })
})

test('a transcode in the same container that copies both tracks is a direct stream', () => {
  expect(played('Transcode', { ...copied, Container: 'mkv' }).decision).toBe('direct-stream')
})

test('a session without a method is judged by what the server makes', () => {
  expect(played(undefined).decision).toBe('direct-play')
  expect(played(undefined, shrunk).decision).toBe('transcode')
})

describe('hardware', () => {
  test.each([
    [true, true, 'full'],
    [true, false, 'decode'],
    [false, true, 'encode'],
    [false, false, 'none'],
  ])('decoder %s and encoder %s are %s', (VideoDecoderIsHardware, VideoEncoderIsHardware, hardware) => {
    const info = { ...shrunk, VideoDecoderIsHardware, VideoEncoderIsHardware }
    expect(played('Transcode', info)).toMatchObject({ video: 'transcode', hardware })
  })

  test('is known by its name where the flags are missing', () => {
    expect(played('Transcode', { ...shrunk, VideoEncoderHwAccel: 'QuickSync' }).hardware).toBe('encode')
    expect(played('Transcode', { ...shrunk, VideoDecoder: 'hevc', VideoEncoder: 'libx264' }).hardware).toBe('none')
  })

  test('is not known while the server does not say', () => {
    expect(played('Transcode', shrunk).hardware).toBeNull()
    expect(played('Transcode', { ...shrunk, HardwareAccelerationType: 'vaapi' }).hardware).toBeNull()
  })

  test('does nothing for audio alone', () => {
    const info = { ...copied, IsAudioDirect: false, VideoDecoderIsHardware: true, VideoEncoderIsHardware: true }
    expect(played('Transcode', info)).toMatchObject({ video: 'direct', hardware: null })
  })
})

test.each([
  [{ VideoRange: 'SDR', ExtendedVideoType: 'None', ExtendedVideoSubType: 'None' }, 'SDR'],
  [{ VideoRange: 'HDR 10', ExtendedVideoType: 'Hdr10', ExtendedVideoSubType: 'Hdr10' }, 'HDR10'],
  [{ VideoRange: 'HDR 10', ExtendedVideoType: 'Hdr10Plus', ExtendedVideoSubType: 'Hdr10Plus0' }, 'HDR10+'],
  [{ VideoRange: 'HLG', ExtendedVideoType: 'HyperLogGamma', ExtendedVideoSubType: 'HyperLogGamma' }, 'HLG'],
  [{ VideoRange: 'DolbyVision', ExtendedVideoType: 'DolbyVision', ExtendedVideoSubType: 'DoviProfile50' }, 'DV'],
  [{ VideoRange: 'HDR 10', ExtendedVideoType: 'DolbyVision', ExtendedVideoSubType: 'DoviProfile76' }, 'DV'],
  [{ VideoRange: 'HDR 10', ExtendedVideoType: 'None', ExtendedVideoSubType: 'DoviProfile81' }, 'DV'],
  [{ VideoRange: 'SDR', ExtendedVideoSubType: 'DoviProfile82' }, 'DV'],
  [{ VideoRange: 'DolbyVision' }, 'DV'],
  [{ VideoRange: 'Dolby Vision' }, 'DV'],
  [{ VideoRange: 'HDR 10' }, 'HDR10'],
  [{ VideoRange: 'HDR 10+' }, 'HDR10+'],
  [{ VideoRange: 'HLG' }, 'HLG'],
  [{ VideoRangeType: 'DOVIWithHDR10' }, 'DV'],
  [{ VideoRangeType: 'DOVIInvalid', ColorTransfer: 'smpte2084' }, 'HDR10'],
  [{ VideoRange: 'SDR', ColorTransfer: 'smpte2084' }, 'HDR10'],
  [{ VideoRange: 'SDR', BitDepth: 10, ColorPrimaries: 'bt2020', ColorTransfer: 'bt709' }, 'SDR'],
  [{ BitDepth: 10, Profile: 'Main 10' }, null],
])('the words %o are the range %s', (words, range) => {
  expect(seen(wire({}, { MediaStreams: [{ ...video, ...words }] })).stream.source.range).toBe(range)
})

test('a scope film is 4K by its width', () => {
  expect(seen(wire({}, { MediaStreams: [{ ...video, Height: 1600 }] })).stream.source.is4k).toBe(true)
})

test('a video transcode tells its true source, its target and the reasons in words', () => {
  const info = {
    ...shrunk,
    Bitrate: 8_256_000,
    TranscodeReasons: ['VideoRangeNotSupported', 'SubtitleContentOptionsEnabled'],
  }
  expect(played('Transcode', info)).toMatchObject({
    bitrateKbps: 8256,
    source: { width: 3840, is4k: true },
    target: { width: 1920, height: 1080, codec: 'h264' },
    reasons: [
      'The player cannot show this dynamic range.',
      'The subtitles are shown in a way that only the server can make.',
    ],
  })
})
