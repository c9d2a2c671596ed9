import { useEffect, useRef } from 'preact/hooks'
import type { List } from '#protocol/list.ts'
import type { Person, SignIn } from '#protocol/person.ts'
import { Waiting } from '../../components/blank.ts'
import { Button } from '../../components/button.ts'
import { Section } from '../../components/facts.ts'
import { useApp } from '../../lib/app.ts'
import { plural } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { useAsked } from '../../lib/use-asked.ts'
import { programOf } from '../agent.ts'
import { FailedSection } from '../failed-section.ts'
import { askAbout } from '../questions.ts'
import { SignInTable } from '../sign-in-table.ts'

/** Where a person is signed in, and the way to end that. */
export const SignInsOf = ({ person }: { person: Person }) => {
  const app = useApp()
  const path = `/users/${encodeURIComponent(person.id)}/sign-ins`
  const asked = useAsked(person.id, (signal) => app.api.get<List<SignIn>>(path, { signal }))
  const asking = app.asks.open.value !== null
  const hasAsked = useRef(false)
  useEffect(() => {
    if (hasAsked.current && !asking) asked.again()
    hasAsked.current = asking
  }, [asking])
  const items = asked.value?.items
  const end = (one: SignIn) =>
    app.asks.ask({
      question: `End this sign-in of ${person.username}?`,
      effects: [
        { icon: 'out', what: `${programOf(one.agent)} at ${one.address}`, rest: 'is signed out within seconds.' },
        { icon: 'check', what: 'Every other sign-in stays.', rest: `${person.username} can sign in there again.` },
      ],
      ...{ keep: 'Keep it', act: 'End it', acting: 'Ending the sign-in', danger: true },
      run: async () => {
        await app.api.delete(`${path}/${encodeURIComponent(one.id)}`)
        app.toasts.say({
          state: 'fine',
          title: 'The sign-in has ended',
          text: `${programOf(one.agent)} at ${one.address}.`,
        })
      },
    })
  const self = app.account.person.value?.id === person.id
  return html`<${Section} id="sign-ins" title="Signed in" end=${items ? `${items.length} ${plural(items.length, 'place')}` : ''}>
    ${items === undefined && !asked.error ? html`<${Waiting} lines=${2} what="Reading the sign-ins" />` : null}
    <${FailedSection} asked=${asked} />
    ${items && items.length > 0 ? html`<div class="pad"><${SignInTable} items=${items} caption=${`Sign-ins of ${person.username}`} onEnd=${end} /></div>` : null}
    ${items?.length === 0 ? html`<p class="pad quiet">Nowhere at the moment.</p>` : null}
    ${items && items.length > 1 && !self ? html`<div class="pad buttons"><${Button} kind="danger" icon="out" onClick=${() => askAbout(app, 'endSignIns', person)}>End all sign-ins<//></div>` : null}
  <//>`
}
