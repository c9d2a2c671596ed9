import type { Session } from '#protocol/session.ts'
import { Button } from '../components/button.ts'
import { Facts } from '../components/facts.ts'
import { useApp } from '../lib/app.ts'
import { bitrate, place, say } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { isAway } from '../sources/kinds.ts'
import { codecName, isAwayFromHome, isHeard, isTranscode, positionAt } from './session-facts.ts'
import { useTerminate } from './terminate.ts'

type Stream = Session['stream']

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

const Chain = ({ session }: { session: Session }) => {
  const { stream } = session
  const { word, note } = viaOf(stream)
  const rate = stream.bitrateKbps === null ? null : say(bitrate(stream.bitrateKbps))
  const container = stream.container?.toUpperCase() ?? null
  const transcodes = isTranscode(session)
  const sent = [rate, container].filter(Boolean).join(', ')
  const costly = transcodes && stream.video === 'transcode'
  return html`<div class="chain" role="group" aria-label="From file to screen">
    <div><span class="label">File</span><b>${picture(stream.source, stream.source.range)}</b><span>${transcodes ? '' : sent}</span></div>
    <div class="via"><span class=${costly ? 'word' : 'label'} data-state=${costly ? 'attention' : undefined}>${word}</span><i></i><span>${note}</span></div>
    <div><span class="label">${isHeard(session) ? 'Player' : 'Screen'}</span><b>${stream.target ? picture(stream.target, null) : picture(stream.source, stream.source.range)}</b><span>${sent}</span></div>
  </div>`
}

const Because = ({ session: { stream } }: { session: Session }) =>
  stream.reasons.length === 0
    ? null
    : html`<p class="because"><b>Why it ${stream.decision === 'transcode' ? 'transcodes' : 'is repacked'}.</b> ${stream.reasons.join(' ')}</p>`

const Began = ({ session }: { session: Session }) => {
  const { clock, times } = useApp()
  const at = place(positionAt(session, clock.now.value))
  const end = session.durationMs === null ? '' : ` of ${place(session.durationMs)}`
  return html`${times.minute(session.startedAt)}, ${session.state === 'paused' ? 'paused' : 'now'} at ${at}${end}`
}

const FactsOf = ({ session }: { session: Session }) => {
  const { state } = useApp()
  const { player, title, subtitle, library, year, user } = session
  const source = state.sources.value.get(session.sourceId)
  const from = [player.location === 'wan' ? 'Away' : player.location === 'lan' ? 'At home' : null, player.address]
  return html`<div class="cols">
    <${Facts} items=${[
      ['Viewer', user],
      ['Player', player.product === player.name ? player.name : `${player.product} on ${player.name}`],
      [
        'From',
        player.address ? html`${from[0] ? `${from[0]}, ` : ''}<span class="mono">${player.address}</span>` : from[0],
      ],
      ['Platform', player.platform === player.product ? null : player.platform],
    ]} />
    <${Facts} items=${[
      ['Title', subtitle ? `${title}, ${subtitle}` : null],
      ['Library', [library, year].filter(Boolean).join(', ')],
      ['Began', html`<${Began} session=${session} />`],
      [
        'Server',
        source ? html`<a class="link" href=${`/sources/${encodeURIComponent(source.id)}`}>${source.name}</a>` : null,
      ],
    ]} />
  </div>`
}

/** Opens under a session's line: from file to screen, why, and what can be done. */
export const SessionDetail = ({ session, id }: { session: Session; id: string }) => {
  const { state, sessions } = useApp()
  const terminate = useTerminate()
  const source = state.sources.value.get(session.sourceId)
  const away = source ? isAway(source) : true
  const pending = sessions.pending.value.has(session.id)
  const why = away
    ? 'Its server does not answer, so it cannot be ended now.'
    : session.canTerminate
      ? null
      : 'This player takes no commands from its server, so it cannot be ended from here.'
  return html`<li class="detail" id=${id}>
    <${Chain} session=${session} />
    <${Because} session=${session} />
    <${FactsOf} session=${session} />
    ${
      terminate.may(session)
        ? html`<div class="buttons">
            <${Button} kind="danger" icon="stop" busy=${pending} disabled=${why !== null} onClick=${() => terminate.ask(session)}>${pending ? 'Ending' : 'End session'}<//>
          </div>
          ${why ? html`<p class="hint">${why}</p>` : null}`
        : null
    }
    ${isAwayFromHome(session) && !session.player.address ? html`<p class="hint">The server does not tell from where.</p>` : null}
  </li>`
}
