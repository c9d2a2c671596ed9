import { useSignal } from '@preact/signals'
import { Button } from '../../components/button.ts'
import { Field, FormError } from '../../components/field.ts'
import { isCode } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { type Form, useForm } from '../../lib/use-form.ts'
import { canUsePasskeys, signInWithPasskey } from './passkey.ts'

type Values = { username: string; password: string; totp: string }
type Step = 'password' | 'code' | 'recovery'

const NameAndPassword = ({ form }: { form: Form<Values> }) => {
  const { username, password } = form.values.value
  return html`<${Field} id="username" label="Name" required autofocus autocomplete="username webauthn" maxlength=${254}
      value=${username} onInput=${(value: string) => form.set({ username: value })} />
    <${Field} id="password" label="Password" type="password" required autocomplete="current-password" maxlength=${256}
      value=${password} onInput=${(value: string) => form.set({ password: value })} />`
}

const Code = ({ form, recovery }: { form: Form<Values>; recovery: boolean }) =>
  html`<${Field} key=${recovery ? 'recovery' : 'app'} id="totp" code required autofocus maxlength=${32}
    label=${recovery ? 'Recovery code' : 'Code of your app'} autocomplete="one-time-code" inputmode=${recovery ? 'text' : 'numeric'}
    hint=${recovery ? 'One of those you kept when you set the second factor up. It is used up by this.' : 'Six digits, new every 30 seconds.'}
    error=${form.errors['totp']} value=${form.values.value.totp} onInput=${(value: string) => form.set({ totp: value })} />`

/** Name and password, then the second factor when there is one; or a passkey for both at once. */
export const SignIn = () => {
  const { account } = useApp()
  const step = useSignal<Step>('password')
  const form = useForm<Values>(
    { username: '', password: '', totp: '' },
    async ({ username, password, totp }) => {
      try {
        await account.signIn({ username, password, ...(totp ? { totp: totp.trim() } : {}) })
      } catch (error) {
        if (isCode(error, 'totp_required')) {
          step.value = 'code'
          return
        }
        if (isCode(error, 'totp_invalid')) form.set({ totp: '' })
        throw error
      }
    },
    (error) => (isCode(error, 'totp_invalid') ? 'totp' : null),
  )
  const withPasskey = async () => {
    try {
      account.enter(await signInWithPasskey())
    } catch (error) {
      form.fail(error)
    }
  }
  const back = (to: Step) => () => {
    form.set({ totp: '' })
    step.value = to
  }
  const asksCode = step.value !== 'password'
  const why = account.reason.value
  return html`<h1>${asksCode ? 'One more proof' : 'Sign in'}</h1>
    <p class="quiet">${asksCode ? `You are ${form.values.value.username}, and this box asks for your second factor.` : (why ?? 'What runs in this house, and what needs you.')}</p>
    <form onSubmit=${form.submit}>
      ${asksCode ? html`<${Code} form=${form} recovery=${step.value === 'recovery'} />` : html`<${NameAndPassword} form=${form} />`}
      <${FormError} text=${form.wrong} />
      <${Button} kind="primary" size="big wide" type="submit" busy=${form.busy}>${form.busy ? 'Signing in' : 'Sign in'}<//>
      ${asksCode ? null : canUsePasskeys() ? html`<${Button} size="big wide" icon="key" onClick=${withPasskey}>Use a passkey<//>` : null}
      ${
        asksCode
          ? html`<div class="buttons">
              <${Button} kind="plain" onClick=${back(step.value === 'code' ? 'recovery' : 'code')}>${step.value === 'code' ? 'Use a recovery code' : 'Use the app'}<//>
              <${Button} kind="plain" onClick=${back('password')}>Somebody else<//>
            </div>`
          : null
      }
    </form>`
}
