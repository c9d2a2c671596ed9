import type { Person, Role } from '#protocol/person.ts'
import type { App } from '../../lib/app.ts'
import { roles, roleWord } from '../words.ts'

export const shows = ['all', 'open', 'off'] as const
export type Show = (typeof shows)[number]
export interface PeopleQuery {
  text: string
  show: Show
  role: Role | ''
}

export const queryOf = ({ router }: App): PeopleQuery => {
  const query = router.query.value
  return {
    text: query.get('q') ?? '',
    show: shows.find((name) => name === query.get('show')) ?? 'all',
    role: roles.find((name) => name === query.get('role')) ?? '',
  }
}

const hasFactor = ({ secondFactor }: Person) => secondFactor.totp || secondFactor.passkeys > 0

const fits: Record<Show, (person: Person) => boolean> = {
  all: () => true,
  open: (person) => !hasFactor(person) && !person.disabled && person.role !== 'viewer',
  off: ({ disabled }) => disabled,
}

export const countsOf = (people: readonly Person[]): Record<Show, number> => ({
  all: people.length,
  open: people.filter(fits.open).length,
  off: people.filter(fits.off).length,
})

const folded = (text: string) => text.normalize('NFKC').toLowerCase()

export const filtered = (people: readonly Person[], { text, show, role }: PeopleQuery): Person[] => {
  const wanted = folded(text.trim())
  return people.filter(
    (person) =>
      fits[show](person) &&
      (role === '' || person.role === role) &&
      (wanted === '' ||
        [person.username, person.email ?? '', roleWord[person.role]].some((one) => folded(one).includes(wanted))),
  )
}
