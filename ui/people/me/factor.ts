import { useSignal } from '@preact/signals'
import type { Person } from '#protocol/person.ts'
import { Button } from '../../components/button.ts'
import { Dialog } from '../../components/dialog.ts'
import { Section } from '../../components/facts.ts'
import { Field, FormError } from '../../components/field.ts'
import { Icon, State } from '../../components/mark.ts'
import { type App, useApp } from '../../lib/app.ts'
import { inWords, plural } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import type { Effect } from '../../lib/model/asks.ts'
import { type Asked, useAsked } from '../../lib/use-asked.ts'
import { useForm } from '../../lib/use-form.ts'
import { RecoveryCodes, TotpSetup } from '../entrance/second-factor.ts'
import { Passkeys } from './passkeys.ts'

export interface FactorState {
  totp: boolean
  passkeys: number
  /** Null while nobody has answered. */
  recoveryCodesLeft: number | null
}
const stay = () => undefined

type Step = 'none' | 'set-up' | 'switch-off' | 'codes'

/** Reads the person anew, so that everything that depends on the second factor knows. */
export const learnMe = async ({ api, account }: App): Promise<void> => account.took(await api.get<Person>('/me'))

const Proven = (props: {
  title: string
  effects: readonly Effect[]
  keep: string
  act: string
  danger?: boolean
  send: (proof: { password: string; code: string }) => Promise<void>
  onClose: () => void
}) => {
  const form = useForm({ password: '', code: '' }, ({ password, code }) => props.send({ password, code: code.trim() }))
  const { password, code } = form.values.value
  return html`<${Dialog} title=${props.title} describedBy="proof-effects" onClose=${props.onClose}>
    <ul class="effects" id="proof-effects">
      ${props.effects.map(({ icon, what, rest }) => html`<li key=${what}><${Icon} name=${icon ?? 'check'} /><span><b>${what}</b> ${rest}</span></li>`)}
    </ul>
    <form onSubmit=${form.submit}>
      <${Field} id="password" label="Your password" type="password" required autofocus autocomplete="current-password" maxlength=${256}
        value=${password} onInput=${(value: string) => form.set({ password: value })} error=${form.errors['password']} />
      <${Field} id="code" label="Code of your app, or a recovery code" code required autocomplete="one-time-code" maxlength=${32}
        value=${code} onInput=${(value: string) => form.set({ code: value })} error=${form.errors['code']} />
      <${FormError} text=${form.wrong} />
      <div class="buttons">
        <${Button} disabled=${form.busy} onClick=${props.onClose}>${props.keep}<//>
        <${Button} kind=${props.danger ? 'danger primary' : 'primary'} type="submit" busy=${form.busy}>${props.act}<//>
      </div>
    </form>
  <//>`
}

const SwitchOff = ({ person, onClose }: { person: Person; onClose: () => void }) => {
  const app = useApp()
  const last = person.secondFactor.passkeys === 0
  const effects: Effect[] = [
    {
      icon: 'key',
      what: 'Sign-ins with your password',
      rest: last ? 'ask for nothing else.' : 'ask for nothing else; passkeys still work.',
    },
    { icon: 'shield', what: last ? 'Your recovery codes stop working.' : 'Your recovery codes stay.', rest: '' },
    ...(last && person.secondFactor.required
      ? [
          {
            icon: 'clock',
            what: 'An admin needs a second factor:',
            rest: 'you are asked for a new one, at once if your day is over.',
          },
        ]
      : []),
    { icon: 'check', what: 'You stay signed in.', rest: 'Delete the entry in your app afterwards.' },
  ]
  const send = async (proof: { password: string; code: string }) => {
    await app.api.delete('/auth/mfa', proof)
    await learnMe(app)
    app.toasts.say({
      state: 'fine',
      title: 'The app is switched off',
      text: 'Your next sign-in does not ask for a code.',
    })
    onClose()
  }
  return html`<${Proven} title="Switch the authenticator app off?" effects=${effects} keep="Keep it on" act="Switch off" danger send=${send} onClose=${onClose} />`
}

const NewCodes = ({ onDone }: { onDone: () => void }) => {
  const { api } = useApp()
  const codes = useSignal<readonly string[] | null>(null)
  if (codes.value)
    return html`<${Dialog} title="Your new recovery codes" onClose=${stay}><${RecoveryCodes} codes=${codes.value} onDone=${onDone} /><//>`
  const effects: Effect[] = [
    { icon: 'shield', what: 'The old codes stop working', rest: 'at once.' },
    { icon: 'key', what: 'Ten new ones are shown, once.', rest: 'Keep them where you keep papers.' },
    { icon: 'check', what: 'App and passkeys', rest: 'stay as they are.' },
  ]
  const send = async (proof: { password: string; code: string }) => {
    codes.value = (await api.post<{ recoveryCodes: string[] }>('/auth/mfa/recovery-codes', proof)).recoveryCodes
  }
  return html`<${Proven} title="Make new recovery codes?" effects=${effects} keep="Keep the old ones" act="Make new ones" send=${send} onClose=${onDone} />`
}

const Left = ({ count }: { count: number | null }) =>
  count === null
    ? null
    : html`<span class=${count < 3 ? 'word' : undefined} data-state=${count < 3 ? 'attention' : undefined}>${inWords(count, true)} recovery ${plural(count, 'code')} left.</span>`

const AppPair = ({ factor, open }: { factor: FactorState; open: (step: Step) => void }) => {
  const { totp, recoveryCodesLeft } = factor
  return html`<div class="pair">
    <p><b>Authenticator app</b> <${State} state=${totp ? 'fine' : 'off'}>${totp ? 'On' : 'Off'}<//></p>
    <p class="hint">${totp ? html`Each sign-in with your password asks for a code. <${Left} count=${recoveryCodesLeft} />` : 'A code that is new every 30 seconds, on top of your password.'}</p>
    <div class="buttons">
      ${
        totp
          ? html`<${Button} onClick=${() => open('codes')}>New recovery codes<//><${Button} kind="danger" onClick=${() => open('switch-off')}>Switch off<//>`
          : html`<${Button} icon="shield" onClick=${() => open('set-up')}>Set it up<//>`
      }
    </div>
  </div>`
}

/** Once codes are shown it closes by its button only: nothing brings them back. */
const SetUp = ({ onDone }: { onDone: () => void }) => {
  const hasCodes = useSignal(false)
  const onCodes = () => {
    hasCodes.value = true
  }
  const title = hasCodes.value ? 'The app works. Keep these, too' : 'Set an authenticator app up'
  return html`<${Dialog} title=${title} onClose=${hasCodes.value ? stay : onDone}>
    ${hasCodes.value ? null : html`<p class="quiet">Nothing changes before its first code is accepted.</p>`}
    <${TotpSetup} key="setup" onDone=${onDone} onCodes=${onCodes} />
  <//>`
}

const Steps = ({ step, person, onDone }: { step: Step; person: Person; onDone: () => void }) => {
  switch (step) {
    case 'set-up':
      return html`<${SetUp} onDone=${onDone} />`
    case 'switch-off':
      return html`<${SwitchOff} person=${person} onClose=${onDone} />`
    case 'codes':
      return html`<${NewCodes} onDone=${onDone} />`
    default:
      return null
  }
}

export const useFactor = (): Asked<FactorState> => {
  const { api } = useApp()
  return useAsked('factor', (signal) => api.get<FactorState>('/auth/mfa', { signal }))
}

/** App, recovery codes and passkeys of one's own. */
export const SecondFactor = ({ person }: { person: Person }) => {
  const app = useApp()
  const factor = useFactor()
  const step = useSignal<Step>('none')
  const refresh = () => {
    factor.again()
    void learnMe(app).catch(() => undefined)
  }
  const done = () => {
    step.value = 'none'
    refresh()
  }
  const known = factor.value ?? { ...person.secondFactor, recoveryCodesLeft: null }
  return html`<${Section} id="factor" title="Second factor">
    <${AppPair} factor=${known} open=${(next: Step) => {
      step.value = next
    }} />
    <${Passkeys} onChanged=${refresh} />
    <${Steps} step=${step.value} person=${person} onDone=${done} />
  <//>`
}
