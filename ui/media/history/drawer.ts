import type { List } from '#protocol/list.ts'
import type { Play } from '#protocol/play.ts'
import { Waiting } from '../../components/blank.ts'
import { Drawer } from '../../components/drawer.ts'
import { Facts } from '../../components/facts.ts'
import { FormError } from '../../components/field.ts'
import { sentenceOf } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { span } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { useAsked } from '../../lib/use-asked.ts'
import { useEscape } from '../../lib/use-escape.ts'
import { Chain } from '../chain.ts'
import { isAwayFromHome } from '../session-facts.ts'
import { keyOf, placeOf } from './query.ts'
import { playerOf, watchedOf } from './words.ts'

const Ways = ({ play }: { play: Play }) => {
  const to = (change: Record<string, string>) => `/history?${new URLSearchParams(change)}`
  return html`<p class="ways">
    <a class="link" href=${to({ viewer: play.user, source: play.sourceId })}>All by ${play.user}</a>
    <a class="link" href=${to({ q: play.title, kind: play.mediaType })}>All of ${play.title}</a>
    <a class="link" href=${to({ source: play.sourceId })}>All on ${play.source}</a>
  </p>`
}

const restMs = ({ startedAt, endedAt, playedMs }: Play) => Date.parse(endedAt) - Date.parse(startedAt) - playedMs

const From = ({ play }: { play: Play }) => {
  const { address } = play.player
  const where = isAwayFromHome(play) ? 'Away' : play.player.location === 'lan' ? 'At home' : null
  if (!address) return html`${where ?? 'The server did not tell.'}`
  return html`${where ? `${where}, ` : ''}<span class="mono">${address}</span>`
}

const Body = ({ play }: { play: Play }) => {
  const { times } = useApp()
  const watched = watchedOf(play)
  const rest = restMs(play)
  return html`<div class="play-detail" tabindex="0" role="group" aria-label="Details of the play">
    <${Chain} sent=${play} />
    <div class="cols">
      <${Facts} items=${[
        ['Viewer', play.user],
        ['Player', playerOf(play)],
        ['From', html`<${From} play=${play} />`],
        ['Platform', play.player.platform === play.player.product ? null : play.player.platform],
        ['Server', play.source],
      ]} />
      <${Facts} items=${[
        ['Title', play.subtitle ? `${play.title}, ${play.subtitle}` : play.title],
        ['Library', [play.library, play.year].filter(Boolean).join(', ')],
        ['Began', times.full(play.startedAt)],
        ['Ended', times.near(play.endedAt, Date.parse(play.startedAt))],
        ['Played', `${span(play.playedMs)}${watched ? `, ${watched}` : ''}`],
        ['Stood still', rest >= 60_000 ? span(rest) : null],
      ]} />
    </div>
    <${Ways} play=${play} />
  </div>`
}

/** One play whole, beside the list. One that is not in the list is asked for by itself. */
export const PlayDrawer = ({ openKey, known }: { openKey: string; known: Play | undefined }) => {
  const { api, router } = useApp()
  const close = () => router.setQuery({ open: null })
  useEscape(close)
  const asked = useAsked(`play ${known ? '' : openKey}`, async (signal): Promise<Play | 'gone'> => {
    const place = placeOf(openKey)
    if (known || !place) return known ?? 'gone'
    const { from, to } = place
    const { items } = await api.get<List<Play>>('/history', { query: { from, to, limit: 100 }, signal })
    return items.find((one) => keyOf(one) === openKey) ?? 'gone'
  })
  const play = known ?? (asked.value === 'gone' ? null : asked.value)
  return html`<${Drawer}
    id="play"
    title=${play ? play.title : 'A play'}
    note=${play ? [play.subtitle, play.user].filter(Boolean).join(', ') : null}
    closeLabel="Close the play"
    onClose=${close}
  >
    ${play ? html`<${Body} play=${play} />` : null}
    ${!play && asked.error ? html`<div class="play-detail"><${FormError} text=${sentenceOf(asked.error)} /></div>` : null}
    ${!play && asked.value === 'gone' ? html`<p class="play-detail quiet">There is no such play, or not any more.</p>` : null}
    ${!play && asked.value === null && !asked.error ? html`<div class="play-detail"><${Waiting} lines=${3} /></div>` : null}
  <//>`
}
