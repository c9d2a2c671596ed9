import { NotAllowed } from '../components/blank.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { maySee } from '../lib/model/may.ts'
import type { PageProps } from '../lib/router.ts'
import { EditPage } from './edit.ts'
import { NewPage } from './new.ts'
import { SourceList } from './source-list.ts'

/** What Belfry watches: the list, one of them opened, or the form to add or change one. */
export const Page = ({ params }: PageProps) => {
  const { account, router } = useApp()
  const id = params['id']
  if (!maySee(account.person.value, 'sources'))
    return html`<div class="head"><h1>Sources</h1></div><${NotAllowed} what="Sources are shown to people who look after one." />`
  if (id === 'new') return html`<${NewPage} />`
  if (id && router.query.value.has('edit')) return html`<${EditPage} key=${id} id=${id} />`
  return html`<${SourceList} open=${id ?? null} />`
}
