import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { IconButton } from '../../components/button.ts'
import { Filters as FilterRow, SearchField, Select } from '../../components/filters.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { type Filters, isFiltered } from './query.ts'
import { actionChoices, outcomeChoices } from './words.ts'

const typingMs = 250

/** What is typed is shown at once and asked for when the typing rests. */
const useTyped = (value: string, settle: (value: string) => void): [string, (value: string) => void] => {
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

const Day = (props: { label: string; value: string; min?: string; max?: string; onChoose: (day: string) => void }) =>
  html`<label class="day"><span>${props.label}</span>
    <input class="input" type="date" value=${props.value} min=${props.min || undefined} max=${props.max || undefined}
      onChange=${(event: Event) => props.onChoose((event.target as HTMLInputElement).value)} /></label>`

const Who = ({
  value,
  names,
  onChoose,
}: {
  value: string
  names: readonly string[]
  onChoose: (name: string) => void
}) => {
  const [typed, type] = useTyped(value, onChoose)
  return html`<input class="input who" type="search" list="audit-who" aria-label="Who" placeholder="Anybody" maxlength="200" autocomplete="off"
      value=${typed} onInput=${(event: Event) => type((event.target as HTMLInputElement).value)} />
    <datalist id="audit-who">${names.map((name) => html`<option key=${name} value=${name}></option>`)}</datalist>`
}

/** Everything that the log can be narrowed by; all of it stands in the address. */
export const AuditFilters = ({ filters, names }: { filters: Filters; names: readonly string[] }) => {
  const { router } = useApp()
  const set = (name: keyof Filters) => (value: string) => router.setQuery({ [name]: value, open: null })
  const [text, type] = useTyped(filters.q, set('q'))
  const clear = () =>
    router.setQuery({ q: null, actor: null, action: null, target: null, outcome: null, from: null, to: null })
  const own = filters.action !== '' && !actionChoices.some(({ value }) => value === filters.action)
  return html`<div class="audit-filters"><${FilterRow}>
    <${SearchField} label="Search the audit log" placeholder="Name, address, detail" value=${text} onInput=${type} />
    <${Who} value=${filters.actor} names=${names} onChoose=${set('actor')} />
    <${Select} label="Action" value=${filters.action} onChoose=${set('action')}
      choices=${own ? [...actionChoices, { value: filters.action, text: filters.action }] : actionChoices} />
    <${Select} label="Outcome" value=${filters.outcome} onChoose=${set('outcome')} choices=${outcomeChoices(filters.outcome)} />
    <span class="days"><${Day} label="From" value=${filters.from} max=${filters.to} onChoose=${set('from')} />
    <${Day} label="To" value=${filters.to} min=${filters.from} onChoose=${set('to')} /></span>
    ${isFiltered(filters) ? html`<${IconButton} icon="close" label="Show all" onClick=${clear} />` : null}
  <//></div>`
}
