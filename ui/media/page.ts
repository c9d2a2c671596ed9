import { Fragment } from 'preact'
import { useEffect } from 'preact/hooks'
import type { Session } from '#protocol/session.ts'
import type { Source } from '#protocol/source.ts'
import { Blank, Waiting } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { Filters, SearchField, Segments, Select } from '../components/filters.ts'
import { useApp } from '../lib/app.ts'
import { bitrate, listed, say } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { maySee } from '../lib/model/may.ts'
import type { PageProps } from '../lib/router.ts'
import { isAway, isMedia } from '../sources/kinds.ts'
import { Unanswered } from '../sources/unanswered.ts'
import { SessionDetail } from './detail.ts'
import { MediaGroup } from './media-group.ts'
import { type Selection, type Shown, select } from './selection.ts'
import { SessionLine } from './session-line.ts'

const shownOf = (text: string | null): Shown => (text === 'transcodes' || text === 'away' ? text : 'all')

const Head = ({ sessions }: { sessions: readonly Session[] }) => {
  const { account } = useApp()
  const kbps = sessions.reduce(
    (sum, { state, stream }) => sum + (state === 'paused' ? 0 : (stream.bitrateKbps ?? 0)),
    0,
  )
  return html`<div class="head">
    <h1>Sessions</h1>
    ${sessions.length > 0 ? html`<span class="quiet">${sessions.length} now, ${say(bitrate(kbps))}</span>` : null}
    <div class="end">
      ${maySee(account.person.value, 'analytics') ? html`<${Button} kind="plain" href="/history">History<//>` : null}
      ${account.person.value?.role === 'viewer' ? null : html`<${Button} kind="plain" href="/sessions/rule">4K rule<//>`}
    </div>
  </div>`
}

const Bar = ({
  selection,
  counts,
  sources,
}: {
  selection: Selection
  counts: Record<Shown, number>
  sources: readonly Source[]
}) => {
  const { router } = useApp()
  return html`<${Filters}>
    <${SearchField} label="Search sessions" placeholder="Title, viewer, player" value=${selection.text} onInput=${(q: string) => router.setQuery({ q })} />
    <${Segments} label="Show" value=${selection.show} onChoose=${(show: string) => router.setQuery({ show: show === 'all' ? null : show })}
      choices=${[
        { value: 'all', text: `All ${counts.all}` },
        { value: 'transcodes', text: `Transcodes ${counts.transcodes}` },
        { value: 'away', text: `Away ${counts.away}` },
      ]} />
    ${
      sources.length > 1
        ? html`<${Select} label="Server" value=${selection.sourceId} onChoose=${(source: string) => router.setQuery({ source })}
            choices=${[{ value: '', text: 'Every server' }, ...sources.map(({ id, name }) => ({ value: id, text: name }))]} />`
        : null
    }
  <//>`
}

const Server = (props: { source: Source; sessions: readonly Session[]; openId: string | undefined; query: string }) => {
  const { source, sessions, openId, query } = props
  const away = isAway(source)
  return html`<${MediaGroup} source=${source} sessions=${sessions}>
    <ul>
      ${sessions.map((session) => {
        const open = session.id === openId
        const id = `session-${session.id}`
        const href = `${open ? '/sessions' : `/sessions/${encodeURIComponent(session.id)}`}${query}`
        return html`<${Fragment} key=${session.id}>
          <${SessionLine} session=${session} away=${away} href=${href} open=${open} detailId=${id} />
          ${open ? html`<${SessionDetail} session=${session} id=${id} />` : null}
        <//>`
      })}
    </ul>
    ${away ? html`<${Unanswered} source=${source} />` : null}
  <//>`
}

const Nothing = ({ sources, filtered }: { sources: readonly Source[]; filtered: boolean }) => {
  const { router, account } = useApp()
  if (filtered)
    return html`<${Blank} level=${2} title="Nothing plays that matches"
      buttons=${html`<${Button} onClick=${() => router.setQuery({ q: null, show: null, source: null })}>Show all<//>`}>Another word or another set may find it.<//>`
  if (sources.length === 0)
    return maySee(account.person.value, 'sources')
      ? html`<${Blank} level=${2} title="No media server yet" buttons=${html`<${Button} kind="primary" icon="plus" href="/sources/new?kind=jellyfin">Add a media server<//>`}
        >Jellyfin, Emby or Plex: give its address and a key, and what plays there is shown here at once.<//>`
      : html`<${Blank} level=${2} title="Not yours to see">Sessions are shown to people with that grant. An admin of this box can give it.<//>`
  const well = sources.filter((source) => !isAway(source)).map(({ name }) => name)
  return html`<${Blank} level=${2} title="Nothing plays">${well.length > 0 ? `${listed(well)} ${well.length === 1 ? 'is' : 'are'} fine.` : 'No server answers at the moment.'}<//>`
}

/** A session that was linked to and is over: said, instead of a list that silently lacks it. */
const Over = ({ openId }: { openId: string | undefined }) => {
  const { state } = useApp()
  if (!openId || state.sessions.value.has(openId)) return null
  return html`<${Blank} level=${2} title="This session is over" buttons=${html`<${Button} href="/sessions">All sessions<//>`}>It ended before this page opened, or while it was open.<//>`
}

/** What plays on every media server; the detail of one opens under its line. */
export const Page = ({ params }: PageProps) => {
  const { state, router, live } = useApp()
  const openId = params['id']
  const known = state.known.value
  useEffect(() => {
    if (openId && known)
      document.getElementById(`session-${openId}`)?.scrollIntoView({ block: 'nearest', behavior: 'auto' })
  }, [openId, known])
  if (!known) return html`<${Head} sessions=${[]} /><${Waiting} what="Asking for sessions" />`
  const query = router.query.value
  const selection: Selection = {
    text: query.get('q') ?? '',
    show: shownOf(query.get('show')),
    sourceId: query.get('source') ?? '',
  }
  const sources = state.sourceList.value.filter(({ kind, status }) => isMedia(kind) && status.state !== 'disabled')
  const all = state.sessionList.value
  const { shown, counts } = select(all, selection)
  const filtered = selection.text !== '' || selection.show !== 'all' || selection.sourceId !== ''
  const groups = sources
    .map((source) => ({ source, sessions: shown.filter(({ sourceId }) => sourceId === source.id) }))
    .filter(({ source, sessions }) => sessions.length > 0 || (isAway(source) && !filtered))
  const text = query.toString()
  const alive = all.filter(({ sourceId }) => sources.some((source) => source.id === sourceId && !isAway(source)))
  return html`<${Head} sessions=${alive} />
    ${all.length > 0 || filtered ? html`<${Bar} selection=${selection} counts=${counts} sources=${sources} />` : null}
    <${Over} openId=${openId} />
    <div class=${live.status.value.state === 'stale' ? 'stale' : undefined}>
      ${groups.map(({ source, sessions }) => html`<${Server} key=${source.id} source=${source} sessions=${sessions} openId=${openId} query=${text ? `?${text}` : ''} />`)}
    </div>
    ${shown.length === 0 && !openId ? html`<${Nothing} sources=${sources} filtered=${filtered && all.length > 0} />` : null}`
}
