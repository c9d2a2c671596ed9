import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { html } from '../lib/html.ts'
import { Mark } from './mark.ts'

export interface FieldProps {
  id: string
  label: string
  value: string
  onInput: (value: string) => void
  type?: 'text' | 'password' | 'email' | 'url' | 'number' | 'datetime-local'
  hint?: ComponentChildren
  error?: string | null | undefined
  autocomplete?: string
  code?: boolean
  required?: boolean
  autofocus?: boolean
  inputmode?: 'text' | 'numeric' | 'url' | 'email'
  maxlength?: number
  placeholder?: string
  readonly?: boolean
  min?: number
  max?: number
  /** More than 1 makes it a text area. */
  rows?: number
}

const Wrong = ({ id, text }: { id: string; text: string }) =>
  html`<p class="hint" id=${id} data-state="trouble" role="alert"><${Mark} state="trouble" /><span>${text}</span></p>`

/** A label, an input, and below it what helps or what is wrong. */
export const Field = (props: FieldProps) => {
  const { id, label, hint, error, rows = 1 } = props
  const input = useRef<HTMLInputElement & HTMLTextAreaElement>(null)
  useEffect(() => {
    if (props.autofocus) input.current?.focus()
  }, [])
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ')
  const shared = {
    ref: input,
    id,
    name: id,
    class: props.code ? 'input code' : 'input',
    value: props.value,
    autocomplete: props.autocomplete ?? 'off',
    required: props.required,
    autofocus: props.autofocus,
    maxlength: props.maxlength,
    placeholder: props.placeholder,
    readonly: props.readonly,
    'aria-invalid': error ? 'true' : undefined,
    'aria-describedby': described || undefined,
    onInput: (event: InputEvent) => props.onInput((event.target as HTMLInputElement).value),
  }
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${
      rows > 1
        ? html`<textarea ...${shared} rows=${rows}></textarea>`
        : html`<input
            ...${shared}
            type=${props.type ?? 'text'}
            inputmode=${props.inputmode}
            min=${props.min}
            max=${props.max}
            autocapitalize=${props.code ? 'characters' : undefined}
            spellcheck=${props.code ? 'false' : undefined}
          />`
    }
    ${hint ? html`<p class="hint" id=${`${id}-hint`}>${hint}</p>` : null}
    ${error ? html`<${Wrong} id=${`${id}-error`} text=${error} />` : null}
  </div>`
}

export const SelectField = (props: {
  id: string
  label: string
  value: string
  choices: readonly { value: string; text: string }[]
  hint?: ComponentChildren
  onChoose: (value: string) => void
}) => html`<div class="field">
  <label for=${props.id}>${props.label}</label>
  <div class="select">
    <select
      class="input"
      id=${props.id}
      value=${props.value}
      aria-describedby=${props.hint ? `${props.id}-hint` : undefined}
      onChange=${(event: Event) => props.onChoose((event.target as HTMLSelectElement).value)}
    >
      ${props.choices.map(({ value, text }) => html`<option key=${value} value=${value} selected=${value === props.value}>${text}</option>`)}
    </select>
    <svg class="icon" aria-hidden="true"><use href="#i-down" /></svg>
  </div>
  ${props.hint ? html`<p class="hint" id=${`${props.id}-hint`}>${props.hint}</p>` : null}
</div>`

export const Check = (props: {
  id: string
  label: ComponentChildren
  checked: boolean
  disabled?: boolean
  onChange: (checked: boolean) => void
}) => html`<label class="check" for=${props.id}>
  <input
    type="checkbox"
    id=${props.id}
    checked=${props.checked}
    disabled=${props.disabled}
    onChange=${(event: Event) => props.onChange((event.target as HTMLInputElement).checked)}
  /><span>${props.label}</span>
</label>`

/** What went wrong with the whole form. */
export const FormError = ({ text }: { text: string | null }) =>
  text ? html`<${Wrong} id="form-error" text=${text} />` : null
