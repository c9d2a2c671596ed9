import type { VideoRange } from '#protocol/session.ts'
import type { ObservedSession } from '../../media/ports.ts'
import type { Dialect } from '../mediabrowser/dialect.ts'
import { toObservedSession as toObserved } from '../mediabrowser/normalise.ts'
import { decisionOf as plainDecisionOf, rangeOfTransfer } from '../mediabrowser/stream.ts'
import type { SessionWire, StreamWire, TranscodingWire } from '../mediabrowser/wire.ts'

const ranges: Record<string, VideoRange> = {
  hdr10: 'HDR10',
  'hdr10+': 'HDR10+',
  hdr10plus: 'HDR10+',
  hdr10plus0: 'HDR10+',
  hlg: 'HLG',
  hyperloggamma: 'HLG',
  dolbyvision: 'DV',
}

/** 'HDR 10' and 'Hdr10' are the same word, and every DoviProfile is Dolby Vision, whatever its base layer. */
const rangeOfWord = (word: string | null | undefined): VideoRange | null => {
  const plain = (word ?? '').toLowerCase().replace(/[\s_-]/g, '')
  return plain.startsWith('dovi') && plain !== 'doviinvalid' ? 'DV' : (ranges[plain] ?? null)
}

/** From the narrowest word to the widest; `None` and `SDR` leave it to the transfer, which is read from the file. */
const rangeOf = (stream: StreamWire): VideoRange | null =>
  rangeOfWord(stream.ExtendedVideoType) ??
  rangeOfWord(stream.ExtendedVideoSubType) ??
  rangeOfWord(stream.VideoRangeType) ??
  rangeOfWord(stream.VideoRange) ??
  rangeOfTransfer(stream)

const isHardware = (flag: boolean | null | undefined, engine: string | null | undefined): boolean | null =>
  flag ?? (engine ? true : null)

/** What really decodes and encodes; null while the server does not know it itself. */
const hardwareOf = (info: TranscodingWire) => {
  const decodes = isHardware(info.VideoDecoderIsHardware, info.VideoDecoderHwAccel)
  const encodes = isHardware(info.VideoEncoderIsHardware, info.VideoEncoderHwAccel)
  if (decodes && encodes) return 'full'
  if (encodes) return 'encode'
  if (decodes) return 'decode'
  const isKnown = decodes !== null || encodes !== null || info.VideoDecoder || info.VideoEncoder
  return isKnown ? 'none' : null
}

const sameContainers: Record<string, string> = { matroska: 'mkv', m4v: 'mp4', mov: 'mp4' }

const isSameContainer = (a: string | null | undefined, b: string | null | undefined): boolean => {
  const [left, right] = [a, b].map((name) => name?.split(',')[0]?.toLowerCase() ?? '')
  if (!left || !right) return false
  return (sameContainers[left] ?? left) === (sameContainers[right] ?? right)
}

/** Apps say DirectStream for what they play directly; it is one only when the server makes another container. */
const decisionOf: Dialect['decisionOf'] = (seen) => {
  const { method, info, container, isMusic } = seen
  if (method !== 'DirectStream') return plainDecisionOf(seen)
  if (!info) return 'direct-play'
  const isUntouched = (isMusic || info.IsVideoDirect) && info.IsAudioDirect
  return isUntouched && isSameContainer(info.Container, container) ? 'direct-play' : plainDecisionOf(seen)
}

export const dialect: Dialect = {
  canControl: (wire) => Boolean(wire.SupportsRemoteControl),
  platformOf: (product) => product.replace(/^Emby (for )?(?=.)/i, ''),
  rangeOf,
  hardwareOf,
  decisionOf,
}

/** Null when the session plays nothing. */
export const toObservedSession = (wire: SessionWire, library: string | null): ObservedSession | null =>
  toObserved(wire, library, dialect)
