import { useSignal } from '@preact/signals'
import type { Person } from '#protocol/person.ts'
import { Button } from '../../components/button.ts'
import { Dialog } from '../../components/dialog.ts'
import { Field, FormError } from '../../components/field.ts'
import { type Column, Table } from '../../components/table.ts'
import { Ago } from '../../components/when.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { useAsked } from '../../lib/use-asked.ts'
import { useForm } from '../../lib/use-form.ts'
import { programOf } from '../agent.ts'
import { addPasskey, canUsePasskeys } from '../entrance/passkey.ts'
import { RecoveryCodes } from '../entrance/second-factor.ts'
import { FailedSection } from '../failed-section.ts'

interface Passkey {
  id: string
  name: string
  createdAt: string
  lastUsedAt: string | null
}

const pathOf = ({ id }: Passkey) => `/auth/passkeys/${encodeURIComponent(id)}`

const NameDialog = (props: {
  title: string
  note: string
  first: string
  act: string
  acting: string
  send: (name: string) => Promise<void>
  onClose: () => void
}) => {
  const form = useForm({ name: props.first }, ({ name }) => props.send(name.trim()))
  return html`<${Dialog} title=${props.title} describedBy="passkey-note" onClose=${props.onClose}>
    <p class="quiet" id="passkey-note">${props.note}</p>
    <form class="pad" onSubmit=${form.submit}>
      <${Field} id="name" label="Its name" required autofocus maxlength=${60} value=${form.values.value.name}
        onInput=${(name: string) => form.set({ name })} error=${form.errors['name']} />
      <${FormError} text=${form.wrong} />
      <div class="buttons">
        <${Button} disabled=${form.busy} onClick=${props.onClose}>Cancel<//>
        <${Button} kind="primary" type="submit" busy=${form.busy}>${form.busy ? props.acting : props.act}<//>
      </div>
    </form>
  <//>`
}

const AddDialog = ({ onClose }: { onClose: () => void }) => {
  const { api, toasts } = useApp()
  const codes = useSignal<readonly string[] | null>(null)
  if (codes.value)
    return html`<${Dialog} title="The passkey works. Keep these, too" onClose=${() => undefined}><${RecoveryCodes} codes=${codes.value} onDone=${onClose} /><//>`
  const send = async (name: string) => {
    const { recoveryCodes } = await addPasskey(api, name)
    toasts.say({ state: 'fine', title: `${name} is a passkey now`, text: 'It signs you in here without a password.' })
    if (recoveryCodes) codes.value = recoveryCodes
    else onClose()
  }
  return html`<${NameDialog} title="Add a passkey" note="Your device asks for your finger, face or PIN. The secret stays on the device; this box keeps only its public half."
    first=${programOf(navigator.userAgent)} act="Add it" acting="Waiting for your device" send=${send} onClose=${onClose} />`
}

const RenameDialog = ({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) => {
  const { api } = useApp()
  const send = async (name: string) => {
    await api.put(pathOf(passkey), { name })
    onClose()
  }
  return html`<${NameDialog} title=${`Rename ${passkey.name}`} note="Only the name changes. The passkey works as before." first=${passkey.name} act="Rename"
    acting="Renaming" send=${send} onClose=${onClose} />`
}

const columnsOf = (onRename: (one: Passkey) => void, onDelete: (one: Passkey) => void): Column<Passkey>[] => [
  {
    key: 'name',
    title: 'Name',
    name: true,
    width: '40%',
    cell: ({ name }) => html`<span class="wraps">${name}</span>`,
  },
  { key: 'made', title: 'Added', width: '20%', cell: ({ createdAt }) => html`<${Ago} at=${createdAt} />` },
  {
    key: 'used',
    title: 'Last used',
    width: '20%',
    cell: ({ lastUsedAt }) => (lastUsedAt ? html`<${Ago} at=${lastUsedAt} />` : html`<span class="faint">never</span>`),
  },
  {
    ...{ key: 'acts', title: 'Actions', hidden: true, width: '20%' },
    cell: (one) => html`<div class="row-act">
      <${Button} kind="plain" label=${`Rename ${one.name}`} onClick=${() => onRename(one)}>Rename<//>
      <${Button} kind="plain" label=${`Delete ${one.name}`} onClick=${() => onDelete(one)}>Delete<//>
    </div>`,
  },
]

const isLastFactor = (me: Person | null) => me?.secondFactor.totp === false && me.secondFactor.passkeys === 1

const useDelete = (changed: () => void) => {
  const { api, account, asks, toasts } = useApp()
  return (one: Passkey) =>
    asks.ask({
      question: `Delete the passkey ${one.name}?`,
      effects: [
        {
          icon: 'key',
          what: 'It does not sign you in any more.',
          rest: 'What your device still keeps of it is of no use.',
        },
        ...(isLastFactor(account.person.peek())
          ? [
              {
                state: 'attention' as const,
                what: 'It is your only second factor.',
                rest: 'Recovery codes go with it.',
              },
            ]
          : []),
        { icon: 'check', what: 'Your password and this sign-in', rest: 'stay as they are.' },
      ],
      ...{ keep: 'Keep it', act: 'Delete', acting: `Deleting ${one.name}`, danger: true },
      run: async () => {
        await api.delete(pathOf(one))
        toasts.say({ state: 'fine', title: `${one.name} is deleted`, text: 'Remove it on the device, too.' })
        changed()
      },
    })
}

const why = () =>
  isSecureContext && 'PublicKeyCredential' in window
    ? 'Passkeys need a host name; an address in digits does not do.'
    : isSecureContext
      ? 'This browser has no passkeys.'
      : 'Passkeys need a secure connection and a host name.'

/** Passkeys of one's own. Where they cannot work it says why. */
export const Passkeys = ({ onChanged }: { onChanged: () => void }) => {
  const { api } = useApp()
  const asked = useAsked('passkeys', (signal) => api.get<{ items: Passkey[] }>('/auth/passkeys', { signal }))
  const open = useSignal<'add' | Passkey | null>(null)
  const changed = () => {
    open.value = null
    asked.again()
    onChanged()
  }
  const onDelete = useDelete(changed)
  const items = asked.value?.items ?? []
  const can = canUsePasskeys()
  const onRename = (one: Passkey) => {
    open.value = one
  }
  return html`<div class="pair">
      <p><b>Passkeys</b></p>
      <p class="hint">${can ? 'A finger, a face or a PIN instead of password and code together.' : html`${why()} <a class="link" href="/trust">How to get there</a>`}</p>
      <div class="buttons">${
        can
          ? html`<${Button} icon="plus" onClick=${() => {
              open.value = 'add'
            }}>Add a passkey<//>`
          : null
      }</div>
    </div>
    <${FailedSection} asked=${asked} />
    ${items.length > 0 ? html`<div class="pad"><${Table} caption="Your passkeys" columns=${columnsOf(onRename, onDelete)} items=${items} keyOf=${({ id }: Passkey) => id} fixed /></div>` : null}
    ${open.value === 'add' ? html`<${AddDialog} onClose=${changed} />` : open.value ? html`<${RenameDialog} passkey=${open.value} onClose=${changed} />` : null}`
}
