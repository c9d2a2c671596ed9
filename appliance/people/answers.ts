import { z } from 'zod'
import type { Call } from '#protocol/api.ts'
import { AppError } from '#protocol/errors.ts'
import { Id, listOf, Time } from '#protocol/list.ts'
import { ApiKey, Grants, Person, SignedIn, SignIn } from '#protocol/person.ts'

export const ById = z.object({ id: Id })
export const Nothing = z.strictObject({})
export const scopes = ['password-change', 'second-factor-setup'] as const

export const SignedInNow = SignedIn.extend({ scope: z.enum(['full', ...scopes]) })
export const SignIns = listOf(SignIn)
export const ApiKeyDetail = ApiKey.extend({ readOnly: z.boolean(), grants: Grants.nullable() })
export const NewApiKeyAnswer = ApiKeyDetail.extend({ key: z.string() })
export const Passkey = z.object({ id: z.string(), name: z.string(), createdAt: Time, lastUsedAt: Time.nullable() })
export const RecoveryCodesAnswer = z.object({ recoveryCodes: z.array(z.string()) })
export const ClaimAnswer = z.object({ person: Person })

type AnyCall = Pick<Call<unknown, unknown, unknown>, 'caller' | 'person'>

/** The person themselves, signed in: a key for programs must not change who may come in. */
export const inPerson = (call: AnyCall): { person: Person; signInId: string } => {
  const person = call.person()
  const { caller } = call
  if (caller?.via !== 'access-token' || caller.signInId === null) {
    throw new AppError('forbidden', 'A key cannot do this. Sign in yourself.')
  }
  return { person, signInId: caller.signInId }
}

export const from = (call: Pick<Call<unknown, unknown, unknown>, 'address' | 'agent'>) => ({
  address: call.address,
  agent: call.agent,
})
