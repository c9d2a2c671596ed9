import type { Session } from '#protocol/session.ts'
import { Button } from '../components/button.ts'
import { Facts } from '../components/facts.ts'
import { useApp } from '../lib/app.ts'
import { place } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { isAway } from '../sources/kinds.ts'
import { Chain } from './chain.ts'
import { RuleWait } from './rule/wait.ts'
import { isAwayFromHome, positionAt } from './session-facts.ts'
import { useTerminate } from './terminate.ts'

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
  const away = source ? isAway(source) : true
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
      ['4K rule', session.rule && !away ? html`<${RuleWait} session=${session} />` : null],
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
    <${Chain} sent=${session} />
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
