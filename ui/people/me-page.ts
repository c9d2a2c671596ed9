import { useSignal } from '@preact/signals'
import type { Person } from '#protocol/person.ts'
import { PageTitle } from '../components/blank.ts'
import { Button } from '../components/button.ts'
import { Section } from '../components/facts.ts'
import { Sentence } from '../components/needs.ts'
import { ThemeSwitch } from '../components/theme-switch.ts'
import { useApp } from '../lib/app.ts'
import { capital, inWords } from '../lib/format.ts'
import { html } from '../lib/html.ts'
import type { PageProps } from '../lib/router.ts'
import { SecondFactor } from './me/factor.ts'
import { OwnKeys } from './me/keys.ts'
import { PasswordDialog } from './me/password.ts'
import { Profile } from './me/profile.ts'
import { OwnSignIns, useSignIns } from './me/sign-ins.ts'
import { useMinute } from './use-minute.ts'
import { maySentences, timeLeft } from './words.ts'

const article = (role: Person['role']) =>
  role === 'admin' ? 'an admin' : role === 'member' || role === 'viewer' ? `a ${role}` : role

const strongOf = ({ secondFactor }: Person, now: number): string | null => {
  if (!secondFactor.required || secondFactor.totp || secondFactor.passkeys > 0) return null
  const left = secondFactor.graceEndsAt ? Date.parse(secondFactor.graceEndsAt) - now : 0
  return left > 0 ? `Set a second factor up within ${timeLeft(left)}.` : 'Set a second factor up.'
}

const Headline = ({ person, places }: { person: Person; places: number | null }) => {
  const strong = strongOf(person, useMinute())
  const where =
    places === null ? '' : places === 1 ? ', signed in here only' : `, signed in at ${inWords(places)} places`
  return html`<${Sentence} strong=${strong}>You are ${capital(person.username)}, ${article(person.role)} of this box${where}.<//>`
}

const May = ({ person }: { person: Person }) => {
  const { state } = useApp()
  if (person.role === 'admin') return null
  const lines = maySentences('you', person.role, person.grants, state.sourceList.value)
  return html`<${Section} id="may" title="What you may do">
    <ul class="pad says">${lines.map((line) => html`<li key=${line}>${line}</li>`)}</ul>
  <//>`
}

const Password = ({ others }: { others: number | null }) => {
  const open = useSignal(false)
  const close = () => {
    open.value = false
  }
  return html`<${Section} id="password" title="Password">
    <div class="pair">
      <p class="quiet">Length is all that counts. Nobody else on this box can see it, admins included.</p>
      <div class="buttons"><${Button} icon="key" onClick=${() => {
        open.value = true
      }}>Change it<//></div>
    </div>
    ${open.value ? html`<${PasswordDialog} others=${others} onClose=${close} />` : null}
  <//>`
}

const Here = () => {
  const { account } = useApp()
  return html`<${Section} id="here" title="This browser">
    <div class="pair"><p><b>Theme</b></p><p class="hint">Kept in this browser only.</p><div class="buttons"><${ThemeSwitch} /></div></div>
    <div class="pair"><p><b>Sign out</b></p><p class="hint">Ends this sign-in. The others go on.</p>
      <div class="buttons"><${Button} icon="out" onClick=${() => account.signOut()}>Sign out<//></div></div>
  <//>`
}

/** One's own account. */
export const Page = (_props: PageProps) => {
  const { account } = useApp()
  const person = account.person.value
  const signIns = useSignIns()
  if (!person) return null
  const places = signIns.value?.items.length ?? null
  const isViewer = person.role === 'viewer'
  return html`<div class="head"><${PageTitle}>Me<//><span class="quiet">${person.username}, ${person.role}</span></div>
    <${Headline} person=${person} places=${places} />
    <${May} person=${person} />
    ${isViewer ? null : html`<${Profile} person=${person} /><${Password} others=${places === null ? null : places - 1} /><${SecondFactor} person=${person} />`}
    <${OwnSignIns} asked=${signIns} />
    ${isViewer ? null : html`<${OwnKeys} />`}
    <${Here} />`
}
