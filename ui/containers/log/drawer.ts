import type { Container } from '#protocol/container.ts'
import { Blank } from '../../components/blank.ts'
import { Drawer } from '../../components/drawer.ts'
import { State } from '../../components/mark.ts'
import { sentenceOf } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { useStanding } from '../cells.ts'
import type { FeedState } from './feed.ts'
import { LogLines } from './lines.ts'
import { LogTools } from './tools.ts'
import { type LogView, useLog } from './view.ts'

const note: Record<FeedState, string> = {
  opening: 'log',
  live: 'log, live',
  ended: 'log, ended',
  broken: 'log, connection lost, trying again',
  refused: 'log',
}

const noteOf = ({ feed, away }: LogView): string => (away.value ? 'log, as last read' : note[feed.state.value])

/** What there is of a log: its lines, or why there are none. */
export const LogBody = ({ view, name, tall }: { view: LogView; name: string; tall?: boolean }) => {
  const { book, state, error } = view.feed
  void book.version.value
  if (book.lines.length > 0) return html`<${LogLines} view=${view} label=${`Log of ${name}`} tall=${tall} />`
  if (view.away.value)
    return html`<div class="log-none"><${Blank} state="unknown" title="The log cannot be read now">Its engine does not answer. It goes on here by itself.<//></div>`
  if (state.value === 'opening')
    return html`<div class="log-none" role="status" aria-label="The log is on its way"></div>`
  if (state.value === 'refused' || state.value === 'broken')
    return html`<div class="log-none"><${Blank} state="unknown" title="The log could not be read">${sentenceOf(error.value)}<//></div>`
  return html`<div class="log-none"><${Blank} title="Nothing in the log">${name} has not written a line${state.value === 'live' ? ' yet. What it writes shows here at once.' : '.'}<//></div>`
}

const tail = 2000

/** The log of one container beside the list. */
export const LogDrawer = ({ container }: { container: Container }) => {
  const { router } = useApp()
  const view = useLog(container, tail)
  const standing = useStanding(container)
  return html`<${Drawer}
    id="log"
    title=${container.name}
    state=${html`<${State} state=${standing.state}>${standing.word}<//>`}
    note=${noteOf(view)}
    tools=${html`<${LogTools} view=${view} name=${container.name} />`}
    closeLabel="Close the log"
    onClose=${() => router.setQuery({ open: null })}
  ><${LogBody} view=${view} name=${container.name} /><//>`
}

export const logNote = (view: LogView): string => noteOf(view).replace(/^log,? ?/, '')
