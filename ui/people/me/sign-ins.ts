import type { List } from '#protocol/list.ts'
import type { SignIn } from '#protocol/person.ts'
import { Waiting } from '../../components/blank.ts'
import { Button } from '../../components/button.ts'
import { Section } from '../../components/facts.ts'
import { useApp } from '../../lib/app.ts'
import { inWords, plural } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { type Asked, useAsked } from '../../lib/use-asked.ts'
import { programOf } from '../agent.ts'
import { FailedSection } from '../failed-section.ts'
import { SignInTable } from '../sign-in-table.ts'

export const useSignIns = (): Asked<List<SignIn>> => {
  const { api } = useApp()
  return useAsked('sign-ins', (signal) => api.get<List<SignIn>>('/me/sign-ins', { signal }))
}

/** Where one is signed in: this place, and the others with the way to end them. */
export const OwnSignIns = ({ asked }: { asked: Asked<List<SignIn>> }) => {
  const { api, asks, toasts } = useApp()
  const items = asked.value?.items
  const others = (items ?? []).filter(({ current }) => !current).length
  const end = (one: SignIn) =>
    asks.ask({
      question: `End ${programOf(one.agent)} at ${one.address}?`,
      effects: [
        { icon: 'out', what: 'It is signed out', rest: 'within seconds, in the middle of whatever it does.' },
        { icon: 'check', what: 'This place and the others', rest: 'stay signed in.' },
      ],
      ...{ keep: 'Keep it', act: 'End it', acting: 'Ending the sign-in', danger: true },
      run: async () => {
        await api.delete(`/me/sign-ins/${encodeURIComponent(one.id)}`)
        toasts.say({
          state: 'fine',
          title: 'The sign-in has ended',
          text: `${programOf(one.agent)} at ${one.address}.`,
        })
        asked.again()
      },
    })
  const endOthers = () =>
    asks.ask({
      question: 'Sign out everywhere else?',
      effects: [
        {
          icon: 'out',
          what: `${inWords(others, true)} other ${plural(others, 'place is', 'places are')} signed out`,
          rest: 'within seconds.',
        },
        { icon: 'terminal', what: 'Keys for programs', rest: 'keep working. Delete them below if you need to.' },
        { icon: 'check', what: 'You stay signed in here.' },
      ],
      ...{ keep: 'Keep them', act: 'Sign out elsewhere', acting: 'Ending the other sign-ins', danger: true },
      run: async () => {
        await api.delete('/me/sign-ins')
        toasts.say({
          state: 'fine',
          title: 'You are signed in here only',
          text: `${inWords(others, true)} other ${plural(others, 'sign-in')} ended.`,
        })
        asked.again()
      },
    })
  return html`<${Section} id="sign-ins" title="Signed in" end=${items ? `${items.length} ${plural(items.length, 'place')}` : ''}>
    ${items ? html`<div class="pad"><${SignInTable} items=${items} caption="Your sign-ins" onEnd=${end} /></div>` : null}
    ${!items && !asked.error ? html`<${Waiting} lines=${2} what="Reading your sign-ins" />` : null}
    <${FailedSection} asked=${asked} />
    ${others > 0 ? html`<div class="pad buttons"><${Button} kind="danger" icon="out" onClick=${endOthers}>Sign out everywhere else<//></div>` : null}
  <//>`
}
