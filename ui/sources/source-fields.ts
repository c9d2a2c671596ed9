import { Check, Field } from '../components/field.ts'
import { html } from '../lib/html.ts'
import type { SourceField } from './forms.ts'
import type { SourceFormState } from './use-source-form.ts'

const Secret = ({ state, field, isKept }: { state: SourceFormState; field: SourceField; isKept: boolean }) => {
  const { credentials } = state.values.value
  const kept = isKept ? 'The one that is kept stays unless you write a new one.' : field.hint
  return html`<${Field}
    id=${field.name}
    label=${field.label}
    type=${field.secret && !field.rows ? 'password' : 'text'}
    rows=${field.rows}
    hint=${kept}
    error=${state.errors.value[field.name]}
    value=${credentials[field.name] ?? ''}
    onInput=${(value: string) => state.set({ credentials: { ...credentials, [field.name]: value } })}
  />`
}

/** What a source is called, where it is, and with what key. */
export const SourceFields = ({ state, isKept }: { state: SourceFormState; isKept: boolean }) => {
  const { form, values, errors } = state
  const { name, url, visibleToViewers } = values.value
  const fields = !form.isNeeded || form.isNeeded(url) ? form.fields : []
  return html`<${Field}
      id="url"
      label="Address"
      inputmode="url"
      placeholder=${form.address.placeholder}
      hint=${form.address.hint}
      error=${errors.value['url']}
      value=${url}
      onInput=${(value: string) => state.set({ url: value })}
    />
    ${fields.map((field) => html`<${Secret} key=${field.name} state=${state} field=${field} isKept=${isKept} />`)}
    <${Field}
      id="name"
      label="Name"
      maxlength=${80}
      hint="As you speak of it. It stands on every page."
      error=${errors.value['name']}
      value=${name}
      onInput=${(value: string) => state.set({ name: value })}
    />
    ${
      form.canBeSeenByViewers
        ? html`<${Check}
            id="visible"
            label="People who sign in with an account of this server see its sessions, other names masked"
            checked=${visibleToViewers}
            onChange=${(checked: boolean) => state.set({ visibleToViewers: checked })}
          />`
        : null
    }`
}
