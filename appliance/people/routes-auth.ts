import { z } from 'zod'
import type { Api, Call, Routes } from '#protocol/api.ts'
import { AppError } from '#protocol/errors.ts'
import { ClaimBody, LoginBody, Password, Person } from '#protocol/person.ts'
import { ClaimAnswer, from, inPerson, SignedInNow, scopes } from './answers.ts'
import type { Claim } from './claim.ts'
import type { Cookie } from './cookie.ts'
import type { Login } from './login.ts'
import type { OwnPassword } from './own-password.ts'
import { scopeOf, toPerson } from './person.ts'
import type { Refresh } from './refresh.ts'
import { type Opened, refreshLifeMs, type SignIns } from './sign-ins.ts'
import type { PeopleStore } from './store.ts'
import { accessLifeMs, type Tokens } from './tokens.ts'

const RefreshBody = z.strictObject({ refreshToken: z.string().min(1).max(200).optional() })
const PasswordBody = z.strictObject({ current: z.string().min(1).max(256), next: Password })

export interface AuthDeps {
  store: PeopleStore
  tokens: Tokens
  cookie: Cookie
  signIns: SignIns
  refresh: Refresh
  claim: Claim
  login: Login
  ownPassword: OwnPassword
  now: () => number
}

/** Answers a sign-in: the refresh token in the body, or in a cookie that scripts cannot read. */
export const createSignedIn = (deps: Pick<AuthDeps, 'store' | 'tokens' | 'cookie' | 'now'>) => {
  return async (opened: Opened, asCookie: boolean, request: Request): Promise<Response> => {
    const row = deps.store.accounts.byId(opened.personId)
    if (!row) throw new AppError('unauthorized', 'Your account is gone.')
    const answer: z.infer<typeof SignedInNow> = {
      accessToken: await deps.tokens.access(opened.personId, opened.signInId),
      ...(asCookie ? {} : { refreshToken: opened.refreshToken }),
      expiresInMs: accessLifeMs,
      scope: scopeOf(row, deps.now()),
      person: toPerson(row),
    }
    const headers = new Headers({ 'cache-control': 'no-store' })
    if (asCookie) headers.set('set-cookie', deps.cookie.set(opened.refreshToken, refreshLifeMs, request))
    return Response.json(answer, { headers })
  }
}
export type SignedInAnswer = ReturnType<typeof createSignedIn>

const declareClaim = (api: Api, { claim }: AuthDeps) => {
  api.get(
    '/claim',
    {
      summary: 'Whether this box has an owner yet',
      access: 'public',
      answer: z.object({ claimed: z.boolean() }),
      example: { claimed: false },
    },
    () => ({ claimed: claim.isClaimed() }),
  )
  api.post(
    '/claim',
    {
      summary: 'Make the first admin, with the code that the box shows',
      detail: 'Works once. Sign in afterwards with the same name and password.',
      access: 'public',
      body: ClaimBody,
      answer: ClaimAnswer,
      status: 201,
      audit: 'box.claim',
      rate: 'sign-in',
    },
    async (call) => {
      const person = await claim.claim(call.body, call.address)
      call.note({ kind: 'person', id: person.id, name: person.username })
      call.recognised(person)
      return { person }
    },
  )
}

const declareLogin = (api: Api, deps: AuthDeps, signedIn: SignedInAnswer) => {
  api.post(
    '/auth/login',
    {
      summary: 'Sign in with name and password',
      detail:
        'Answers `totp_required` when a second factor is needed: send the same again with `totp`, a code of the app or ' +
        'a recovery code. With `cookie: true` the refresh token comes as an HttpOnly cookie and not in the body. ' +
        '`scope` says what has to be done first; until then every other call answers with the code for it.',
      access: 'public',
      body: LoginBody,
      answer: SignedInNow,
      audit: 'person.sign-in',
      rate: 'sign-in',
    },
    async (call) => {
      const opened = await deps.login.login(call.body, from(call), (row) =>
        call.note({ kind: 'person', id: row.id, name: row.username }, { method: 'password' }),
      )
      const row = deps.store.accounts.byId(opened.personId)
      if (row) call.recognised(row)
      return signedIn(opened, call.body.cookie === true, call.request)
    },
  )
}

const declareRefresh = (api: Api, deps: AuthDeps, signedIn: SignedInAnswer) => {
  const { signIns, cookie } = deps
  api.post(
    '/auth/refresh',
    {
      summary: 'Get the next pair of tokens',
      detail:
        'Takes the refresh token from the body or the cookie. Each works once; for 15 s a second use answers the same ' +
        'next token. A later one ends the sign-in with `token_reused`.',
      access: 'public',
      body: RefreshBody,
      answer: SignedInNow,
    },
    (call) => {
      const { refreshToken } = call.body
      const token = refreshToken ?? cookie.read(call.request)
      if (!token) throw new AppError('unauthorized', 'Nobody is signed in here.')
      return signedIn(deps.refresh(token, from(call)), refreshToken === undefined, call.request)
    },
  )
  api.post(
    '/auth/logout',
    {
      summary: 'End this sign-in',
      detail: 'By the access token, the refresh token in the body, or the cookie. Fine when it has ended already.',
      access: 'public',
      body: RefreshBody,
      status: 204,
      audit: 'person.sign-out',
    },
    (call) => {
      for (const id of signInsOf(call, deps)) {
        const row = deps.store.signIns.one(id)
        const person = row && deps.store.accounts.byId(row.personId)
        if (person) {
          call.note({ kind: 'person', id: person.id, name: person.username })
          call.recognised(person)
        }
        signIns.end(id, null)
      }
      return new Response(null, { status: 204, headers: { 'set-cookie': cookie.clear(call.request) } })
    },
  )
}

/** What the bearer holds in hand: whoever has a token may end its sign-in. */
const signInsOf = (
  call: Call<unknown, unknown, z.infer<typeof RefreshBody>>,
  { cookie, signIns }: AuthDeps,
): Set<string> => {
  const tokens = [call.body.refreshToken, cookie.read(call.request)]
  const ids = [call.caller?.signInId, ...tokens.map((token) => (token ? signIns.ofToken(token) : null))]
  return new Set(ids.filter((id) => typeof id === 'string'))
}

const declarePassword = (api: Api, { ownPassword }: AuthDeps) => {
  api.post(
    '/auth/password',
    {
      summary: 'Change your password',
      detail: 'Ends all your other sign-ins.',
      access: 'signed-in',
      narrow: [...scopes],
      body: PasswordBody,
      answer: z.object({ person: Person }),
      audit: 'person.password',
    },
    async (call) => {
      const { person, signInId } = inPerson(call)
      call.note({ kind: 'person', id: person.id, name: person.username })
      return { person: await ownPassword.change(person.id, signInId, call.body.current, call.body.next) }
    },
  )
}

export const createAuthRoutes =
  (deps: AuthDeps, signedIn: SignedInAnswer): Routes =>
  (api) => {
    declareClaim(api, deps)
    declareLogin(api, deps, signedIn)
    declareRefresh(api, deps, signedIn)
    declarePassword(api, deps)
  }
