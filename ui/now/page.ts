import type { Container } from '#protocol/container.ts'
import type { Session } from '#protocol/session.ts'
import type { Source } from '#protocol/source.ts'
import { Blank, Waiting } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { Fold, Group } from '../components/group.ts'
import { InTurn } from '../components/in-turn.ts'
import { State } from '../components/mark.ts'
import { Sentence } from '../components/needs.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { useWatch } from '../lib/use-watch.ts'
import { MediaGroup, whereOf } from '../media/media-group.ts'
import { SessionLine } from '../media/session-line.ts'
import { isAway, isEngine, isMedia, sourceMark, sourceWord } from '../sources/kinds.ts'
import { BoxGroup } from './box-group.ts'
import { EngineGroup } from './engine-group.ts'
import { Flow } from './flow.ts'
import { headlineOf } from './headline.ts'
import { createNeeds } from './needs.ts'
import { NeedsBox } from './needs-box.ts'
import { OwnGroup } from './own-group.ts'

const Plays = ({ source, sessions }: { source: Source; sessions: readonly Session[] }) => {
  const away = isAway(source)
  return html`<${MediaGroup} source=${source} sessions=${sessions}>
    <ul>
      ${sessions.map(
        (session) =>
          html`<${SessionLine} key=${session.id} session=${session} away=${away} href=${`/sessions/${encodeURIComponent(session.id)}`} />`,
      )}
      ${sessions.length === 0 ? html`<${Fold} href=${`/sources/${encodeURIComponent(source.id)}`}>${away ? (source.status.reason ?? 'Nothing is known of it') : 'Nothing plays'}<//>` : null}
    </ul>
  <//>`
}

const Other = ({ source }: { source: Source }) =>
  html`<${Group} id=${source.id} name=${source.name} where=${whereOf(source)} unreachable=${isAway(source)}
    sum=${html`<${State} state=${sourceMark[source.status.state]}>${sourceWord[source.status.state]}<//>`}>
    ${source.status.reason ? html`<ul><${Fold} href=${`/sources/${encodeURIComponent(source.id)}`}>${source.status.reason}<//></ul>` : null}
  <//>`

const Places = ({
  sources,
  sessions,
  containers,
}: {
  sources: readonly Source[]
  sessions: readonly Session[]
  containers: readonly Container[]
}) => {
  const of = <T extends { sourceId: string }>(items: readonly T[], { id }: Source) =>
    items.filter(({ sourceId }) => sourceId === id)
  const rank = ({ kind }: Source) => (isMedia(kind) ? 0 : isEngine(kind) ? 1 : 2)
  const shown = sources.filter(({ status }) => status.state !== 'disabled').toSorted((a, b) => rank(a) - rank(b))
  const groupOf = (source: Source) => {
    if (isMedia(source.kind)) return html`<${Plays} source=${source} sessions=${of(sessions, source)} />`
    if (isEngine(source.kind)) return html`<${EngineGroup} source=${source} containers=${of(containers, source)} />`
    return html`<${Other} source=${source} />`
  }
  return html`${shown.map((source, at) => html`<${InTurn} key=${source.id} turn=${at + 1}>${groupOf(source)}<//>`)}`
}

const Newcomer = () => {
  const admin = useApp().account.person.value?.role === 'admin'
  if (!admin)
    return html`<${Blank} level=${2} title="Nothing here is yours yet">An admin of this box decides what you see. Ask for what you need.<//>`
  return html`<${Blank} level=${2} title="No source yet"
    buttons=${html`<${Button} kind="primary" icon="plus" href="/sources/new">Add your first source<//>`}
  >A source is a media server or a Docker host that this box watches for you. You need its address and a key. What answers on this network is offered above by itself.<//>`
}

const Foot = () => {
  const { clock, times, state } = useApp()
  const away = state.sourceList.value.filter(isAway).filter(({ status }) => status.state !== 'disabled')
  const late = away.map(({ name, status }) => `${name} is as of ${times.near(status.since, clock.now.value)}.`)
  return html`<p class="foot">Live at ${times.clock(clock.now.value)}. ${late.join(' ')}</p>`
}

/** Everything that runs at this moment, on one page. */
export const Page = () => {
  const app = useApp()
  const { state, live } = app
  const needs = app.model(createNeeds).value
  useWatch('container:stats')
  if (!state.known.value)
    return html`<h1 class="sr">Now</h1><p class="sentence">Asking the box.</p><${Waiting} lines=${8} what="Asking the box" />`
  const sources = state.sourceList.value
  const sessions = state.sessionList.value
  const containers = state.containerList.value
  const own = containers.filter(({ sourceId }) => !state.sources.value.has(sourceId))
  const { strong, rest } = headlineOf({ needs, sources, sessions, containers })
  const stale = live.status.value.state === 'stale'
  const hasMedia = sources.some(({ kind }) => isMedia(kind)) && state.bandwidth.value !== null
  return html`<h1 class="sr">Now</h1>
    <${Sentence} strong=${strong}>${rest}<//>
    ${needs.length > 0 ? html`<${NeedsBox} needs=${needs} />` : null}
    <div class=${stale ? 'stale' : undefined}>
      ${hasMedia ? html`<${Flow} />` : null}
      <${Places} sources=${sources} sessions=${sessions} containers=${containers} />
      ${own.length > 0 ? html`<${OwnGroup} containers=${own} />` : null}
      ${sources.length === 0 && own.length === 0 ? html`<${Newcomer} />` : null}
      <${InTurn} turn=${sources.length + 1}><${BoxGroup} /><//>
    </div>
    ${stale ? null : html`<${InTurn} turn=${sources.length + 2}><${Foot} /><//>`}`
}
