import { useEffect } from 'preact/hooks'
import type { Person } from '#protocol/person.ts'
import { Button } from '../../components/button.ts'
import { Section } from '../../components/facts.ts'
import { Field, FormError } from '../../components/field.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { useForm } from '../../lib/use-form.ts'

/** Name and e-mail address, which everybody may change for themselves. */
export const Profile = ({ person }: { person: Person }) => {
  const { api, account, toasts } = useApp()
  const stored = { username: person.username, email: person.email ?? '' }
  const form = useForm(stored, async ({ username, email }) => {
    account.took(await api.put<Person>('/me', { username: username.trim(), email: email.trim() || null }))
    toasts.say({ state: 'fine', title: 'Saved', text: `You sign in as ${username.trim()} from now on.` })
  })
  useEffect(() => form.set(stored), [stored.username, stored.email])
  const { username, email } = form.values.value
  const dirty = username.trim() !== stored.username || email.trim() !== stored.email
  return html`<${Section} id="profile" title="Name and e-mail">
    <form class="form pad" onSubmit=${form.submit}>
      <div class="cols">
        <${Field} id="username" label="Name to sign in with" required autocomplete="username" maxlength=${64} value=${username}
          onInput=${(value: string) => form.set({ username: value })} error=${form.errors['username']} />
        <${Field} id="email" label="E-mail, if you like" type="email" autocomplete="email" maxlength=${254} value=${email}
          onInput=${(value: string) => form.set({ email: value })} error=${form.errors['email']} />
      </div>
      <${FormError} text=${form.wrong} />
      <div class="buttons">
        <${Button} kind=${dirty ? 'primary' : undefined} type="submit" disabled=${!dirty} busy=${form.busy}>${form.busy ? 'Saving' : 'Save'}<//>
        ${dirty ? html`<${Button} kind="plain" onClick=${() => form.set(stored)}>Discard<//>` : null}
      </div>
    </form>
  <//>`
}
