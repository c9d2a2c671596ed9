import { batch, type ReadonlySignal, signal } from '@preact/signals'
import type { Person, SignedIn } from '#protocol/person.ts'
import { readAnswer } from '../answer.ts'
import type { Api } from '../api.ts'
import { type ApiCode, isCode, sentenceOf } from '../api-error.ts'
import type { Tokens } from '../tokens.ts'

/** What a stranger may know of the box: `GET /status`. */
export interface BoxStatus {
  claimed: boolean
  siteName: string
  version: string
  passkeys: boolean
  certificate: string | null
  timeZone?: string
}
export type Phase =
  | 'starting'
  | 'unreachable'
  | 'unclaimed'
  | 'signed-out'
  | 'password-change'
  | 'second-factor'
  | 'signed-in'

export interface Account {
  phase: ReadonlySignal<Phase>
  person: ReadonlySignal<Person | null>
  status: ReadonlySignal<BoxStatus | null>
  /** Why the sign-in ended, when it was not asked for. */
  reason: ReadonlySignal<string | null>
  start(): Promise<void>
  claim(body: { code: string; username: string; password: string }): Promise<void>
  signIn(body: { username: string; password: string; totp?: string }): Promise<void>
  /** For ways in that answer a sign-in of their own, such as passkeys. */
  enter(signedIn: SignedIn): void
  changePassword(body: { current: string; next: string }): Promise<void>
  /** Reads the person and the token again, after something about the sign-in has changed. */
  renew(): Promise<void>
  signOut(): Promise<void>
  refused(code: ApiCode): void
  dropped(): void
  took(person: Person): void
  learn(change: Partial<BoxStatus>): void
}

/** Remembers that somebody signed in here, so that strangers are not asked to refresh what they never had. */
export interface Hint {
  get(): boolean
  set(on: boolean): void
}

const phaseOf = (person: Person, now: number): Phase => {
  if (person.mustChangePassword) return 'password-change'
  const { totp, passkeys, required, graceEndsAt } = person.secondFactor
  const overdue = graceEndsAt === null || Date.parse(graceEndsAt) <= now
  return required && !totp && passkeys === 0 && overdue ? 'second-factor' : 'signed-in'
}

export const createAccount = (deps: {
  fetch: typeof fetch
  tokens: Tokens
  api: Api
  hint: Hint
  now: () => number
  /** What strangers may know, when it was asked for already. */
  earlyStatus?: () => Promise<Response> | null
}): Account => {
  const phase = signal<Phase>('starting')
  const person = signal<Person | null>(null)
  const status = signal<BoxStatus | null>(null)
  const reason = signal<string | null>(null)

  const open = <T>(path: string, body?: unknown) =>
    readAnswer<T>(
      deps.fetch(`/api/v1${path}`, {
        ...(body === undefined
          ? {}
          : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      }),
    )

  const took = (next: Person) =>
    batch(() => {
      person.value = next
      phase.value = phaseOf(next, deps.now())
      reason.value = null
      deps.hint.set(true)
    })

  const left = (why: string | null) =>
    batch(() => {
      if (phase.peek() === 'starting' && !status.peek()) return
      person.value = null
      phase.value = status.peek()?.claimed === false ? 'unclaimed' : 'signed-out'
      reason.value = why
      deps.hint.set(false)
    })

  const askStatus = async () => {
    const early = deps.earlyStatus?.()
    status.value = await (early ? readAnswer<BoxStatus>(early) : open<BoxStatus>('/status'))
  }

  const start = async () => {
    try {
      const [token] = await Promise.all([deps.hint.get() ? deps.tokens.renew() : null, askStatus()])
      if (!token) left(null)
    } catch (error) {
      phase.value = 'unreachable'
      reason.value = sentenceOf(error)
    }
  }

  const signIn: Account['signIn'] = async (body) =>
    deps.tokens.take(await open('/auth/login', { ...body, cookie: true }))

  const renew = async () => {
    if (!(await deps.tokens.renew())) left('Sign in again.')
  }

  return {
    phase,
    person,
    status,
    reason,
    start,
    took,
    claim: async ({ code, username, password }) => {
      try {
        await open('/claim', { code, username, password })
      } catch (error) {
        if (isCode(error, 'already_claimed')) {
          await askStatus()
          left('Somebody claimed this box already.')
        }
        throw error
      }
      if (status.peek()) status.value = { ...(status.peek() as BoxStatus), claimed: true }
      await signIn({ username, password })
    },
    signIn,
    enter: deps.tokens.take,
    changePassword: async (body) => {
      const answer = await deps.api.post<SignedIn | undefined>('/auth/password', body)
      if (answer?.accessToken) deps.tokens.take(answer)
      else await renew()
    },
    renew,
    signOut: async () => {
      await deps.api.post('/auth/logout').catch(() => undefined)
      deps.tokens.drop(true)
      left(null)
    },
    refused: (code) => {
      if (code === 'password_change_required') phase.value = 'password-change'
      else if (code === 'second_factor_required') phase.value = 'second-factor'
      else left(phase.peek() === 'signed-in' ? 'Your sign-in has ended. Sign in again.' : null)
    },
    dropped: () => left(null),
    learn: (change) => {
      if (status.peek()) status.value = { ...(status.peek() as BoxStatus), ...change }
    },
  }
}
