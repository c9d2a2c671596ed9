import type { VideoRange } from '#protocol/session.ts'
import type { ObservedSession } from '../../media/ports.ts'
import type { Dialect } from '../mediabrowser/dialect.ts'
import { toObservedSession as toObserved } from '../mediabrowser/normalise.ts'
import { decisionOf, rangeOfTransfer } from '../mediabrowser/stream.ts'
import type { SessionWire } from '../mediabrowser/wire.ts'

const ranges: Record<string, VideoRange> = { SDR: 'SDR', HDR10: 'HDR10', HDR10Plus: 'HDR10+', HLG: 'HLG' }

const rangeOf: Dialect['rangeOf'] = (stream) => {
  const type = stream.VideoRangeType ?? ''
  // Dolby Vision whose parts contradict each other: a player shows its base layer.
  if (type.startsWith('DOVI') && type !== 'DOVIInvalid') return 'DV'
  return ranges[type] ?? rangeOfTransfer(stream)
}

/** The server tells what it is set to use, not what it uses: no more than `configured` can be said. */
const hardwareOf: Dialect['hardwareOf'] = (info) => {
  if (info.IsVideoDirect !== false) return null
  const type = info.HardwareAccelerationType?.toLowerCase()
  return type && type !== 'none' ? 'configured' : 'none'
}

export const dialect: Dialect = {
  canControl: (wire) => Boolean(wire.SupportsRemoteControl) && wire.SupportsMediaControl !== false,
  platformOf: (product) => product.replace(/^Jellyfin (for )?(?=.)/i, ''),
  rangeOf,
  hardwareOf,
  decisionOf,
}

/** Null when the session plays nothing. */
export const toObservedSession = (wire: SessionWire, library: string | null): ObservedSession | null =>
  toObserved(wire, library, dialect)
