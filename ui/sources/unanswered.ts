import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Source, SourceDetail } from '#protocol/source.ts'
import { Button } from '../components/button.ts'
import { sentenceOf } from '../lib/api-error.ts'
import { useApp } from '../lib/app.ts'
import { span } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import { mayOnSource } from '../lib/model/may.ts'

const Next = ({ at }: { at: string }) => {
  const { clock } = useApp()
  const left = Date.parse(at) - clock.now.value
  return html`${left > 1000 ? `Next try in ${span(left)}.` : 'Trying now.'}`
}

/** Under the last-known lines of a source that does not answer: since when, why, and when it is tried next. */
export const Unanswered = ({ source }: { source: Source }) => {
  const { api, account, times, clock, toasts } = useApp()
  const detail = useSignal<SourceDetail | null>(null)
  const busy = useSignal(false)
  const path = `/sources/${encodeURIComponent(source.id)}`

  useEffect(() => {
    let over = false
    const ask = async () => {
      const answer = await api.get<SourceDetail>(`${path}/status`).catch(() => null)
      if (!over && answer) detail.value = answer
    }
    void ask()
    const timer = setInterval(ask, 10_000)
    return () => {
      over = true
      clearInterval(timer)
    }
  }, [path, source.status.since])

  const retry = async () => {
    busy.value = true
    try {
      await api.post(`${path}/refresh`)
    } catch (error) {
      toasts.say({ state: 'attention', title: `${source.name} still does not answer`, text: sentenceOf(error) })
    } finally {
      busy.value = false
    }
  }
  const { lastSuccessAt, nextTryAt } = detail.value ?? { lastSuccessAt: null, nextTryAt: null }
  const last = lastSuccessAt
    ? `The last answer came at ${times.near(lastSuccessAt, clock.now.value)}.`
    : 'It has not answered yet.'
  return html`<div class="blank">
    <p>${source.status.reason ? `${source.status.reason} ` : ''}${detail.value ? `${last} ` : ''}${nextTryAt ? html`<${Next} at=${nextTryAt} />` : null}</p>
    ${
      mayOnSource(account.person.value, 'manage', source.id)
        ? html`<div class="buttons"><${Button} icon="restart" busy=${busy.value} onClick=${retry}>Try now<//><${Button} kind="plain" href=${path}>Why<//></div>`
        : null
    }
  </div>`
}
