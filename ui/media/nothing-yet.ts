import { Blank } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { maySee } from '../lib/model/may.ts'
import { useMediaSources } from './use-media-sources.ts'

/** Nothing was ever recorded: what has to happen first. */
export const NothingYet = () => {
  const { account } = useApp()
  const sources = useMediaSources()
  if (sources.length === 0 && maySee(account.person.value, 'sources'))
    return html`<${Blank} level=${2} title="No media server yet" buttons=${html`<${Button} kind="primary" icon="plus" href="/sources/new">Add a media server<//>`}
      >Jellyfin, Emby or Plex: what plays there is recorded from then on.<//>`
  return html`<${Blank} level=${2} title="Nothing was played yet" buttons=${html`<${Button} href="/sessions">See what plays now<//>`}
    >A play is written down when it is over, and when it ran for ten seconds or more.<//>`
}
