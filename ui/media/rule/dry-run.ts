import { useSignal } from '@preact/signals'
import type { TranscodeRulePreview, WouldHaveEnded } from '#protocol/transcode-rule.ts'
import { Waiting } from '../../components/blank.ts'
import { Button } from '../../components/button.ts'
import { FormError } from '../../components/field.ts'
import { type Column, Table } from '../../components/table.ts'
import { sentenceOf } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { plural, span } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { useMinute } from '../../people/use-minute.ts'
import { heightName } from '../session-facts.ts'
import { type Draft, namesIn } from './draft.ts'

const When = ({ at }: { at: string }) => {
  const { times } = useApp()
  return html`<time datetime=${at} title=${times.full(at)}>${times.near(at, useMinute())}</time>`
}

const sizes = ({ source, target }: WouldHaveEnded) =>
  [heightName(source), target ? heightName(target) : null].filter(Boolean).join(' to ')

const columns: Column<WouldHaveEnded>[] = [
  {
    ...{ key: 'title', title: 'Title', name: true, width: '34%' },
    cell: ({ title, subtitle }) =>
      html`<span class="wraps">${title}</span>${subtitle ? html`<span class="sub">${subtitle}</span>` : null}`,
  },
  { key: 'user', title: 'Viewer', width: '18%', cell: ({ user }) => user },
  { key: 'player', title: 'Player', width: '18%', cell: ({ player }) => player },
  { key: 'sizes', title: 'Picture', width: '15%', cell: sizes },
  {
    ...{ key: 'when', title: 'Began', width: '15%' },
    cell: ({ startedAt, playedMs }) =>
      html`<${When} at=${startedAt} /><span class="sub">played ${span(playedMs)}</span>`,
  },
]

const resultOf = ({ count, plays, items }: TranscodeRulePreview) => {
  if (plays === 0) return 'Nothing was recorded on this server in the last 30 days, so there is nothing to try it on.'
  const of = `of ${plays} ${plural(plays, 'play')} in the last 30 days`
  if (count === 0) return `It would have ended none ${of}.`
  return `It would have ended ${count} ${of}${items.length < count ? `; the newest ${items.length} are listed` : ''}.`
}

const Result = ({ found }: { found: TranscodeRulePreview }) =>
  html`<p class="quiet" role="status">${resultOf(found)}</p>
    ${found.items.length > 0 ? html`<${Table} caption="What the 4K rule would have ended" columns=${columns} items=${found.items} keyOf=${({ id }: WouldHaveEnded) => id} fixed />` : null}`

/** Tries the rule as it stands in the fields on what was played; ends and saves nothing. */
export const DryRun = ({ sourceId, draft, off }: { sourceId: string; draft: Draft; off: boolean }) => {
  const { api } = useApp()
  const busy = useSignal(false)
  const found = useSignal<TranscodeRulePreview | null>(null)
  const wrong = useSignal<string | null>(null)
  const run = async () => {
    busy.value = true
    wrong.value = null
    const body = { sourceId, graceMs: Math.round(Number(draft.grace) * 1000), exempt: namesIn(draft.exempt) }
    try {
      found.value = await api.post<TranscodeRulePreview>('/transcode-rule/preview', body)
    } catch (error) {
      wrong.value = sentenceOf(error)
    } finally {
      busy.value = false
    }
  }
  return html`<div class="form">
    <div class="buttons"><${Button} kind="plain" busy=${busy.value} disabled=${off} onClick=${run}>${busy.value ? 'Trying' : 'Try it on the last 30 days'}<//></div>
    <${FormError} text=${wrong.value} />
    ${busy.value && !found.value ? html`<${Waiting} lines=${2} what="Looking through the history" />` : null}
    ${found.value ? html`<${Result} found=${found.value} />` : null}
  </div>`
}
