import type { Activity, Summary } from '#protocol/play.ts'
import { Blank, Failed, NotAllowed, PageTitle } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { Filters, Segments, Select } from '../components/filters.ts'
import { useApp } from '../lib/app.ts'
import { html } from '../lib/html.ts'
import { maySee } from '../lib/model/may.ts'
import type { PageProps } from '../lib/router.ts'
import { Again } from './analytics/again.ts'
import { Charts } from './analytics/charts.ts'
import { Numbers } from './analytics/figures.ts'
import { type Choice, choiceOf, rangeParam, ranges, wordsOf } from './analytics/query.ts'
import { Rankings } from './analytics/rankings.ts'
import { Shares } from './analytics/shares.ts'
import { useKept } from './analytics/use-kept.ts'
import { headlineOf } from './analytics/words.ts'
import { NothingYet } from './nothing-yet.ts'
import { useServerChoice } from './use-media-sources.ts'

const dayMs = 86_400_000

const Bar = ({ choice }: { choice: Choice }) => {
  const { router } = useApp()
  const { sources, isOffered } = useServerChoice(choice.source)
  return html`<${Filters}>
    <${Segments} label="Range" choices=${ranges} value=${choice.range} onChoose=${(range: string) => router.setQuery({ range: rangeParam(range) })} />
    ${
      isOffered
        ? html`<${Select} label="Server" value=${choice.source} onChoose=${(source: string) => router.setQuery({ source })}
            choices=${[{ value: '', text: 'Every server' }, ...sources.map(({ id, name }) => ({ value: id, text: name }))]} />`
        : null
    }
    <${Select} label="Ordered by" value=${choice.by} onChoose=${(by: string) => router.setQuery({ by: by === 'time' ? null : by })}
      choices=${[{ value: 'time', text: 'By time' }, { value: 'plays', text: 'By plays' }]} />
  <//>`
}

const Headline = ({ summary }: { summary: Summary | null }) => {
  if (!summary) return html`<p class="sentence" aria-busy="true"><span class="sr">Counting</span></p>`
  const { strong, rest } = headlineOf(summary)
  return html`<p class="sentence"><strong>${strong}</strong> ${rest}</p>`
}

/** Nothing in this range: a longer one may have something. */
const Empty = ({ choice }: { choice: Choice }) => {
  const { router } = useApp()
  if (choice.range === '365d' && !choice.source) return html`<${NothingYet} />`
  const button = html`<${Button} onClick=${() => router.setQuery({ range: '365d', source: null })}>Look at 365 days<//>`
  return html`<${Blank} level=${2} title=${`Nothing was played in ${wordsOf(choice.range).last}`} buttons=${button}
    >A play counts when it is over, and when it ran for ten seconds or more.<//>`
}

const Whole = ({ choice }: { choice: Choice }) => {
  const { live, clock } = useApp()
  const query = { range: choice.range, sourceId: choice.source }
  const summary = useKept<Summary>('/analytics/summary', query)
  const activity = useKept<Activity>('/analytics/activity', query)
  if (summary.value === null && summary.error)
    return html`<${Failed} what="What was played" error=${summary.error} onRetry=${summary.again} />`
  if (summary.value?.sessions === 0 && summary.isCurrent) return html`<${Empty} choice=${choice} />`
  const { days } = wordsOf(choice.range)
  const from = activity.value?.days[0]?.day ?? new Date(clock.read() - days * dayMs).toISOString().slice(0, 10)
  const transcodes = new URLSearchParams({
    decision: 'transcode',
    from,
    ...(choice.source ? { source: choice.source } : {}),
  })
  return html`<div class=${live.status.value.state === 'stale' ? 'stale' : undefined}>
    <${Again} kept=${summary} />
    <div aria-busy=${summary.isCurrent || summary.error || !summary.value ? undefined : 'true'}>
      <${Headline} summary=${summary.value} /><${Numbers} summary=${summary.value} /><${Shares} summary=${summary.value} href=${`/history?${transcodes}`} />
    </div>
    <div aria-busy=${activity.isCurrent || activity.error || !activity.value ? undefined : 'true'}>
      <${Charts} activity=${activity.value} by=${choice.by} short=${choice.range === '24h'} />${summary.error ? null : html`<${Again} kept=${activity} />`}
    </div>
    <${Rankings} choice=${choice} from=${from} />
  </div>`
}

/** What was watched over a range: how much, how it was sent, when, by whom and on what. */
export const Page = (_props: PageProps) => {
  const app = useApp()
  if (!maySee(app.account.person.value, 'analytics'))
    return html`<div class="head"><${PageTitle}>Analytics<//></div><${NotAllowed} what="What was played is shown to people with that grant." />`
  const choice = choiceOf(app)
  return html`<div class="analytics">
    <div class="head"><${PageTitle}>Analytics<//><div class="end"><${Button} kind="plain" href="/history">History<//></div></div>
    <${Bar} choice=${choice} /><${Whole} choice=${choice} />
  </div>`
}
