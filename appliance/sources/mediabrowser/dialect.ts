import type { Session, VideoRange } from '#protocol/session.ts'
import type { SessionWire, StreamWire, TranscodingWire } from './wire.ts'

type Stream = Session['stream']

/** Where the two servers that share an API say the same thing in different words. */
export interface Dialect {
  /** Whether the player takes commands at all. */
  canControl(wire: SessionWire): boolean
  /** There is no field for it; the client's name carries it, as in Jellyfin Android TV. */
  platformOf(product: string): string
  rangeOf(stream: StreamWire): VideoRange | null
  /** What does the work of a video transcode. */
  hardwareOf(info: TranscodingWire): Stream['hardware']
  /** `container` is that of the file, `info` what the server makes of it, `isMusic` that there is no picture. */
  decisionOf(seen: {
    method: string | null | undefined
    info: TranscodingWire | null
    container: string | null
    isMusic: boolean
  }): Stream['decision']
}
