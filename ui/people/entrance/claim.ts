import { Button } from '../../components/button.ts'
import { Field, FormError } from '../../components/field.ts'
import { isCode } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { useForm } from '../../lib/use-form.ts'
import { PasswordHint } from './password-hint.ts'

const fromLink = () => new URLSearchParams(location.search).get('code') ?? ''

const dashed = (text: string) => text.toUpperCase().replace(/[^A-Z0-9-]/g, '')

/** The first visit: whoever reads the code off the box becomes its admin. */
export const Claim = () => {
  const { account, router } = useApp()
  const form = useForm(
    { code: fromLink(), username: '', password: '' },
    async (values) => {
      await account.claim(values)
      if (location.pathname === '/claim') router.go('/', { replace: true })
    },
    (error) => (isCode(error, 'invalid_code') ? 'code' : null),
  )
  const { code, username, password } = form.values.value
  const codeError = form.errors['code']
  return html`<h1>Claim this box</h1>
    <p class="quiet">You are the first one here. Prove that you stand by the box, and become its admin.</p>
    <form onSubmit=${form.submit} aria-describedby="after">
      <${Field} id="code" label="Code on its screen" code required autofocus autocomplete="one-time-code" maxlength=${32}
        value=${code} onInput=${(value: string) => form.set({ code: dashed(value) })} error=${codeError}
        hint=${html`No screen? It is in the log, and <span class="mono">belfry claim-code</span> says it.`} />
      <${Field} id="username" label="Your name" required autocomplete="username" maxlength=${64}
        value=${username} onInput=${(value: string) => form.set({ username: value })} error=${form.errors['username']} />
      <${Field} id="password" label="Password" type="password" required autocomplete="new-password" maxlength=${256}
        value=${password} onInput=${(value: string) => form.set({ password: value })} error=${form.errors['password']}
        hint=${html`<${PasswordHint} value=${password} least=${12} />`} />
      <${FormError} text=${form.wrong} />
      <${Button} kind="primary" size="big wide" type="submit" busy=${form.busy}>${form.busy ? 'Claiming' : 'Claim'}<//>
      <p class="hint" id="after">Next: a second factor, then your first source. Nothing leaves this network.</p>
    </form>`
}
