import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { AppError } from '#protocol/errors.ts'
import type { Person } from '#protocol/person.ts'
import { type Challenges, createChallenges } from './challenges.ts'
import type { RelyingParty } from './ports.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import type { From, Opened, SignIns } from './sign-ins.ts'
import type { PeopleStore } from './store.ts'
import type { PasskeyRow } from './store-factors.ts'
import { networkOf, type Throttle } from './throttle.ts'

// 10 MB that a box without passkeys need not carry.
const webauthn = () => import('@simplewebauthn/server')

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
const notMade = (cause?: unknown) =>
  new AppError('invalid_request', 'response: This passkey was not accepted. Try again.', { cause })
const noSuchPasskey = () => new AppError('not_found', 'There is no such passkey, or not any more.')

interface PasskeyDeps {
  store: PeopleStore
  recoveryCodes: RecoveryCodes
  signIns: SignIns
  throttle: Throttle
  relyingParty: (request: Request) => RelyingParty | null
  now: () => number
  onChanged: (personId: string) => void
}
type Inner = PasskeyDeps & { challenges: Challenges }

const partyOf = ({ relyingParty }: PasskeyDeps, request: Request): RelyingParty => {
  const found = relyingParty(request)
  if (found) return found
  throw new AppError('wrong_state', 'Passkeys need HTTPS and a host name; at an address such as this they do not work.')
}

const createRegisterOptions = (deps: Inner) => async (person: Person, request: Request) => {
  const { id, name } = partyOf(deps, request)
  const options = await (await webauthn()).generateRegistrationOptions({
    ...{ rpID: id, rpName: name, userName: person.username, userDisplayName: person.username },
    userID: new Uint8Array(Buffer.from(person.id)),
    attestationType: 'none',
    supportedAlgorithmIDs,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: deps.store.factors.passkeysOf(person.id).map((one) => ({ id: one.id })),
  })
  deps.challenges.give(options.challenge, `register:${person.id}`)
  return options
}

const add = ({ store, recoveryCodes, now }: Inner, row: Omit<PasskeyRow, 'createdAt' | 'lastUsedAt'>) =>
  store.atomically(() => {
    const { factors, accounts } = store
    const { id, personId } = row
    if (!accounts.byId(personId)) throw noSuchPasskey()
    if (factors.passkey(id)) throw new AppError('conflict', 'This passkey is here already.')
    if (factors.passkeysOf(personId).length >= maxPerPerson) {
      throw new AppError('conflict', `You have ${maxPerPerson} passkeys. Delete one first.`)
    }
    const made = { ...row, createdAt: now(), lastUsedAt: null }
    factors.insertPasskey(made)
    const codes = recoveryCodes.left(personId) === 0 ? recoveryCodes.renew(personId) : undefined
    return { passkey: toPasskey(made), ...(codes ? { recoveryCodes: codes } : {}) }
  })

const createRegister =
  (deps: Inner) => async (person: Person, response: RegistrationResponseJSON, name: string, request: Request) => {
    const { id, origins } = partyOf(deps, request)
    const result = await (await webauthn())
      .verifyRegistrationResponse({
        ...{
          response,
          expectedOrigin: origins,
          expectedRPID: id,
          requireUserVerification: true,
          supportedAlgorithmIDs,
        },
        expectedChallenge: (challenge) => deps.challenges.take(challenge, `register:${person.id}`),
      })
      .catch((cause: unknown) => {
        throw notMade(cause)
      })
    if (!result.verified) throw notMade()
    const { credential } = result.registrationInfo
    const done = add(deps, {
      ...{ id: credential.id, personId: person.id, name },
      ...{ publicKey: credential.publicKey, counter: credential.counter },
      transports: JSON.stringify(credential.transports ?? []),
    })
    deps.onChanged(person.id)
    return done
  }

const judge = async (deps: Inner, response: AuthenticationResponseJSON, party: RelyingParty): Promise<PasskeyRow> => {
  const { factors } = deps.store
  const passkey = factors.passkey(response.id)
  if (!passkey) throw notAccepted()
  const { id, publicKey, counter, personId } = passkey
  const { verified, authenticationInfo } = await (await webauthn())
    .verifyAuthenticationResponse({
      ...{ response, expectedOrigin: party.origins, expectedRPID: party.id, requireUserVerification: true },
      expectedChallenge: (challenge) => deps.challenges.take(challenge, 'sign-in'),
      credential: { id, publicKey: new Uint8Array(publicKey), counter },
    })
    .catch((cause: unknown) => {
      throw notAccepted(cause)
    })
  const { userHandle } = response.response
  const owner = userHandle === undefined ? personId : Buffer.from(userHandle, 'base64url').toString()
  if (!verified || owner !== personId) throw notAccepted()
  deps.store.atomically(() => {
    const { newCounter } = authenticationInfo
    const latest = factors.passkey(id)
    if (!latest || (latest.counter > 0 && newCounter <= latest.counter)) throw notAccepted()
    factors.usedPasskey(id, newCounter, deps.now())
  })
  return passkey
}

const createSignIn =
  (deps: Inner) =>
  async (
    response: AuthenticationResponseJSON,
    request: Request,
    from: From,
    about: (personId: string) => void,
  ): Promise<Opened> => {
    const party = partyOf(deps, request)
    const known = deps.store.factors.passkey(response.id)
    if (known) about(known.personId)
    const counted = { key: `passkey:${networkOf(from.address)}`, free: 10, maxWaitMs: 5 * 60_000 }
    const attempt = deps.throttle.begin([counted])
    try {
      const { personId } = await judge(deps, response, party)
      if (deps.store.accounts.byId(personId)?.disabled !== false) throw notAccepted()
      attempt.passed()
      return deps.signIns.open(personId, 'passkey', from)
    } catch (cause) {
      attempt.failed()
      throw cause
    }
  }

/** Passkeys prove possession and, by user verification, the person: password and second factor in one. */
export const createPasskeys = (deps: PasskeyDeps) => {
  const { factors } = deps.store
  const challenges = createChallenges(deps.now)
  const inner: Inner = { ...deps, challenges }
  return {
    registerOptions: createRegisterOptions(inner),
    register: createRegister(inner),
    signInOptions: async (request: Request) => {
      const { id } = partyOf(deps, request)
      const options = await (await webauthn()).generateAuthenticationOptions({ rpID: id, userVerification: 'required' })
      challenges.give(options.challenge, 'sign-in')
      return options
    },
    signIn: createSignIn(inner),
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
