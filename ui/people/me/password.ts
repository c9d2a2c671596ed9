import { Button } from '../../components/button.ts'
import { Dialog } from '../../components/dialog.ts'
import { Field, FormError } from '../../components/field.ts'
import { Icon } from '../../components/mark.ts'
import { ApiError } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { inWords } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { useForm } from '../../lib/use-form.ts'
import { PasswordHint } from '../entrance/password-hint.ts'
import { lasted } from '../lasted.ts'

const tooShort = (least: number) => {
  const message = `It needs at least ${least} characters.`
  return new ApiError('invalid_request', message, { details: { issues: [{ path: ['next'], message }] } })
}

/** `others`: how many other sign-ins end with it; null when that is not known. */
export const PasswordDialog = ({ others, onClose }: { others: number | null; onClose: () => void }) => {
  const { account, clock, toasts } = useApp()
  const person = account.person.value
  const least = person?.role === 'admin' ? 12 : 8
  const form = useForm({ current: '', next: '' }, async (values) => {
    if (values.next.length < least) throw tooShort(least)
    const began = clock.read()
    await account.changePassword(values)
    toasts.say({
      state: 'fine',
      title: 'Your password is changed',
      text: `Your other sign-ins ended. ${lasted(clock.read() - began)}`,
    })
    onClose()
  })
  const { current, next } = form.values.value
  const ends =
    others === null
      ? 'Your other sign-ins end'
      : others === 0
        ? 'You are signed in here only,'
        : `Your ${others === 1 ? '' : `${inWords(others)} `}other ${others === 1 ? 'sign-in ends' : 'sign-ins end'},`
  return html`<${Dialog} title="Change your password?" describedBy="password-effects" onClose=${onClose}>
    <ul class="effects" id="password-effects">
      <li><${Icon} name="out" /><span><b>${ends}</b> ${others === 0 ? 'so nothing else ends.' : 'this one goes on.'}</span></li>
      <li><${Icon} name="check" /><span><b>Second factor and keys</b> stay as they are.</span></li>
    </ul>
    <form onSubmit=${form.submit}>
      <input type="text" name="username" autocomplete="username" value=${person?.username} hidden />
      <${Field} id="current" label="The one you have" type="password" required autofocus autocomplete="current-password" maxlength=${256}
        value=${current} onInput=${(value: string) => form.set({ current: value })} error=${form.errors['current']} />
      <${Field} id="next" label="The new one" type="password" required autocomplete="new-password" maxlength=${256}
        value=${next} onInput=${(value: string) => form.set({ next: value })} error=${form.errors['next']}
        hint=${html`<${PasswordHint} value=${next} least=${least} />`} />
      <${FormError} text=${form.wrong} />
      <div class="buttons">
        <${Button} disabled=${form.busy} onClick=${onClose}>Keep the old one<//>
        <${Button} kind="primary" type="submit" busy=${form.busy}>${form.busy ? 'Changing' : 'Change it'}<//>
      </div>
    </form>
  <//>`
}
