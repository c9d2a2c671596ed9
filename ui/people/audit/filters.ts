import { IconButton } from '../../components/button.ts'
import { Day, useTyped, Who } from '../../components/filter-fields.ts'
import { Filters as FilterRow, SearchField, Select } from '../../components/filters.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { type Filters, isFiltered } from './query.ts'
import { actionChoices, outcomeChoices } from './words.ts'

/** Everything that the log can be narrowed by; all of it stands in the address. */
export const AuditFilters = ({ filters, names }: { filters: Filters; names: readonly string[] }) => {
  const { router } = useApp()
  const set = (name: keyof Filters) => (value: string) => router.setQuery({ [name]: value, open: null })
  const [text, type] = useTyped(filters.q, set('q'))
  const clear = () =>
    router.setQuery({ q: null, actor: null, action: null, target: null, outcome: null, from: null, to: null })
  const own = filters.action !== '' && !actionChoices.some(({ value }) => value === filters.action)
  return html`<div class="narrow"><${FilterRow}>
    <${SearchField} label="Search the audit log" placeholder="Name, address, detail" value=${text} onInput=${type} />
    <${Who} id="audit-who" label="Who" value=${filters.actor} names=${names} onChoose=${set('actor')} />
    <${Select} label="Action" value=${filters.action} onChoose=${set('action')}
      choices=${own ? [...actionChoices, { value: filters.action, text: filters.action }] : actionChoices} />
    <${Select} label="Outcome" value=${filters.outcome} onChoose=${set('outcome')} choices=${outcomeChoices(filters.outcome)} />
    <span class="days"><${Day} label="From" value=${filters.from} max=${filters.to} onChoose=${set('from')} />
    <${Day} label="To" value=${filters.to} min=${filters.from} onChoose=${set('to')} /></span>
    ${isFiltered(filters) ? html`<${IconButton} icon="close" label="Show all" onClick=${clear} />` : null}
  <//></div>`
}
