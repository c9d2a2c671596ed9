import { IconButton } from '../../components/button.ts'
import { Day, useTyped, Who } from '../../components/filter-fields.ts'
import { Filters as FilterRow, SearchField, Select } from '../../components/filters.ts'
import { useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { useServerChoice } from '../use-media-sources.ts'
import { type Filters, filterNames, isFiltered } from './query.ts'
import { decisionChoices, kindChoices } from './words.ts'

/** Everything that the history can be narrowed by; all of it stands in the address. */
export const HistoryFilters = ({ filters, names }: { filters: Filters; names: readonly string[] }) => {
  const { router } = useApp()
  const { sources, isOffered } = useServerChoice(filters.source)
  const set = (name: keyof Filters) => (value: string) => router.setQuery({ [name]: value, open: null })
  const [text, type] = useTyped(filters.q, set('q'))
  const clear = () => router.setQuery(Object.fromEntries(filterNames.map((name) => [name, null])))
  return html`<div class="narrow history-narrow"><${FilterRow}>
    <${SearchField} label="Search the history" placeholder="Title or viewer" value=${text} onInput=${type} />
    <${Who} id="history-who" label="Viewer" value=${filters.viewer} names=${names} onChoose=${set('viewer')} />
    <${Select} label="Kind" value=${filters.kind} choices=${kindChoices} onChoose=${set('kind')} />
    <${Select} label="How it was sent" value=${filters.decision} choices=${decisionChoices} onChoose=${set('decision')} />
    ${
      isOffered
        ? html`<${Select} label="Server" value=${filters.source} onChoose=${set('source')}
            choices=${[{ value: '', text: 'Every server' }, ...sources.map(({ id, name }) => ({ value: id, text: name }))]} />`
        : null
    }
    <span class="filter-row"><span class="days"><${Day} label="From" value=${filters.from} max=${filters.to} onChoose=${set('from')} />
    <${Day} label="To" value=${filters.to} min=${filters.from} onChoose=${set('to')} /></span>
    ${isFiltered(filters) ? html`<${IconButton} icon="close" label="Show all" onClick=${clear} />` : null}</span>
  <//></div>`
}
