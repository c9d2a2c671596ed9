import { useSignal } from '@preact/signals'
import { Button } from '../../components/button.ts'
import { FormError } from '../../components/field.ts'
import { sentenceOf } from '../../lib/api-error.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { addPasskey, canUsePasskeys } from './passkey.ts'
import { RecoveryCodes, TotpSetup } from './second-factor.ts'

/** The day of grace is over: nothing else opens before there is one. */
export const SecondFactorFirst = () => {
  const { account, api } = useApp()
  const codes = useSignal<readonly string[] | null>(null)
  const wrong = useSignal<string | null>(null)
  const done = () => void account.renew().catch(() => undefined)
  const withPasskey = async () => {
    wrong.value = null
    try {
      const { recoveryCodes } = await addPasskey(api, 'This device')
      if (recoveryCodes) codes.value = recoveryCodes
      else done()
    } catch (error) {
      wrong.value = sentenceOf(error)
    }
  }
  return html`<h1>A second factor</h1>
    <p class="quiet">An admin of this box needs one. The day without it is over.</p>
    ${
      codes.value
        ? html`<${RecoveryCodes} codes=${codes.value} onDone=${done} />`
        : html`<${TotpSetup} onDone=${done} />
          <${FormError} text=${wrong.value} />
          <div class="buttons">
            ${canUsePasskeys() ? html`<${Button} icon="key" onClick=${withPasskey}>Use a passkey instead<//>` : null}
            <${Button} kind="plain" onClick=${() => account.signOut()}>Sign out<//>
          </div>`
    }`
}
