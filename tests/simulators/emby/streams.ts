import type { Stream } from '../jellyfin/streams.ts'

interface Named {
  VideoRange: string
  ExtendedVideoType: string
  ExtendedVideoSubType: string
}

const named = (VideoRange: string, ExtendedVideoType = 'None', ExtendedVideoSubType = ExtendedVideoType): Named => ({
  VideoRange,
  ExtendedVideoType,
  ExtendedVideoSubType,
})
const dolby = (profile: string) => named('DolbyVision', 'DolbyVision', `DoviProfile${profile}`)

const RANGES: Record<string, Named> = {
  Unknown: named('SDR'),
  SDR: named('SDR'),
  HDR10: named('HDR 10', 'Hdr10'),
  HDR10Plus: named('HDR 10', 'Hdr10Plus', 'Hdr10Plus0'),
  HLG: named('HLG', 'HyperLogGamma'),
  DOVI: dolby('50'),
  DOVIWithHDR10: dolby('81'),
  DOVIWithHLG: dolby('84'),
  DOVIWithSDR: dolby('82'),
  DOVIWithEL: dolby('76'),
  DOVIWithHDR10Plus: dolby('81'),
  DOVIWithELHDR10Plus: dolby('76'),
  DOVIInvalid: named('HDR 10', 'Hdr10'),
}

const ONLY_JELLYFIN = /^(Dv|RpuPresent|ElPresent|BlPresent|VideoDoVi|VideoRange|Hdr10Plus)/

/** The same track in Emby's words: a range is named in three fields, and numbers of Dolby Vision are in none. */
export function embyStream(stream: Stream): Record<string, unknown> {
  const kept = Object.fromEntries(Object.entries(stream).filter(([field]) => !ONLY_JELLYFIN.test(field)))
  const common = { ...kept, Protocol: 'File', AttachmentSize: 0, SupportsExternalStream: stream.Type === 'Subtitle' }
  if (stream.Type !== 'Video') return { ...common, ...named('', 'None'), VideoRange: null }
  const range = RANGES[String(stream['VideoRangeType'])] ?? named('SDR')
  const word = range.VideoRange === 'DolbyVision' ? 'Dolby Vision' : range.VideoRange
  return { ...common, ...range, DisplayTitle: `${stream['Height']}p ${word} ${stream.Codec.toUpperCase()}` }
}
