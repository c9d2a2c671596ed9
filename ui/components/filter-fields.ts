import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { html } from '../lib/html.ts'

const typingMs = 250

/** What is typed is shown at once and asked for when the typing rests. */
export const useTyped = (value: string, settle: (value: string) => void): [string, (value: string) => void] => {
  const typed = useSignal(value)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => {
    typed.value = value
    return () => clearTimeout(timer.current)
  }, [value])
  const type = (next: string) => {
    typed.value = next
    clearTimeout(timer.current)
    timer.current = setTimeout(settle, typingMs, next)
  }
  return [typed.value, type]
}

/** Page styles: `filter-fields`, as for the others here. */
export const Day = (props: {
  label: string
  value: string
  min?: string
  max?: string
  onChoose: (day: string) => void
}) =>
  html`<label class="day"><span>${props.label}</span>
    <input class="input" type="date" value=${props.value} min=${props.min || undefined} max=${props.max || undefined}
      onChange=${(event: Event) => props.onChoose((event.target as HTMLInputElement).value)} /></label>`

/** Somebody's name, typed or taken from those that are known. */
export const Who = (props: {
  id: string
  label: string
  value: string
  names: readonly string[]
  onChoose: (name: string) => void
}) => {
  const [typed, type] = useTyped(props.value, props.onChoose)
  return html`<input class="input who" type="search" list=${props.id} aria-label=${props.label} placeholder="Anybody" maxlength="200" autocomplete="off"
      value=${typed} onInput=${(event: Event) => type((event.target as HTMLInputElement).value)} />
    <datalist id=${props.id}>${props.names.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>`
}
