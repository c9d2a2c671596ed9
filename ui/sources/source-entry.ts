import type { Source } from '#protocol/source.ts'
import { Line } from '../components/line.ts'
import { Menu } from '../components/menu.ts'
import { Since } from '../components/when.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { productOf, sourceMark, sourceWord } from './kinds.ts'
import { sourceItems } from './questions.ts'
import { SourceDetail } from './source-detail.ts'

const hostOf = (url: string) => url.replace(/^[a-z]+:\/\//, '')

/** One source as a line; opened, with all that is known of it under the line. */
export const SourceEntry = ({ source, open }: { source: Source; open: boolean }) => {
  const app = useApp()
  const { id, name, url, status } = source
  const mark = sourceMark[status.state]
  const word = mark === 'attention' || mark === 'trouble' || mark === 'unknown' ? mark : undefined
  const query = app.router.query.value.toString()
  const to = open ? '/sources' : `/sources/${encodeURIComponent(id)}`
  const bad = status.reason ? `${sourceWord[status.state]}. ${status.reason}` : sourceWord[status.state]
  const said = status.state === 'ok' ? hostOf(url) || 'Answers' : bad
  return html`<${Line}
      state=${mark}
      name=${name}
      href=${query ? `${to}?${query}` : to}
      where=${productOf(source)}
      fact=${said}
      word=${word}
      when=${status.state === 'disabled' ? null : html`for <${Since} at=${status.since} />`}
      controls=${`source-${id}`}
      open=${open}
      actions=${html`<${Menu} label=${`Actions for ${name}`} items=${() => sourceItems(app, source)} />`}
    />
    ${open ? html`<li class="detail" id=${`source-${id}`}><${SourceDetail} source=${source} /></li>` : null}`
}
