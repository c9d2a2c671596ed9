import { z } from 'zod'
import type { Api, Routes } from '#protocol/api.ts'
import { from, inPerson, Nothing, Passkey, RecoveryCodesAnswer, SignedInNow } from './answers.ts'
import type { OwnPassword } from './own-password.ts'
import type { Passkeys } from './passkeys.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import type { SignedInAnswer } from './routes-auth.ts'
import type { PeopleStore } from './store.ts'
import type { Totp } from './totp.ts'

const Code = z.string().min(1).max(64)
const Base64Url = z
  .string()
  .max(8192)
  .regex(/^[\w-]*=*$/, 'Not base64url.')
const PasskeyName = z.string().trim().min(1).max(60)
const PasskeyId = z.object({ id: z.string().min(1).max(1400) })
const extensions = z.record(z.string(), z.unknown()).default({})

/** What `navigator.credentials` answers; browsers add members of their own, which are dropped. */
const Created = z.object({
  id: Base64Url.min(1),
  rawId: Base64Url.min(1),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Base64Url,
    attestationObject: z.string().max(65_536),
    transports: z.array(z.string().max(40)).max(10).default([]),
  }),
  clientExtensionResults: extensions,
})
const Asserted = z.object({
  id: Base64Url.min(1),
  rawId: Base64Url.min(1),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: Base64Url,
    authenticatorData: Base64Url,
    signature: Base64Url,
    userHandle: Base64Url.nullish().transform((handle) => handle ?? undefined),
  }),
  clientExtensionResults: extensions,
})

export interface FactorDeps {
  store: PeopleStore
  totp: Totp
  recoveryCodes: RecoveryCodes
  passkeys: Passkeys
  ownPassword: OwnPassword
  signedIn: SignedInAnswer
}

const own = { access: 'signed-in', narrow: ['second-factor-setup'] as 'second-factor-setup'[] } as const

const declareTotp = (api: Api, { totp }: FactorDeps) => {
  api.post(
    '/auth/mfa/setup',
    {
      ...own,
      summary: 'Begin with an authenticator app',
      detail: 'Nothing changes until the first code is verified.',
      body: Nothing,
      answer: z.object({ secret: z.string(), uri: z.string() }),
      audit: 'person.second-factor.begin',
    },
    (call) => {
      const { person } = inPerson(call)
      call.note({ kind: 'person', id: person.id, name: person.username })
      return totp.setUp(person.id)
    },
  )
  api.post(
    '/auth/mfa/verify',
    {
      ...own,
      summary: 'Verify the first code of the app',
      detail: 'From then on each sign-in with the password asks for a code. The recovery codes are shown once.',
      body: z.strictObject({ code: Code }),
      answer: RecoveryCodesAnswer,
      audit: 'person.second-factor.set',
    },
    (call) => {
      const { person } = inPerson(call)
      call.note({ kind: 'person', id: person.id, name: person.username })
      return totp.confirm(person.id, call.body.code)
    },
  )
}

const declareTotpEnd = (api: Api, { totp, ownPassword, recoveryCodes }: FactorDeps) => {
  api.get(
    '/auth/mfa',
    {
      ...own,
      summary: 'How your second factor stands',
      answer: z.object({ totp: z.boolean(), passkeys: z.number(), recoveryCodesLeft: z.number() }),
    },
    (call) => {
      const { id, secondFactor } = call.person()
      return { totp: secondFactor.totp, passkeys: secondFactor.passkeys, recoveryCodesLeft: recoveryCodes.left(id) }
    },
  )
  const body = z.strictObject({ password: z.string().min(1).max(256), code: Code })
  const off = {
    access: 'signed-in',
    summary: 'Switch the authenticator app off',
    detail: 'Takes your password and a code, of the app or for recovery.',
    body,
    status: 204,
    audit: 'person.second-factor.remove',
  } as const
  api.delete('/auth/mfa', off, async (call) => {
    const { person } = inPerson(call)
    call.note({ kind: 'person', id: person.id, name: person.username })
    await ownPassword.check(person.id, call.body.password)
    totp.switchOff(person.id, call.body.code)
  })
  api.post(
    '/auth/mfa/recovery-codes',
    {
      access: 'signed-in',
      summary: 'Make new recovery codes',
      detail: 'The old ones stop working. Takes your password and a code.',
      body,
      answer: RecoveryCodesAnswer,
      audit: 'person.recovery-codes',
    },
    async (call) => {
      const { person } = inPerson(call)
      call.note({ kind: 'person', id: person.id, name: person.username })
      await ownPassword.check(person.id, call.body.password)
      return totp.renewCodes(person.id, call.body.code)
    },
  )
}

const declarePasskeyRegistration = (api: Api, { passkeys }: FactorDeps) => {
  api.post(
    '/auth/passkeys/register/options',
    { ...own, summary: 'Begin with a passkey', body: Nothing, answer: z.record(z.string(), z.unknown()) },
    (call) => passkeys.registerOptions(inPerson(call).person, call.request),
  )
  api.post(
    '/auth/passkeys/register/verify',
    {
      ...own,
      summary: 'Add the passkey that the browser made',
      detail: 'The first second factor brings recovery codes, shown once.',
      body: z.strictObject({ response: Created, name: PasskeyName.default('Passkey') }),
      answer: z.object({ passkey: Passkey, recoveryCodes: z.array(z.string()).optional() }),
      status: 201,
      audit: 'person.passkey.add',
    },
    async (call) => {
      const { person } = inPerson(call)
      call.note({ kind: 'person', id: person.id, name: person.username }, { passkeyName: call.body.name })
      return passkeys.register(person, call.body.response as never, call.body.name, call.request)
    },
  )
}

const declarePasskeySignIn = (api: Api, { passkeys, signedIn, store }: FactorDeps) => {
  api.post(
    '/auth/passkeys/sign-in/options',
    {
      summary: 'Begin to sign in with a passkey',
      access: 'public',
      body: Nothing,
      answer: z.record(z.string(), z.unknown()),
      rate: 'sign-in',
    },
    (call) => passkeys.signInOptions(call.request),
  )
  api.post(
    '/auth/passkeys/sign-in/verify',
    {
      summary: 'Sign in with a passkey',
      detail: 'It stands for password and second factor in one.',
      access: 'public',
      body: z.strictObject({ response: Asserted, cookie: z.boolean().optional() }),
      answer: SignedInNow,
      audit: 'person.sign-in',
      rate: 'sign-in',
    },
    async (call) => {
      const { response, cookie } = call.body
      const about = (id: string) => {
        const name = store.accounts.byId(id)?.username
        call.note({ kind: 'person', id, ...(name ? { name } : {}) }, { method: 'passkey' })
      }
      const { address, agent } = from(call)
      const opened = await passkeys.signIn(response as never, call.request, { address, agent }, about)
      const row = store.accounts.byId(opened.personId)
      if (row) call.recognised(row)
      return signedIn(opened, cookie === true, call.request)
    },
  )
}

const declarePasskeys = (api: Api, { passkeys }: FactorDeps) => {
  api.get(
    '/auth/passkeys',
    { ...own, summary: 'Your passkeys', answer: z.object({ items: z.array(Passkey), next: z.null() }) },
    (call) => ({ items: passkeys.list(call.person().id), next: null }),
  )
  api.put(
    '/auth/passkeys/:id',
    {
      access: 'signed-in',
      summary: 'Rename a passkey',
      params: PasskeyId,
      body: z.strictObject({ name: PasskeyName }),
      status: 204,
      audit: 'person.passkey.rename',
    },
    (call) => {
      const { person } = inPerson(call)
      call.note({ kind: 'person', id: person.id, name: person.username }, { passkeyName: call.body.name })
      passkeys.rename(person.id, call.params.id, call.body.name)
    },
  )
  api.delete(
    '/auth/passkeys/:id',
    {
      access: 'signed-in',
      summary: 'Delete a passkey',
      params: PasskeyId,
      status: 204,
      audit: 'person.passkey.remove',
    },
    (call) => {
      const { person } = inPerson(call)
      call.note({ kind: 'person', id: person.id, name: person.username })
      passkeys.remove(person.id, call.params.id)
    },
  )
}

export const createFactorRoutes =
  (deps: FactorDeps): Routes =>
  (api) => {
    declareTotp(api, deps)
    declareTotpEnd(api, deps)
    declarePasskeyRegistration(api, deps)
    declarePasskeySignIn(api, deps)
    declarePasskeys(api, deps)
  }
