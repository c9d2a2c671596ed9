import { useSignal } from '@preact/signals'
import { Button } from '../../components/button.ts'
import { Dialog } from '../../components/dialog.ts'
import { Check, Field, FormError, SelectField } from '../../components/field.ts'
import { Copy } from '../../components/tag.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { useForm } from '../../lib/use-form.ts'

const dayMs = 86_400_000
const lives = [
  { value: '30', text: '30 days' },
  { value: '90', text: '90 days' },
  { value: '365', text: 'one year' },
  { value: '', text: 'never' },
]

const Made = ({ name, secret, onClose }: { name: string; secret: string; onClose: () => void }) =>
  html`<${Dialog} title=${`The key “${name}”`} describedBy="key-once" onClose=${() => undefined}>
    <p class="quiet" id="key-once">Copy it into your program now. It is shown this once; lost, it can only be replaced.</p>
    <div class="once"><${Copy} text=${secret} label="the key" /></div>
    <p class="hint">Send it as <span class="mono">Authorization: Bearer</span>. What may be asked is at <a class="link" href="/api/docs" target="_blank">the API’s pages</a>.</p>
    <div class="buttons"><${Button} kind="primary" autofocus onClick=${onClose}>I have copied it<//></div>
  <//>`

/** Makes a key and shows it once. */
export const NewKeyDialog = ({ onClose }: { onClose: () => void }) => {
  const { api, clock } = useApp()
  const secret = useSignal<string | null>(null)
  const readOnly = useSignal(true)
  const form = useForm({ name: '', days: '90' }, async ({ name, days }) => {
    const expiresAt = days ? new Date(clock.read() + Number(days) * dayMs).toISOString() : null
    const { key } = await api.post<{ key: string }>('/api-keys', {
      name: name.trim(),
      readOnly: readOnly.value,
      expiresAt,
    })
    secret.value = key
  })
  const { name, days } = form.values.value
  if (secret.value !== null)
    return html`<${Made} key="made" name=${name.trim()} secret=${secret.value} onClose=${onClose} />`
  return html`<${Dialog} key="new" title="A new key" onClose=${onClose}>
    <form onSubmit=${form.submit}>
      <${Field} id="name" label="What it is for" required autofocus maxlength=${60} placeholder="dashboard" value=${name}
        onInput=${(value: string) => form.set({ name: value })} error=${form.errors['name']} />
      <${SelectField} id="days" label="It ends after" choices=${lives} value=${days} onChoose=${(value: string) => form.set({ days: value })} />
      <${Check} id="read-only" label="It only looks and changes nothing" checked=${readOnly.value} onChange=${(
        on: boolean,
      ) => {
        readOnly.value = on
      }} />
      <p class="hint">${readOnly.value ? 'It sees what you see.' : 'It may do what you may, except to change who can come in.'} You can delete it at any time.</p>
      <${FormError} text=${form.wrong} />
      <div class="buttons">
        <${Button} disabled=${form.busy} onClick=${onClose}>Cancel<//>
        <${Button} kind="primary" type="submit" busy=${form.busy}>${form.busy ? 'Making the key' : 'Make the key'}<//>
      </div>
    </form>
  <//>`
}
