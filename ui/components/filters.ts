import type { ComponentChildren } from 'preact'
import { html } from '../lib/html.ts'
import { Icon } from './mark.ts'

/** Search, a few shown sets, and selects, in one row above a list. */
export const Filters = ({ children }: { children?: ComponentChildren }) =>
  html`<form class="filters" role="search" onSubmit=${(event: Event) => event.preventDefault()}>${children}</form>`

export const SearchField = (props: {
  label: string
  placeholder: string
  value: string
  onInput: (value: string) => void
}) =>
  html`<div class="search">
    <${Icon} name="search" />
    <input
      class="input"
      type="search"
      autocomplete="off"
      aria-label=${props.label}
      placeholder=${props.placeholder}
      value=${props.value}
      onInput=${(event: InputEvent) => props.onInput((event.target as HTMLInputElement).value)}
    />
  </div>`

export interface Choice {
  value: string
  text: string
}

/** A few sets of one list, one shown at a time. */
export const Segments = (props: {
  label: string
  choices: readonly Choice[]
  value: string
  slim?: boolean
  onChoose: (value: string) => void
}) => html`<div class=${props.slim ? 'seg slim' : 'seg'} role="group" aria-label=${props.label}>
  ${props.choices.map(
    ({ value, text }) =>
      html`<button key=${value} type="button" aria-pressed=${value === props.value ? 'true' : 'false'} onClick=${() => props.onChoose(value)}>${text}</button>`,
  )}
</div>`

export const Select = (props: {
  label: string
  choices: readonly Choice[]
  value: string
  id?: string
  onChoose: (value: string) => void
}) => html`<div class="select">
  <select
    class="input"
    id=${props.id}
    aria-label=${props.id ? undefined : props.label}
    value=${props.value}
    onChange=${(event: Event) => props.onChoose((event.target as HTMLSelectElement).value)}
  >
    ${props.choices.map(({ value, text }) => html`<option key=${value} value=${value} selected=${value === props.value}>${text}</option>`)}
  </select>
  <${Icon} name="down" />
</div>`
