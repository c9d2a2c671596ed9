import type { Play } from '#protocol/play.ts'
import { type Column, Table } from '../../components/table.ts'
import { useApp } from '../../lib/app.ts'
import { span } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { useMinute } from '../../people/use-minute.ts'
import { decisionName, isAwayFromHome, streamFact } from '../session-facts.ts'
import { keyOf } from './query.ts'
import { subOf, watchedOf } from './words.ts'

/** The address of this list with one play open. */
const useHref = () => {
  const { router } = useApp()
  const here = new URLSearchParams(router.query.value)
  return (key: string) => {
    here.set('open', key)
    return `/history?${here}`
  }
}

const When = ({ at }: { at: string }) => {
  const { times } = useApp()
  const today = times.day(at) === times.day(useMinute())
  return html`<time datetime=${at}>${times.minute(at)}<span class="sub">${today ? 'today' : times.day(at)}</span></time>`
}

const How = ({ play }: { play: Play }) => {
  const fact = streamFact(play)
  const word = decisionName[play.stream.decision]
  const rest = fact.startsWith(word) ? fact.slice(word.length + 2) : fact
  return html`${word}<span class="sub">${rest}</span>`
}

const columnsOf = (href: (key: string) => string, openKey: string | null): Column<Play>[] => [
  {
    ...{ key: 'what', title: 'What', name: true, width: '27%' },
    cell: (play) => {
      const isOpen = keyOf(play) === openKey
      return html`<a class="name-link" href=${href(keyOf(play))} aria-expanded=${isOpen ? 'true' : 'false'} aria-controls=${isOpen ? 'play' : undefined}>${play.title}</a><span class="sub">${subOf(play)}</span>`
    },
  },
  {
    key: 'who',
    title: 'Who',
    width: '15%',
    cell: ({ user, source }) => html`${user}<span class="sub">${source}</span>`,
  },
  {
    ...{ key: 'when', title: 'Began', width: '13%', kind: 'beside' },
    cell: ({ startedAt }) => html`<${When} at=${startedAt} />`,
  },
  {
    ...{ key: 'long', title: 'Played', width: '14%' },
    cell: (play) => html`${span(play.playedMs)}<span class="sub">${watchedOf(play)}</span>`,
  },
  { key: 'how', title: 'How', width: '14%', cell: (play) => html`<${How} play=${play} />` },
  {
    ...{ key: 'where', title: 'Where', width: '17%' },
    cell: (play) =>
      html`${play.player.name}<span class="sub">${[play.player.product === play.player.name ? null : play.player.product, isAwayFromHome(play) ? 'away' : null].filter(Boolean).join(', ')}</span>`,
  },
]

export const HistoryTable = ({ items, openKey }: { items: readonly Play[]; openKey: string | null }) => {
  const href = useHref()
  return html`<${Table} caption="What was played, newest first" columns=${columnsOf(href, openKey)} items=${items} fixed
    keyOf=${({ id }: Play) => id} isSelected=${(play: Play) => keyOf(play) === openKey} />`
}
