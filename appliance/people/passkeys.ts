import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { AppError } from '#protocol/errors.ts'
import type { Person } from '#protocol/person.ts'
import { createChallenges } from './challenges.ts'
import type { RelyingParty } from './ports.ts'
import type { From, Opened, SignIns } from './sign-ins.ts'
import type { PeopleStore } from './store.ts'
import type { PasskeyRow } from './store-factors.ts'
import { networkOf, type Throttle } from './throttle.ts'
import type { Totp } from './totp.ts'

const maxPerPerson = 20
/** EdDSA, ES256 and RS256: what every browser has. */
const supportedAlgorithmIDs = [-8, -7, -257]

const toPasskey = (row: PasskeyRow) => ({
  id: row.id,
  name: row.name,
  createdAt: new Date(row.createdAt).toISOString(),
  lastUsedAt: row.lastUsedAt === null ? null : new Date(row.lastUsedAt).toISOString(),
})

const notAccepted = (cause?: unknown) =>
  new AppError('invalid_credentials', 'This passkey was not accepted. Try again.', { cause })
const noSuchPasskey = () => new AppError('not_found', 'There is no such passkey, or not any more.')

/** Passkeys prove possession and, by user verification, the person: password and second factor in one. */
export const createPasskeys = (deps: {
  store: PeopleStore
  totp: Totp
  signIns: SignIns
  throttle: Throttle
  relyingParty: (request: Request) => RelyingParty | null
  now: () => number
  onChanged: (personId: string) => void
}) => {
  const { store, now, throttle } = deps
  const { factors, accounts } = store
  const challenges = createChallenges(now)

  const party = (request: Request): RelyingParty => {
    const found = deps.relyingParty(request)
    if (found) return found
    throw new AppError(
      'wrong_state',
      'Passkeys need HTTPS and a host name; at an address such as this they do not work.',
    )
  }

  const registerOptions = async (person: Person, request: Request) => {
    const { id, name } = party(request)
    const options = await generateRegistrationOptions({
      ...{ rpID: id, rpName: name, userName: person.username, userDisplayName: person.username },
      userID: new Uint8Array(Buffer.from(person.id)),
      attestationType: 'none',
      supportedAlgorithmIDs,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: factors.passkeysOf(person.id).map((one) => ({ id: one.id })),
    })
    challenges.give(options.challenge, `register:${person.id}`)
    return options
  }

  const register = async (person: Person, response: RegistrationResponseJSON, name: string, request: Request) => {
    const { id, origins } = party(request)
    const result = await verifyRegistrationResponse({
      ...{ response, expectedOrigin: origins, expectedRPID: id, requireUserVerification: true, supportedAlgorithmIDs },
      expectedChallenge: (challenge) => challenges.take(challenge, `register:${person.id}`),
    }).catch((cause: unknown) => {
      throw new AppError('invalid_request', 'response: This passkey was not accepted. Try again.', { cause })
    })
    if (!result.verified) throw new AppError('invalid_request', 'response: This passkey was not accepted. Try again.')
    const { credential } = result.registrationInfo
    const done = store.atomically(() => {
      if (!accounts.byId(person.id)) throw noSuchPasskey()
      if (factors.passkey(credential.id)) throw new AppError('conflict', 'This passkey is here already.')
      if (factors.passkeysOf(person.id).length >= maxPerPerson) {
        throw new AppError('conflict', `You have ${maxPerPerson} passkeys. Delete one first.`)
      }
      const row = {
        ...{ id: credential.id, personId: person.id, name, createdAt: now() },
        ...{ publicKey: credential.publicKey, counter: credential.counter },
        transports: JSON.stringify(credential.transports ?? []),
      }
      factors.insertPasskey(row)
      const recoveryCodes = factors.codesLeft(person.id) === 0 ? deps.totp.renewCodes(person.id) : undefined
      return { passkey: toPasskey({ ...row, lastUsedAt: null }), ...(recoveryCodes ? { recoveryCodes } : {}) }
    })
    deps.onChanged(person.id)
    return done
  }

  const signInOptions = async (request: Request) => {
    const { id } = party(request)
    const options = await generateAuthenticationOptions({ rpID: id, userVerification: 'required' })
    challenges.give(options.challenge, 'sign-in')
    return options
  }

  const judge = async (response: AuthenticationResponseJSON, request: Request): Promise<PasskeyRow> => {
    const { id, origins } = party(request)
    const passkey = factors.passkey(response.id)
    if (!passkey) throw notAccepted()
    const { publicKey, counter } = passkey
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      ...{ response, expectedOrigin: origins, expectedRPID: id, requireUserVerification: true },
      expectedChallenge: (challenge) => challenges.take(challenge, 'sign-in'),
      credential: { id: passkey.id, publicKey: new Uint8Array(publicKey), counter },
    }).catch((cause: unknown) => {
      throw notAccepted(cause)
    })
    const { userHandle } = response.response
    const owner = userHandle === undefined ? null : Buffer.from(userHandle, 'base64url').toString()
    if (!verified || (owner !== null && owner !== passkey.personId)) throw notAccepted()
    store.atomically(() => {
      const latest = factors.passkey(passkey.id)
      const { newCounter } = authenticationInfo
      if (!latest || (newCounter > 0 && newCounter <= latest.counter)) throw notAccepted()
      factors.usedPasskey(passkey.id, newCounter, now())
    })
    return passkey
  }

  const signIn = async (
    response: AuthenticationResponseJSON,
    request: Request,
    from: From,
    about: (personId: string) => void,
  ): Promise<Opened> => {
    const known = factors.passkey(response.id)
    if (known) about(known.personId)
    const attempt = throttle.begin([{ key: `passkey:${networkOf(from.address)}`, free: 10, maxWaitMs: 5 * 60_000 }])
    try {
      const { personId } = await judge(response, request)
      if (accounts.byId(personId)?.disabled !== false) throw notAccepted()
      attempt.passed()
      return deps.signIns.open(personId, 'passkey', from)
    } catch (cause) {
      attempt.failed()
      throw cause
    }
  }

  return {
    registerOptions,
    register,
    signInOptions,
    signIn,
    list: (personId: string) => factors.passkeysOf(personId).map(toPasskey),
    rename: (personId: string, id: string, name: string) => {
      if (!factors.renamePasskey(id, personId, name)) throw noSuchPasskey()
    },
    remove: (personId: string, id: string) => {
      if (!factors.removePasskey(id, personId)) throw noSuchPasskey()
      deps.onChanged(personId)
    },
  }
}
export type Passkeys = ReturnType<typeof createPasskeys>
