import type { Caller } from '#protocol/access.ts'
import { AppError } from '#protocol/errors.ts'
import { type ApiKeys, isApiKey } from './api-keys.ts'
import type { Acting } from './can.ts'
import { scopeOf, toPerson } from './person.ts'
import type { From } from './sign-ins.ts'
import type { PeopleStore } from './store.ts'
import type { Tokens } from './tokens.ts'

const gone = () => new AppError('unauthorized', 'This sign-in has ended. Sign in again.')

/** Who is behind a bearer token, as the database knows them at this moment. */
export const createIdentify = (deps: { store: PeopleStore; tokens: Tokens; apiKeys: ApiKeys; now: () => number }) => {
  const { store, tokens, apiKeys, now } = deps

  const byApiKey = (token: string, from: From): Caller => {
    const key = apiKeys.use(token)
    const row = store.accounts.byId(key.personId)
    if (!row || row.disabled) throw gone()
    const { readOnly, grants } = key
    const person: Acting = toPerson(row)
    if (readOnly || grants !== null) person.limits = { readOnly, grants }
    return { person, signInId: null, scope: scopeOf(row, now()), via: 'api-key', ...from }
  }

  /** Throws `unauthorized` or `token_expired`. */
  return async (token: string, from: From): Promise<Caller> => {
    const { address, agent } = from
    if (isApiKey(token)) return byApiKey(token, { address, agent })
    const { personId, signInId } = await tokens.read(token)
    const row = store.signIns.person(signInId, personId, now())
    if (!row || row.disabled) throw gone()
    return { person: toPerson(row), signInId, scope: scopeOf(row, now()), via: 'access-token', address, agent }
  }
}
