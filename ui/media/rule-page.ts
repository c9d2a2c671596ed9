import type { List } from '#protocol/list.ts'
import type { TranscodeRule } from '#protocol/transcode-rule.ts'
import { Blank, Failed, NotAllowed, PageTitle, Waiting } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { maySee } from '../lib/model/may.ts'
import type { PageProps } from '../lib/router.ts'
import { useAsked } from '../lib/use-asked.ts'
import { SourceRule } from './rule/form.ts'

const Rules = () => {
  const { api, state } = useApp()
  const asked = useAsked('transcode-rule', (signal) => api.get<List<TranscodeRule>>('/transcode-rule', { signal }))
  const rules = asked.value
  if (!rules)
    return asked.error
      ? html`<${Failed} what="The 4K rule" error=${asked.error} onRetry=${asked.again} />`
      : html`<${Waiting} lines=${8} what="Reading the 4K rule" />`
  const shown = rules.items.flatMap((rule) => {
    const source = state.sources.value.get(rule.sourceId)
    return source ? [{ rule, source }] : []
  })
  if (shown.length === 0)
    return html`<${Blank} level=${2} title="No media server to rule over">Once a Plex, Emby or Jellyfin server is there, its 4K rule is set here.<//>`
  const onSaved = (saved: TranscodeRule) =>
    asked.put({ ...rules, items: rules.items.map((rule) => (rule.sourceId === saved.sourceId ? saved : rule)) })
  return shown.map(
    ({ rule, source }) => html`<${SourceRule} key=${source.id} source=${source} rule=${rule} onSaved=${onSaved} />`,
  )
}

/** Whether sessions that shrink 4K are ended, server by server. */
export const Page = (_props: PageProps) => {
  const { account } = useApp()
  const person = account.person.value
  const may = maySee(person, 'sessions') && person?.role !== 'viewer'
  return html`<div class="head"><${PageTitle}>4K rule<//><div class="end"><${Button} kind="plain" href="/sessions">Sessions<//></div></div>
    ${
      may
        ? html`<p class="says">A server works hardest when it makes a 4K picture small. The rule ends such a session after a grace, tells the viewer why, and writes it into the audit log.</p>
          <${Rules} />`
        : html`<${NotAllowed} what="The 4K rule is shown to people who look after sessions." />`
    }`
}
