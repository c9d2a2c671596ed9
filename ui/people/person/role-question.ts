import type { Person, Role } from '#protocol/person.ts'
import type { App } from '../../lib/app.ts'
import type { Effect } from '../../lib/model/asks.ts'
import { roleSays, roleWord } from '../words.ts'

const article = (role: Role) =>
  role === 'admin' ? 'an admin' : role === 'member' ? 'a member' : roleWord[role].toLowerCase()

/** The sentence without its capital; what an admin needs besides has a line of its own. */
const saysOf = (role: Role) =>
  role === 'admin'
    ? 'does everything, everywhere.'
    : `${roleSays[role].charAt(0).toLowerCase()}${roleSays[role].slice(1)}`

const losses = (person: Person, role: Role): Effect[] => [
  ...(person.role === 'staff' && role !== 'staff'
    ? [
        {
          state: 'attention',
          what: 'All grants are taken back.',
          rest: 'They do not return with the role.',
        } satisfies Effect,
      ]
    : []),
  ...(role === 'admin'
    ? [
        {
          icon: 'clock',
          what: 'A second factor is due within a day,',
          rest: 'and a password of at least 12 characters.',
        } satisfies Effect,
      ]
    : []),
]

/** Asks before somebody becomes something else. `save` does the rest of the form with it. */
export const askRole = (app: App, person: Person, role: Role, save: () => Promise<void>): void =>
  app.asks.ask({
    question: `Make ${person.username} ${article(role)}?`,
    effects: [
      {
        icon: 'shield',
        what: `${roleWord[role]}:`,
        rest: saysOf(role),
      },
      ...losses(person, role),
      {
        icon: 'out',
        what: `${person.username} is signed out everywhere,`,
        rest: 'and comes in again as what they are now.',
      },
    ],
    keep: `Keep as ${roleWord[person.role].toLowerCase()}`,
    act: `Make ${article(role)}`,
    acting: `Making ${person.username} ${article(role)}`,
    danger: role === 'admin' || person.role === 'admin',
    run: save,
  })
