import { useSignal } from '@preact/signals'
import { useCallback } from 'preact/hooks'
import type { Person } from '#protocol/person.ts'
import { Blank, Failed, PageTitle, Sentinel, Waiting } from '../../components/blank.ts'
import { Button } from '../../components/button.ts'
import { Facts, Section } from '../../components/facts.ts'
import { Filters, SearchField, Segments, Select } from '../../components/filters.ts'
import { sorted, Table, useSort } from '../../components/table.ts'
import { useApp } from '../../lib/app.ts'
import { plural } from '../../lib/format.ts'
import { html } from '../../lib/html.ts'
import { createPeople } from '../model.ts'
import { roleMayNot, roleSays, roles, roleWord } from '../words.ts'
import { columnsOf } from './columns.ts'
import { countsOf, filtered, type PeopleQuery, queryOf } from './filter.ts'

const Head = ({ people, whole }: { people: readonly Person[] | null; whole: boolean }) => {
  const admins = (people ?? []).filter(({ role, disabled }) => role === 'admin' && !disabled).length
  const said =
    people && whole ? `${people.length} ${plural(people.length, 'account')}, ${admins} ${plural(admins, 'admin')}` : ''
  return html`<div class="head">
    <${PageTitle}>People<//><span class="quiet">${said}</span>
    <div class="end"><${Button} kind="primary" icon="plus" href="/people/new">Somebody new<//></div>
  </div>`
}

const Tools = ({ people, query }: { people: readonly Person[]; query: PeopleQuery }) => {
  const { router } = useApp()
  const counts = countsOf(people)
  const found = roles.filter((role) => people.some((person) => person.role === role))
  return html`<${Filters}>
    <${SearchField} label="Search people" placeholder="Name, e-mail, role" value=${query.text} onInput=${(q: string) => router.setQuery({ q })} />
    <${Segments} label="Show" value=${query.show}
      choices=${[
        { value: 'all', text: `All ${counts.all}` },
        { value: 'open', text: `Password only ${counts.open}` },
        { value: 'off', text: `Off ${counts.off}` },
      ]}
      onChoose=${(show: string) => router.setQuery({ show: show === 'all' ? null : show })} />
    <${Select} label="Role" value=${query.role}
      choices=${[{ value: '', text: 'Every role' }, ...found.map((role) => ({ value: role, text: roleWord[role] }))]}
      onChoose=${(role: string) => router.setQuery({ role })} />
  <//>`
}

const step = 100

const Rows = ({ people }: { people: readonly Person[] }) => {
  const app = useApp()
  const [sort, onSort] = useSort('name')
  const shown = useSignal(step)
  const more = useCallback(() => {
    shown.value += step
  }, [])
  const columns = columnsOf(app)
  const rows = sorted(people, columns, sort)
  return html`<div class="people-list"><${Table} caption="People" columns=${columns} items=${rows.slice(0, shown.value)} keyOf=${({ id }: Person) => id} fixed
      shape="plain" sort=${sort} onSort=${onSort} /></div>
    ${rows.length > shown.value ? html`<${Sentinel} key=${shown.value} onSeen=${more} />` : null}`
}

const NobodyFits = () => {
  const { router } = useApp()
  const clear = () => router.setQuery({ q: null, show: null, role: null })
  return html`<${Blank} level=${2} title="Nobody fits" buttons=${html`<${Button} onClick=${clear}>Show all<//>`}
    >No account has these words, this role and this state.<//>`
}

const Alone = () =>
  html`<${Blank} level=${2} title="You are the only one">Give others an account of their own. Each sees and does only what you decide, and the audit log tells you apart.<//>`

const Roles = () =>
  html`<${Section} id="roles" title="What each role may do">
    <div class="pad"><${Facts} items=${roles.map((role) => [roleWord[role], html`${roleSays[role].replace(' below', '')} <span class="faint">${roleMayNot[role]}</span>`])} /></div>
  <//>`

const Body = () => {
  const app = useApp()
  const people = app.model(createPeople)
  const list = people.list.value
  if (list === null && people.error.value)
    return html`<${Failed} what="The list of people" error=${people.error.value} onRetry=${people.load} />`
  if (list === null)
    return html`<div class="tools-space"></div><${Waiting} lines=${8} what="Reading the list of people" />`
  const query = queryOf(app)
  const found = filtered(list, query)
  return html`${list.length > 1 ? html`<${Tools} people=${list} query=${query} />` : null}
    ${people.error.value ? html`<p class="hint">This list is as it was before. Reading it again failed.</p>` : null}
    ${found.length > 0 ? html`<${Rows} people=${found} />` : html`<${NobodyFits} />`}
    ${list.length === 1 ? html`<${Alone} />` : null}
    <${Roles} />`
}

/** Everybody who has an account on this box. */
export const PeopleList = () => {
  const people = useApp().model(createPeople)
  return html`<${Head} people=${people.list.value} whole=${people.whole.value} /><${Body} />`
}
