import { z } from 'zod'
import type { Api, Routes } from '#protocol/api.ts'
import { AppError } from '#protocol/errors.ts'
import { listOf, Time } from '#protocol/list.ts'
import { Grants, Person, PersonPatch } from '#protocol/person.ts'
import type { Accounts } from './accounts.ts'
import { ApiKeyDetail, ById, inPerson, NewApiKeyAnswer, SignIns as SignInsAnswer } from './answers.ts'
import type { ApiKeys } from './api-keys.ts'
import { toPerson } from './person.ts'
import type { SignIns } from './sign-ins.ts'

const MePatch = PersonPatch.pick({ username: true, email: true })
const NewApiKey = z.strictObject({
  name: z.string().trim().min(1).max(60),
  expiresAt: Time.nullable().default(null),
  readOnly: z.boolean().default(false),
  grants: Grants.nullable().default(null),
})

export interface MeDeps {
  accounts: Accounts
  signIns: SignIns
  apiKeys: ApiKeys
}

const declareMe = (api: Api, { accounts }: MeDeps) => {
  api.get('/me', { summary: 'You', access: 'signed-in', answer: Person }, (call) =>
    toPerson(accounts.find(call.person().id)),
  )
  api.put(
    '/me',
    {
      summary: 'Change your name or e-mail address',
      access: 'signed-in',
      body: MePatch,
      answer: Person,
      audit: 'person.change',
    },
    (call) => {
      const { person } = inPerson(call)
      call.note({ kind: 'person', id: person.id, name: person.username }, { changed: Object.keys(call.body) })
      return accounts.rename(person.id, call.body)
    },
  )
}

const declareSignIns = (api: Api, { signIns }: MeDeps) => {
  api.get(
    '/me/sign-ins',
    { summary: 'Where you are signed in', access: 'signed-in', answer: SignInsAnswer },
    (call) => ({
      items: signIns.list(call.person().id, call.caller?.signInId ?? null),
      next: null,
    }),
  )
  api.delete(
    '/me/sign-ins/:id',
    {
      summary: 'End one of your sign-ins',
      access: 'signed-in',
      params: ById,
      status: 204,
      audit: 'person.sign-ins.end',
    },
    (call) => {
      const { person } = inPerson(call)
      call.note({ kind: 'person', id: person.id, name: person.username })
      if (!signIns.end(call.params.id, person.id)) {
        throw new AppError('not_found', 'There is no such sign-in, or not any more.')
      }
    },
  )
  api.delete(
    '/me/sign-ins',
    {
      summary: 'End all your sign-ins but this one',
      access: 'signed-in',
      status: 204,
      audit: 'person.sign-ins.end',
    },
    (call) => {
      const { person, signInId } = inPerson(call)
      const ended = signIns.endAll(person.id, signInId)
      call.note({ kind: 'person', id: person.id, name: person.username }, { ended })
    },
  )
}

const declareApiKeys = (api: Api, { apiKeys }: MeDeps) => {
  api.get(
    '/api-keys',
    { summary: 'Your keys for programs', access: 'signed-in', answer: listOf(ApiKeyDetail) },
    (call) => ({
      items: apiKeys.list(call.person().id),
      next: null,
    }),
  )
  api.post(
    '/api-keys',
    {
      summary: 'Make a key for a program',
      detail:
        'It acts as you, with `readOnly` for looking only, or `grants` for those things only. It is shown this once; ' +
        'send it as the bearer token.',
      access: 'signed-in',
      body: NewApiKey,
      answer: NewApiKeyAnswer,
      status: 201,
      audit: 'api-key.create',
      example: { name: 'dashboard', readOnly: true },
    },
    (call) => {
      const { person } = inPerson(call)
      const { name, readOnly, grants, expiresAt } = call.body
      const made = apiKeys.create(person.id, {
        ...{ name, readOnly, grants },
        expiresAt: expiresAt === null ? null : Date.parse(expiresAt),
      })
      call.note({ kind: 'api-key', id: made.id, name }, { readOnly, grants, expiresAt })
      return made
    },
  )
  api.delete(
    '/api-keys/:id',
    { summary: 'Delete a key', access: 'signed-in', params: ById, status: 204, audit: 'api-key.delete' },
    (call) => {
      const { person } = inPerson(call)
      call.note({ kind: 'api-key', id: call.params.id })
      apiKeys.remove(person.id, call.params.id)
    },
  )
}

export const createMeRoutes =
  (deps: MeDeps): Routes =>
  (api) => {
    declareMe(api, deps)
    declareSignIns(api, deps)
    declareApiKeys(api, deps)
  }
