import type { PlayedStream } from '#protocol/play.ts'
import type { Session } from '#protocol/session.ts'
import { bitrate, say } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { codecName, isHeard, isTranscode } from './session-facts.ts'

type Stream = PlayedStream & { bitrateKbps: number | null }
/** A session, or a play that is over. */
export interface Sent {
  mediaType: Session['mediaType']
  stream: Stream
}

const picture = (
  { height, width, codec }: { height: number | null; width: number | null; codec: string | null },
  range: string | null,
) => {
  const lines = height ?? (width ? Math.round((width * 9) / 16) : null)
  const first = [lines ? `${lines}p` : null, codecName(codec)].filter(Boolean).join(' ')
  return [first, range].filter(Boolean).join(', ') || 'Not told'
}

const hardwareWords: Record<NonNullable<Stream['hardware']>, string> = {
  none: 'on the processor',
  decode: 'read in hardware',
  encode: 'written in hardware',
  full: 'in hardware',
  configured: 'in hardware, as it is set up',
}

const viaOf = ({ decision, video, audio, hardware }: Stream): { word: string; note: string } => {
  if (decision === 'direct-play') return { word: 'Direct play', note: 'the file as it is' }
  if (decision === 'direct-stream') return { word: 'Direct stream', note: 'another container, same picture and sound' }
  const parts = [
    video === 'transcode'
      ? ['video', hardware ? hardwareWords[hardware] : 'anew'].join(' ')
      : video === 'direct'
        ? 'video as it is'
        : null,
    audio === 'transcode' ? 'audio anew' : audio === 'direct' ? 'audio as it is' : null,
  ]
  return { word: 'Transcode', note: parts.filter(Boolean).join(', ') }
}

/** From file to screen. Page styles: `detail`. */
export const Chain = ({ sent: what }: { sent: Sent }) => {
  const { stream } = what
  const { word, note } = viaOf(stream)
  const rate = stream.bitrateKbps === null ? null : say(bitrate(stream.bitrateKbps))
  const container = stream.container?.toUpperCase() ?? null
  const transcodes = isTranscode(what)
  const sent = [rate, container].filter(Boolean).join(', ')
  const costly = transcodes && stream.video === 'transcode'
  return html`<div class="chain" role="group" aria-label="From file to screen">
    <div><span class="label">File</span><b>${picture(stream.source, stream.source.range)}</b><span>${transcodes ? '' : sent}</span></div>
    <div class="via"><span class=${costly ? 'word' : 'label'} data-state=${costly ? 'attention' : undefined}>${word}</span><i></i><span>${note}</span></div>
    <div><span class="label">${isHeard(what) ? 'Player' : 'Screen'}</span><b>${stream.target ? picture(stream.target, null) : picture(stream.source, stream.source.range)}</b><span>${sent}</span></div>
  </div>`
}
