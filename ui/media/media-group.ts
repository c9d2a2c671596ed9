import type { ComponentChildren } from 'preact'
import type { Session } from '#protocol/session.ts'
import type { Source } from '#protocol/source.ts'
import { Group } from '../components/group.ts'
import { State } from '../components/mark.ts'
import { useApp } from '../lib/app.ts'
import { bitrate, plural, say, span } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { isAway, productOf, sourceMark, sourceWord } from '../sources/kinds.ts'

/** "Unreachable for 40 s". */
export const AwayState = ({ source: { status } }: { source: Source }) => {
  const { clock } = useApp()
  const age = status.state === 'unreachable' ? ` for ${span(clock.now.value - Date.parse(status.since))}` : ''
  return html`<${State} state=${sourceMark[status.state]}>${sourceWord[status.state]}${age}<//>`
}

const hostOf = (url: string) => {
  try {
    return new URL(url).hostname
  } catch {
    return ''
  }
}

/** "Jellyfin 10.11, at 10.0.4.20". */
export const whereOf = (source: Source): string => {
  const host = source.url.startsWith('unix:') ? 'this box' : hostOf(source.url)
  const place = ['localhost', '127.0.0.1', '::1', 'this box'].includes(host) ? 'on this box' : host ? `at ${host}` : ''
  return [productOf(source), place].filter(Boolean).join(', ')
}

const Sum = ({ source, sessions }: { source: Source; sessions: readonly Session[] }) => {
  if (isAway(source)) return html`<${AwayState} source=${source} />`
  if (sessions.length === 0) return null
  const kbps = sessions.reduce(
    (sum, { state, stream }) => sum + (state === 'paused' ? 0 : (stream.bitrateKbps ?? 0)),
    0,
  )
  return html`<span>${sessions.length} ${plural(sessions.length, 'session')}</span><span>${say(bitrate(kbps))}</span>`
}

/** A media server and what plays on it. */
export const MediaGroup = (props: { source: Source; sessions: readonly Session[]; children?: ComponentChildren }) =>
  html`<${Group}
    id=${props.source.id}
    name=${props.source.name}
    where=${whereOf(props.source)}
    sum=${html`<${Sum} source=${props.source} sessions=${props.sessions} />`}
    unreachable=${isAway(props.source)}
  >${props.children}<//>`
