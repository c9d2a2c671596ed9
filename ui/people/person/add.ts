import { useSignal } from '@preact/signals'
import type { Grants, Person, Role } from '#protocol/person.ts'
import { PageTitle } from '../../components/blank.ts'
import { Button } from '../../components/button.ts'
import { Field, FormError } from '../../components/field.ts'
import { Icon } from '../../components/mark.ts'
import { sentenceOf } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { useForm } from '../../lib/use-form.ts'
import { createPeople } from '../model.ts'
import { oneTimePassword } from '../one-time-password.ts'
import { GrantsFields } from './grants-fields.ts'
import { RoleField } from './role-field.ts'

const none: Grants = { box: [], sources: {}, deviceGroups: {} }

const hasAny = ({ box, sources }: Grants) => box.length > 0 || Object.keys(sources).length > 0

/** Makes an account with a password that works once, and shows that on the person's page. */
export const AddPerson = () => {
  const app = useApp()
  const isAdmin = app.account.person.value?.role === 'admin'
  const role = useSignal<Role>(isAdmin ? 'staff' : 'support')
  const grants = useSignal<Grants>(none)
  const form = useForm({ username: '', email: '' }, async ({ username, email }) => {
    const people = app.model(createPeople)
    const password = oneTimePassword()
    const mail = email.trim()
    const body = { username: username.trim(), password, role: role.value, ...(mail ? { email: mail } : {}) }
    let person = await app.api.post<Person>('/users', body)
    if (role.value === 'staff' && hasAny(grants.value)) person = await granted(person)
    people.put(person)
    people.handover.value = { person, password, isNew: true }
    app.router.go(`/people/${person.id}`, { replace: true })
  })
  const granted = (person: Person) =>
    app.api.put<Person>(`/users/${person.id}/grants`, grants.value).catch((error: unknown) => {
      app.toasts.say({ state: 'trouble', title: `${person.username} has no grants yet`, text: sentenceOf(error) })
      return person
    })
  const { username, email } = form.values.value
  const name = username.trim() || 'this person'
  return html`<nav class="crumb" aria-label="Where you are"><a href="/people">People</a><${Icon} name="right" /></nav>
    <div class="head"><${PageTitle}>Somebody new<//></div>
    <form class="form" onSubmit=${form.submit}>
      <${Field} id="username" label="Name to sign in with" required autofocus maxlength=${64} value=${username}
        onInput=${(value: string) => form.set({ username: value })} error=${form.errors['username']} />
      <${Field} id="email" label="E-mail, if there is one" type="email" maxlength=${254} value=${email}
        onInput=${(value: string) => form.set({ email: value })} error=${form.errors['email']} />
      <${RoleField} value=${role.value} ...${isAdmin ? {} : { only: ['support'] }} onChoose=${(next: Role) => {
        role.value = next
      }} />
      ${isAdmin ? null : html`<p class="hint">Staff make support people only. An admin can make any other.</p>`}
      ${
        role.value === 'staff'
          ? html`<${GrantsFields} name=${name} grants=${grants.value} onChange=${(next: Grants) => {
              grants.value = next
            }} />`
          : null
      }
      <${FormError} text=${form.wrong} />
      <div class="buttons">
        <${Button} kind="primary" type="submit" busy=${form.busy}>${form.busy ? 'Making the account' : 'Make the account'}<//>
        <${Button} kind="plain" href="/people">Cancel<//>
      </div>
      <p class="hint">You get a password to hand over next. It works for one sign-in.</p>
    </form>`
}
