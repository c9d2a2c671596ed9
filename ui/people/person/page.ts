import { useEffect } from 'preact/hooks'
import type { Person } from '#protocol/person.ts'
import { Blank, Failed, PageTitle, Waiting } from '../../components/blank.ts'
import { Button } from '../../components/button.ts'
import { Facts, Section } from '../../components/facts.ts'
import { Icon, State } from '../../components/mark.ts'
import { Menu } from '../../components/menu.ts'
import { Sentence } from '../../components/needs.ts'
import { useApp } from '../../lib/app.ts'
import { ago, capital } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { personMenu } from '../list/menu-items.ts'
import { createPeople } from '../model.ts'
import { type Rights, rightsOver } from '../rights.ts'
import { useMinute } from '../use-minute.ts'
import { factorOf, grantsShort, maySentences, roleWord, standingOf, timeLeft } from '../words.ts'
import { EditPerson } from './edit.ts'
import { SignInsOf } from './sign-ins.ts'

const Crumb = () =>
  html`<nav class="crumb" aria-label="Where you are"><a href="/people">People</a><${Icon} name="right" /></nav>`

const strongOf = (person: Person, now: number): string | null => {
  const { username, role, secondFactor } = person
  if (person.disabled) return `${capital(username)} is switched off.`
  if (person.mustChangePassword && !person.lastSignInAt) return `${capital(username)} has not been here yet.`
  if (secondFactor.required && !secondFactor.totp && secondFactor.passkeys === 0) {
    const left = secondFactor.graceEndsAt ? Date.parse(secondFactor.graceEndsAt) - now : 0
    return `${capital(username)} needs a second factor${left > 0 ? ` within ${timeLeft(left)}` : ''}.`
  }
  return role === 'staff' && Object.keys(person.grants.sources).length + person.grants.box.length === 0
    ? `${capital(username)} may do nothing yet.`
    : null
}

const roleSaid: Record<Person['role'], string> = {
  admin: 'An admin, who may do everything',
  staff: 'Staff',
  support: 'Support, who looks and changes nothing',
  member: 'A member, with machines and containers of their own',
  viewer: 'A viewer, who came in with a media account',
}

const Headline = ({ person }: { person: Person }) => {
  const now = useMinute()
  const seen = person.lastSignInAt ? `. Last signed in ${ago(Math.max(0, now - Date.parse(person.lastSignInAt)))}` : ''
  const may = person.role === 'staff' ? `, with ${grantsShort(person.grants)}` : ''
  return html`<${Sentence} strong=${strongOf(person, now)}>${roleSaid[person.role]}${may}${seen}.<//>`
}

const Acts = ({ person }: { person: Person }) => {
  const app = useApp()
  return html`<div class="end"><${Menu} label=${`Actions for ${person.username}`} items=${() => personMenu(app, person)} /></div>`
}

const Plain = ({ person, rights }: { person: Person; rights: Rights }) => {
  const { times } = useApp()
  const { state, word } = factorOf(person, Date.now())
  return html`<${Section} id="facts" title="Account">
    <div class="pad"><${Facts} items=${[
      ['E-mail', rights.change ? null : person.email],
      ['Second factor', html`<${State} state=${state}>${word}<//>`],
      ['Made', times.full(person.createdAt)],
      ['Last sign-in', person.lastSignInAt ? times.full(person.lastSignInAt) : 'never'],
    ]} /></div>
  <//>`
}

const May = ({ person }: { person: Person }) => {
  const { state } = useApp()
  const lines = maySentences(person.username, person.role, person.grants, state.sourceList.value)
  return html`<${Section} id="may" title="May and may not">
    <ul class="pad says">${lines.map((line) => html`<li key=${line}>${line}</li>`)}</ul>
  <//>`
}

const Known = ({ person }: { person: Person }) => {
  const { account } = useApp()
  const me = account.person.value
  const rights = rightsOver(me, person)
  const { state, word } = standingOf(person)
  return html`<${Crumb} />
    <div class="head">
      <${PageTitle}>${person.username}<//><${State} state=${state}>${word}<//><span class="quiet">${roleWord[person.role]}</span>
      <${Acts} person=${person} />
    </div>
    <${Headline} person=${person} />
    <${Plain} person=${person} rights=${rights} />
    ${rights.change ? html`<${EditPerson} key=${person.id} person=${person} rights=${rights} />` : html`<${May} person=${person} />`}
    ${rights.why ? html`<p class="hint pad">${rights.why}</p>` : null}
    ${me?.role === 'admin' ? html`<${SignInsOf} person=${person} />` : null}
    ${me?.id === person.id ? html`<p class="pad"><a class="link" href="/me">Your password, second factor and keys are under Me</a></p>` : null}`
}

/** One account: what it may, where it is signed in, and what can be done about it. */
export const PersonPage = ({ id }: { id: string }) => {
  const people = useApp().model(createPeople)
  const person = people.list.value?.find((one) => one.id === id)
  useEffect(() => {
    document.title = document.title.replace(/^[^·]*/, `${person?.username ?? 'People'} `)
  }, [person?.username])
  if (person) return html`<${Known} person=${person} />`
  if (people.error.value)
    return html`<${Crumb} /><${Failed} what="This account" error=${people.error.value} onRetry=${people.load} />`
  if (!people.whole.value) return html`<${Crumb} /><${Waiting} lines=${6} what="Reading the account" />`
  return html`<${Crumb} /><${Blank} level=${2} title="There is no such person" buttons=${html`<${Button} href="/people">See everybody<//>`}
    >The account may have been deleted.<//>`
}
