import { z } from 'zod'
import type { Api, Call, Routes } from '#protocol/api.ts'
import { listOf, PageQuery } from '#protocol/list.ts'
import { Grants, NewPerson, Person, PersonPatch, Role } from '#protocol/person.ts'
import { noSuchPerson } from './account-rules.ts'
import type { Accounts } from './accounts.ts'
import { ById, SignIns as SignInsAnswer } from './answers.ts'
import { toPerson } from './person.ts'
import type { SignIns } from './sign-ins.ts'
import type { PeopleStore } from './store.ts'

const UsersQuery = PageQuery.extend({ q: z.string().max(200).optional(), role: Role.optional() })
const RoleBody = z.strictObject({ role: Role.exclude(['viewer']) })

export interface UserDeps {
  store: PeopleStore
  accounts: Accounts
  signIns: SignIns
}

const manage = { access: 'manage-people' } as const

const noteOf = (
  call: Pick<Call<unknown, unknown, unknown>, 'note'>,
  person: Person,
  details?: Record<string, unknown>,
) => call.note({ kind: 'person', id: person.id, name: person.username }, details)

const declareReading = (api: Api, { store, accounts }: UserDeps) => {
  api.get(
    '/users',
    {
      ...manage,
      summary: 'People',
      detail: 'Sorted by name; `q` finds a part of the name or e-mail address.',
      query: UsersQuery,
      answer: listOf(Person),
    },
    (call) => accounts.list(call.query),
  )
  api.get('/users/:id', { ...manage, summary: 'One person', params: ById, answer: Person }, (call) => {
    const row = store.accounts.byId(call.params.id)
    if (!row) throw noSuchPerson()
    return toPerson(row)
  })
}

const declareWriting = (api: Api, { accounts }: UserDeps) => {
  api.post(
    '/users',
    {
      ...manage,
      summary: 'Make an account',
      detail: 'The password works for one sign-in, then it has to be changed. Staff make support people only.',
      body: NewPerson,
      answer: Person,
      status: 201,
      audit: 'person.create',
      example: { username: 'maya', password: 'until-she-signs-in', role: 'support' },
    },
    async (call) => {
      call.note({ kind: 'person', id: '', name: call.body.username }, { role: call.body.role })
      const person = await accounts.create(call.person(), call.body)
      noteOf(call, person)
      return person
    },
  )
  api.put(
    '/users/:id',
    {
      ...manage,
      summary: 'Change an account',
      detail: 'What is left out stays. A new password, or switching off, ends the person’s sign-ins.',
      params: ById,
      body: PersonPatch,
      answer: Person,
      audit: 'person.change',
    },
    async (call) => {
      noteOf(call, toPerson(accounts.find(call.params.id)), {
        changed: Object.keys(call.body),
        ...(call.body.disabled === undefined ? {} : { disabled: call.body.disabled }),
      })
      return accounts.update(call.person(), call.params.id, call.body)
    },
  )
  api.delete(
    '/users/:id',
    { ...manage, summary: 'Delete an account', params: ById, status: 204, audit: 'person.delete' },
    (call) => {
      noteOf(call, toPerson(accounts.find(call.params.id)))
      accounts.remove(call.person(), call.params.id)
    },
  )
}

const declareRights = (api: Api, { accounts }: UserDeps) => {
  api.put(
    '/users/:id/role',
    {
      ...manage,
      summary: 'Change a role',
      detail: 'Admins only. Ends the person’s sign-ins. A new admin has 24 h to set up a second factor.',
      params: ById,
      body: RoleBody,
      answer: Person,
      audit: 'person.role',
    },
    (call) => {
      const before = toPerson(accounts.find(call.params.id))
      noteOf(call, before, { before: before.role, after: call.body.role })
      return accounts.setRole(call.person(), call.params.id, call.body.role)
    },
  )
  api.put(
    '/users/:id/grants',
    {
      ...manage,
      summary: 'Change what a staff person may do',
      detail: 'Admins only. Replaces all grants; they count from the next request on.',
      params: ById,
      body: Grants,
      answer: Person,
      audit: 'person.grants',
    },
    (call) => {
      const before = toPerson(accounts.find(call.params.id))
      noteOf(call, before, { before: before.grants, after: call.body })
      return accounts.setGrants(call.person(), call.params.id, call.body)
    },
  )
  api.delete(
    '/users/:id/second-factor',
    {
      ...manage,
      summary: 'Take away the second factor of a person who lost it',
      detail: 'Admins only. App, passkeys and recovery codes go, and the sign-ins end.',
      params: ById,
      status: 204,
      audit: 'person.second-factor.clear',
    },
    (call) => {
      noteOf(call, toPerson(accounts.find(call.params.id)))
      accounts.clearSecondFactor(call.person(), call.params.id)
    },
  )
}

const declareSignIns = (api: Api, { accounts, signIns }: UserDeps) => {
  api.get(
    '/users/:id/sign-ins',
    { ...manage, summary: 'Where a person is signed in', detail: 'Admins only.', params: ById, answer: SignInsAnswer },
    (call) => {
      accounts.demandAdmin(call.person())
      const { id } = accounts.find(call.params.id)
      return { items: signIns.list(id, call.caller?.signInId ?? null), next: null }
    },
  )
  api.delete(
    '/users/:id/sign-ins',
    {
      ...manage,
      summary: 'End all sign-ins of a person',
      detail: 'Admins only.',
      params: ById,
      status: 204,
      audit: 'person.sign-ins.end',
    },
    (call) => {
      accounts.demandAdmin(call.person())
      const person = toPerson(accounts.find(call.params.id))
      noteOf(call, person, { ended: signIns.endAll(person.id, null) })
    },
  )
  api.delete(
    '/users/:id/sign-ins/:signIn',
    {
      ...manage,
      summary: 'End one sign-in of a person',
      detail: 'Admins only.',
      params: ById.extend({ signIn: z.string().max(200) }),
      status: 204,
      audit: 'person.sign-ins.end',
    },
    (call) => {
      accounts.demandAdmin(call.person())
      const person = toPerson(accounts.find(call.params.id))
      noteOf(call, person)
      if (!signIns.end(call.params.signIn, person.id)) throw noSuchPerson()
    },
  )
}

export const createUserRoutes =
  (deps: UserDeps): Routes =>
  (api) => {
    declareReading(api, deps)
    declareWriting(api, deps)
    declareRights(api, deps)
    declareSignIns(api, deps)
  }
