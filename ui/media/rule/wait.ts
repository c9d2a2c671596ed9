import { useComputed, useSignal } from '@preact/signals'
import type { Session } from '#protocol/session.ts'
import { sentenceOf } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { place } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { mayOnSource } from '../../lib/model/may.ts'

type Rule = NonNullable<Session['rule']>

/** "4K rule ends it in 0:05", kept true by the second without drawing the line again. */
export const EndsIn = ({ rule, start }: { rule: Rule; start: string }) => {
  const { clock } = useApp()
  const text = useComputed(() => {
    const left = Date.parse(rule.endsAt) - clock.now.value
    return left < 1000 ? `${start} it now` : `${start} it in ${place(left)}`
  })
  return html`${text}`
}

const LetPlay = ({ session }: { session: Session }) => {
  const { api, toasts } = useApp()
  const busy = useSignal(false)
  const run = async () => {
    if (busy.value) return
    busy.value = true
    try {
      await api.post<Session>(`/sessions/${encodeURIComponent(session.id)}/let-play`)
      const text = `The 4K rule leaves ${session.user} alone with it for 12 hours.`
      toasts.say({ state: 'fine', title: `${session.title} plays on`, text })
    } catch (error) {
      toasts.say({ state: 'trouble', title: `${session.title} is not let play`, text: sentenceOf(error) })
    } finally {
      busy.value = false
    }
  }
  return html`<button type="button" class="link" aria-disabled=${busy.value ? 'true' : undefined} onClick=${run}>Let it play</button>`
}

/** What the 4K rule is about to do with a session, and the way to keep it from that. */
export const RuleWait = ({ session }: { session: Session }) => {
  const { account } = useApp()
  if (!session.rule) return null
  const may = mayOnSource(account.person.value, 'terminate', session.sourceId)
  return html`<span class="word" data-state="attention"><${EndsIn} key=${session.rule.endsAt} rule=${session.rule} start="Ends" /></span>${may ? html`. <${LetPlay} session=${session} />` : '.'}`
}
