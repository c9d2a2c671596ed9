import type { List } from '#protocol/list.ts'
import type { Person, SignIn } from '#protocol/person.ts'
import type { App } from '../lib/app.ts'
import { inWords, plural } from '../lib/format.ts'
import type { Ask, Effect } from '../lib/model/asks.ts'
import { lasted } from './lasted.ts'
import { createPeople } from './model.ts'
import { oneTimePassword } from './one-time-password.ts'

const path = ({ id }: Person) => `/users/${encodeURIComponent(id)}`

/** How many sign-ins will end; null for those who may not know. */
const countOf = async ({ api, account }: App, person: Person): Promise<number | null> => {
  if (account.person.peek()?.role !== 'admin') return null
  const { items } = await api.get<List<SignIn>>(`${path(person)}/sign-ins`, { timeoutMs: 3000 })
  return items.length
}

const outEverywhere = (person: Person, count: number | null): Effect => {
  if (count === 0) return { icon: 'out', what: 'Nobody is signed in', rest: `as ${person.username} now.` }
  const where = count === null ? 'everywhere' : `in ${count === 1 ? 'one place' : `${inWords(count)} places`}`
  return { icon: 'out', what: `${person.username} is signed out ${where},`, rest: 'within seconds.' }
}

/** Does it, then says what came of it with the time it took. */
const said = async (app: App, title: string, text: string, work: () => Promise<void>) => {
  const began = app.clock.read()
  await work()
  app.toasts.say({ state: 'fine', title, text: `${text} ${lasted(app.clock.read() - began)}` })
}

type Question = (app: App, person: Person, count: number | null) => Ask

const newPassword: Question = (app, person, count) => ({
  question: `Give ${person.username} a new password?`,
  effects: [
    { icon: 'key', what: 'You see a password once,', rest: 'to hand over. It works for one sign-in.' },
    { icon: 'edit', what: `${person.username} chooses their own`, rest: 'right after it. You never learn that one.' },
    outEverywhere(person, count),
    { icon: 'check', what: 'Role, grants and second factor', rest: 'stay as they are.' },
  ],
  keep: 'Keep the password',
  act: 'Make a password',
  acting: `Making a password for ${person.username}`,
  run: async () => {
    const password = oneTimePassword()
    const people = app.model(createPeople)
    const changed = await app.api.put<Person>(path(person), { password })
    people.put(changed)
    people.handover.value = { person: changed, password, isNew: false }
  },
})

const endSignIns: Question = (app, person, count) => ({
  question: `End all sign-ins of ${person.username}?`,
  effects: [
    outEverywhere(person, count),
    { icon: 'terminal', what: 'Keys for programs keep working.', rest: 'Switch the account off to stop those too.' },
    { icon: 'check', what: `${person.username} can sign in again`, rest: 'with the same password and second factor.' },
  ],
  keep: 'Keep signed in',
  act: 'End sign-ins',
  acting: `Ending the sign-ins of ${person.username}`,
  danger: true,
  run: () =>
    said(app, `${person.username} is signed out everywhere`, 'Open pages closed at once.', () =>
      app.api.delete(`${path(person)}/sign-ins`),
    ),
})

const disable: Question = (app, person, count) => ({
  question: `Switch ${person.username} off?`,
  effects: [
    outEverywhere(person, count),
    { icon: 'key', what: 'Nothing lets them in any more:', rest: 'no password, no passkey, no key for a program.' },
    { icon: 'check', what: 'The account stays as it is,', rest: 'and can be switched on again at any time.' },
  ],
  keep: 'Keep it on',
  act: 'Switch off',
  acting: `Switching ${person.username} off`,
  danger: true,
  run: () =>
    said(app, `${person.username} is switched off`, 'They cannot come in any more.', async () => {
      app.model(createPeople).put(await app.api.put<Person>(path(person), { disabled: true }))
    }),
})

const enable: Question = (app, person) => ({
  question: `Switch ${person.username} on again?`,
  effects: [
    { icon: 'key', what: `${person.username} can sign in`, rest: 'with the password and second factor from before.' },
    { icon: 'shield', what: `The role is ${person.role},`, rest: 'with what it may do.' },
  ],
  keep: 'Keep it off',
  act: 'Switch on',
  acting: `Switching ${person.username} on`,
  run: () =>
    said(app, `${person.username} is switched on`, 'They can sign in again.', async () => {
      app.model(createPeople).put(await app.api.put<Person>(path(person), { disabled: false }))
    }),
})

const clearFactor: Question = (app, person, count) => {
  const { totp, passkeys } = person.secondFactor
  const what = [totp ? 'the app' : '', passkeys > 0 ? `${inWords(passkeys)} ${plural(passkeys, 'passkey')}` : '']
  return {
    question: `Take away the second factor of ${person.username}?`,
    effects: [
      { state: 'attention', what: `Gone: ${what.filter(Boolean).join(', ')}`, rest: 'and the recovery codes.' },
      { icon: 'key', what: 'The password alone lets them in', rest: 'until they set up another one.' },
      ...(person.role === 'admin'
        ? [{ icon: 'clock', what: 'As an admin they have one day', rest: 'to do so.' } satisfies Effect]
        : []),
      outEverywhere(person, count),
    ],
    keep: 'Keep it',
    act: 'Take it away',
    acting: `Taking away the second factor of ${person.username}`,
    danger: true,
    run: () =>
      said(app, `${person.username} has no second factor`, 'The next sign-in asks for the password only.', async () => {
        await app.api.delete(`${path(person)}/second-factor`)
        app.model(createPeople).put(await app.api.get<Person>(path(person)))
      }),
  }
}

const remove: Question = (app, person, count) => ({
  question: `Delete ${person.username}?`,
  effects: [
    outEverywhere(person, count),
    { state: 'trouble', what: 'Account, second factor and keys are gone.', rest: 'This cannot be taken back.' },
    { icon: 'audit', what: 'The audit log stays', rest: `and keeps naming ${person.username} for what they did.` },
    { icon: 'check', what: 'Sources, containers and settings', rest: 'stay as they are.' },
  ],
  keep: 'Keep the account',
  act: 'Delete',
  acting: `Deleting ${person.username}`,
  danger: true,
  run: () =>
    said(app, `${person.username} is deleted`, 'The name is free again.', async () => {
      await app.api.delete(path(person))
      app.model(createPeople).drop(person.id)
      if (app.router.match.peek().params['id'] === person.id) app.router.go('/people', { replace: true })
    }),
})

const questions = { newPassword, endSignIns, disable, enable, clearFactor, remove }
export type PersonQuestion = keyof typeof questions

/** Opens the question once it is known whom and what it would hurt. */
export const askAbout = async (app: App, name: PersonQuestion, person: Person): Promise<void> => {
  const count = name === 'enable' ? null : await countOf(app, person).catch(() => null)
  app.asks.ask(questions[name](app, person, count))
}
