import type { Scalar } from './node.ts'

/** One track of a file, with the field names of the wire; bit rates in kbit/s. */
export interface Stream {
  streamType: 1 | 2 | 3
  codec: string
  [field: string]: Scalar
}

export type Range = 'SDR' | 'HDR10' | 'HLG' | 'DV5' | 'DV7' | 'DV8.1' | 'DV8.4'

interface RangeFacts {
  trc: 'bt709' | 'smpte2084' | 'arib-std-b67'
  title: string
  dolby?: { profile: number; compatibility: number; enhancement?: boolean }
}

const RANGES: Record<Range, RangeFacts> = {
  SDR: { trc: 'bt709', title: '' },
  HDR10: { trc: 'smpte2084', title: ' HDR10' },
  HLG: { trc: 'arib-std-b67', title: ' HLG' },
  DV5: { trc: 'smpte2084', title: ' DoVi', dolby: { profile: 5, compatibility: 0 } },
  DV7: { trc: 'smpte2084', title: ' DoVi/HDR10', dolby: { profile: 7, compatibility: 6, enhancement: true } },
  'DV8.1': { trc: 'smpte2084', title: ' DoVi/HDR10', dolby: { profile: 8, compatibility: 1 } },
  'DV8.4': { trc: 'arib-std-b67', title: ' DoVi/HLG', dolby: { profile: 8, compatibility: 4 } },
}

export const RANGE_NAMES: readonly Range[] = Object.keys(RANGES) as Range[]

export interface VideoSpec {
  width: number
  height: number
  codec?: string
  range?: Range
  bitDepth?: 8 | 10
  bitrate?: number
  /** Wide colours without a high dynamic range. */
  wide?: boolean
}

/** The label that the server gives by width; a scope film of 3840x1600 is 4k too. */
export function resolutionOf(width: number, height: number): string {
  if (width >= 3800 || height >= 2000) return '4k'
  if (width >= 1900 || height >= 1000) return '1080'
  if (width >= 1260 || height >= 700) return '720'
  return height >= 560 ? '576' : '480'
}

export function videoStream(spec: VideoSpec): Stream {
  const { width, height, range = 'SDR', codec = 'hevc', bitrate = 8000 } = spec
  const bitDepth = spec.bitDepth ?? (range === 'SDR' ? 8 : 10)
  const { trc, title, dolby } = RANGES[range]
  const isWide = spec.wide ?? range !== 'SDR'
  const label = resolutionOf(width, height)
  const profile = bitDepth === 10 ? 'main 10' : codec === 'h264' ? 'high' : 'main'
  const display = `${label === '4k' ? '4K' : `${label}p`}${title}`
  return {
    streamType: 1,
    default: true,
    codec,
    index: 0,
    bitrate,
    ...(dolby === undefined ? {} : dolbyFields(dolby)),
    bitDepth,
    chromaSubsampling: '4:2:0',
    codedHeight: height,
    codedWidth: width,
    // Profile 5 alone has colours of its own, and no primaries that others could read.
    ...(dolby?.profile === 5 ? {} : { colorPrimaries: isWide ? 'bt2020' : 'bt709' }),
    colorRange: 'tv',
    colorSpace: isWide ? 'bt2020nc' : 'bt709',
    colorTrc: trc,
    frameRate: 23.976,
    height,
    width,
    level: 153,
    profile,
    displayTitle: `${display} (${codec.toUpperCase()}${bitDepth === 10 ? ' Main 10' : ''})`,
    extendedDisplayTitle: `${display} (${codec.toUpperCase()}${bitDepth === 10 ? ' Main 10' : ''})`,
  }
}

function dolbyFields(dolby: NonNullable<RangeFacts['dolby']>): Record<string, Scalar> {
  return {
    DOVIBLCompatID: dolby.compatibility,
    DOVIBLPresent: true,
    DOVIELPresent: dolby.enhancement ?? false,
    DOVILevel: 6,
    DOVIPresent: true,
    DOVIProfile: dolby.profile,
    DOVIRPUPresent: true,
    DOVIVersion: '1.0',
  }
}

export function audioStream(codec = 'aac', channels = 2, bitrate = 192, index = 1): Stream {
  const layout = { 2: 'stereo', 6: '5.1', 8: '7.1' }[channels] ?? `${channels}`
  return {
    streamType: 2,
    codec,
    index,
    channels,
    bitrate,
    language: 'English',
    languageTag: 'en',
    languageCode: 'eng',
    audioChannelLayout: layout,
    samplingRate: 48_000,
    displayTitle: `English (${codec.toUpperCase()} ${layout})`,
    extendedDisplayTitle: `English (${codec.toUpperCase()} ${layout})`,
  }
}

export function subtitleStream(codec = 'srt', index = 2): Stream {
  const displayTitle = `English (${codec.toUpperCase()})`
  return { streamType: 3, codec, index, language: 'English', languageTag: 'en', languageCode: 'eng', displayTitle }
}
