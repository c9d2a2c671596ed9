import type { Person } from '#protocol/person.ts'
import { State } from '../../components/mark.ts'
import { Menu } from '../../components/menu.ts'
import type { Column } from '../../components/table.ts'
import { Tag } from '../../components/tag.ts'
import { Ago } from '../../components/when.ts'
import { type App, useApp } from '../../lib/app.ts'
import { html } from '../../lib/html.ts'
import { useMinute } from '../use-minute.ts'
import { factorOf, grantsShort, roleWord, standingOf } from '../words.ts'
import { personMenu } from './menu-items.ts'

const Name = ({ person }: { person: Person }) => {
  const me = useApp().account.person.value
  return html`<a class="name-link" href=${`/people/${encodeURIComponent(person.id)}`}>${person.username}</a>
    ${me?.id === person.id ? html` <${Tag}>you<//>` : null}
    ${person.email ? html`<span class="sub">${person.email}</span>` : null}`
}

const RoleCell = ({ person }: { person: Person }) =>
  html`${roleWord[person.role]}${person.role === 'staff' ? html`<span class="sub">${grantsShort(person.grants)}</span>` : null}`

const Factor = ({ person }: { person: Person }) => {
  const minute = useMinute()
  const { state, word } = factorOf(person, minute)
  return html`<${State} state=${state}>${word}<//>`
}

const Standing = ({ person }: { person: Person }) => {
  const { state, word } = standingOf(person)
  return html`<${State} state=${state}>${word}<//>`
}

export const columnsOf = (app: App): Column<Person>[] => [
  {
    ...{ key: 'name', title: 'Name', name: true, width: '28%' },
    by: ({ username }) => username,
    cell: (person) => html`<${Name} person=${person} />`,
  },
  {
    ...{ key: 'state', title: 'Account', kind: 'beside', width: '16%' },
    by: (person) => standingOf(person).word,
    cell: (person) => html`<${Standing} person=${person} />`,
  },
  {
    ...{ key: 'role', title: 'Role', width: '20%' },
    by: ({ role }) => role,
    cell: (person) => html`<${RoleCell} person=${person} />`,
  },
  {
    ...{ key: 'factor', title: 'Second factor', width: '18%' },
    by: (person) => factorOf(person, 0).state,
    cell: (person) => html`<${Factor} person=${person} />`,
  },
  {
    ...{ key: 'seen', title: 'Last sign-in', width: '12%' },
    by: ({ lastSignInAt }) => (lastSignInAt ? -Date.parse(lastSignInAt) : null),
    cell: ({ lastSignInAt }) =>
      lastSignInAt ? html`<${Ago} at=${lastSignInAt} />` : html`<span class="faint">never</span>`,
  },
  {
    ...{ key: 'acts', title: 'Actions', hidden: true, width: '6%' },
    cell: (person) =>
      html`<div class="acts"><${Menu} label=${`Actions for ${person.username}`} items=${() => personMenu(app, person)} /></div>`,
  },
]
