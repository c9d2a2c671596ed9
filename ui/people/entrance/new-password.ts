import { Button } from '../../components/button.ts'
import { Field, FormError } from '../../components/field.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { useForm } from '../../lib/use-form.ts'
import { PasswordHint } from './password-hint.ts'

/** An admin chose the first password; only the person may know the second. */
export const NewPassword = () => {
  const { account } = useApp()
  const least = account.person.value?.role === 'admin' ? 12 : 8
  const form = useForm({ current: '', next: '' }, (values) => account.changePassword(values))
  const { current, next } = form.values.value
  return html`<h1>A password of your own</h1>
    <p class="quiet">The one you were given opens this page and nothing else. Choose one that only you know.</p>
    <form onSubmit=${form.submit}>
      <${Field} id="current" label="The one you were given" type="password" required autofocus autocomplete="current-password" maxlength=${256}
        value=${current} onInput=${(value: string) => form.set({ current: value })} error=${form.errors['current']} />
      <${Field} id="next" label="Your own" type="password" required autocomplete="new-password" maxlength=${256}
        value=${next} onInput=${(value: string) => form.set({ next: value })} error=${form.errors['next']}
        hint=${html`<${PasswordHint} value=${next} least=${least} />`} />
      <${FormError} text=${form.wrong} />
      <${Button} kind="primary" size="big wide" type="submit" busy=${form.busy}>${form.busy ? 'Changing' : 'Change it'}<//>
      <${Button} kind="plain" onClick=${() => account.signOut()}>Sign out<//>
    </form>`
}
