/** One track of a file, with the field names of the wire. */
export interface Stream {
  Type: 'Video' | 'Audio' | 'Subtitle'
  Index: number
  Codec: string
  [field: string]: unknown
}

export type Range =
  | 'Unknown'
  | 'SDR'
  | 'HDR10'
  | 'HLG'
  | 'HDR10Plus'
  | 'DOVI'
  | 'DOVIWithHDR10'
  | 'DOVIWithHLG'
  | 'DOVIWithSDR'
  | 'DOVIWithEL'
  | 'DOVIWithHDR10Plus'
  | 'DOVIWithELHDR10Plus'
  | 'DOVIInvalid'

interface Dolby {
  profile: number
  compatibility: number
  enhancement?: boolean
}

interface RangeFacts {
  transfer: 'bt709' | 'smpte2084' | 'arib-std-b67'
  dolby?: Dolby
  plus?: boolean
}

const RANGES: Record<Range, RangeFacts> = {
  Unknown: { transfer: 'bt709' },
  SDR: { transfer: 'bt709' },
  HDR10: { transfer: 'smpte2084' },
  HLG: { transfer: 'arib-std-b67' },
  HDR10Plus: { transfer: 'smpte2084', plus: true },
  DOVI: { transfer: 'smpte2084', dolby: { profile: 5, compatibility: 0 } },
  DOVIWithHDR10: { transfer: 'smpte2084', dolby: { profile: 8, compatibility: 1 } },
  DOVIWithHLG: { transfer: 'arib-std-b67', dolby: { profile: 8, compatibility: 4 } },
  DOVIWithSDR: { transfer: 'bt709', dolby: { profile: 8, compatibility: 2 } },
  DOVIWithEL: { transfer: 'smpte2084', dolby: { profile: 7, compatibility: 6, enhancement: true } },
  DOVIWithHDR10Plus: { transfer: 'smpte2084', dolby: { profile: 8, compatibility: 1 }, plus: true },
  DOVIWithELHDR10Plus: {
    transfer: 'smpte2084',
    dolby: { profile: 7, compatibility: 6, enhancement: true },
    plus: true,
  },
  DOVIInvalid: { transfer: 'smpte2084', dolby: { profile: 8, compatibility: 3 } },
}

export const RANGE_NAMES: readonly Range[] = Object.keys(RANGES) as Range[]

export interface VideoSpec {
  width: number
  height: number
  codec?: string
  range?: Range
  bitDepth?: 8 | 10
  bitRate?: number
  frameRate?: number
}

export function videoStream(spec: VideoSpec): Stream {
  const range = spec.range ?? 'SDR'
  const bitDepth = spec.bitDepth ?? (range === 'SDR' ? 8 : 10)
  const codec = spec.codec ?? 'hevc'
  const wide = range !== 'SDR' && RANGES[range].transfer !== 'bt709'
  return {
    Type: 'Video',
    Index: 0,
    Codec: codec,
    ColorSpace: wide ? 'bt2020nc' : 'bt709',
    ColorTransfer: RANGES[range].transfer,
    ColorPrimaries: wide ? 'bt2020' : 'bt709',
    ...dolbyFields(RANGES[range].dolby),
    Hdr10PlusPresentFlag: RANGES[range].plus ?? null,
    TimeBase: '1/1000',
    VideoRange: videoRange(range),
    VideoRangeType: range,
    DisplayTitle: `${spec.height}p ${codec.toUpperCase()} ${range}`,
    BitRate: spec.bitRate ?? 8_000_000,
    BitDepth: bitDepth,
    Height: spec.height,
    Width: spec.width,
    AverageFrameRate: spec.frameRate ?? 24,
    RealFrameRate: spec.frameRate ?? 24,
    Profile: bitDepth === 10 ? 'Main 10' : 'High',
    PixelFormat: bitDepth === 10 ? 'yuv420p10le' : 'yuv420p',
    Level: 153,
    IsInterlaced: false,
    IsDefault: true,
    IsForced: false,
    IsExternal: false,
  }
}

function videoRange(range: Range): 'Unknown' | 'SDR' | 'HDR' {
  if (range === 'Unknown' || range === 'DOVIInvalid') return 'Unknown'
  return range === 'SDR' || range === 'DOVIWithSDR' ? 'SDR' : 'HDR'
}

function dolbyFields(dolby: Dolby | undefined): Record<string, unknown> {
  if (dolby === undefined) return {}
  return {
    DvVersionMajor: 1,
    DvVersionMinor: 0,
    DvProfile: dolby.profile,
    DvLevel: 6,
    RpuPresentFlag: 1,
    ElPresentFlag: dolby.enhancement ? 1 : 0,
    BlPresentFlag: 1,
    DvBlSignalCompatibilityId: dolby.compatibility,
    VideoDoViTitle: `Dolby Vision Profile ${dolby.profile}${dolby.compatibility > 0 ? `.${dolby.compatibility}` : ''}`,
  }
}

export interface AudioSpec {
  codec?: string
  channels?: number
  bitRate?: number
  index?: number
}

export function audioStream(spec: AudioSpec = {}): Stream {
  const channels = spec.channels ?? 2
  return {
    Type: 'Audio',
    Index: spec.index ?? 1,
    Codec: spec.codec ?? 'aac',
    Language: 'eng',
    TimeBase: '1/1000',
    VideoRange: 'Unknown',
    VideoRangeType: 'Unknown',
    DisplayTitle: `English - ${(spec.codec ?? 'aac').toUpperCase()} - ${channels === 2 ? 'Stereo' : `${channels} ch`}`,
    ChannelLayout: channels === 2 ? 'stereo' : channels === 6 ? '5.1' : '7.1',
    BitRate: spec.bitRate ?? 192_000,
    Channels: channels,
    SampleRate: 48_000,
    IsDefault: true,
    IsForced: false,
    IsExternal: false,
  }
}

export function subtitleStream(codec = 'subrip', index = 2): Stream {
  return {
    Type: 'Subtitle',
    Index: index,
    Codec: codec,
    Language: 'eng',
    DisplayTitle: `English - ${codec.toUpperCase()}`,
    IsTextSubtitleStream: codec === 'subrip',
    IsDefault: false,
    IsForced: false,
    IsExternal: false,
  }
}
