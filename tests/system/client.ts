import type { ErrorBody } from '#protocol/errors.ts'
import type { List } from '#protocol/list.ts'
import type { Person, Role, SignedIn } from '#protocol/person.ts'
import type { Source, SourceDetail } from '#protocol/source.ts'
import { type LiveReader, openLive } from './live.ts'

export interface Answer<T> {
  status: number
  headers: Headers
  body: T
}

/** The person that claims the box in these tests. */
export const owner = { username: 'Nora', password: 'lantern meadow quiet' }

/** A person with a sign-in. */
export interface Signed {
  id: string
  username: string
  password: string
  token: string
  refreshToken: string
}

export interface Client {
  /** Any call below `/api/v1`. The answer's type is the caller's word: tests look at what they name. */
  api<T = Record<string, unknown>>(method: string, path: string, body?: unknown, token?: string): Promise<Answer<T>>
  /** The code of the error that a call is answered with, or its status when it went through. */
  refusal(method: string, path: string, body?: unknown, token?: string): Promise<string>
  /** Claims the box and signs its owner in. */
  claim(code: string): Promise<Signed>
  signIn(username: string, password: string): Promise<Signed>
  /** Makes a person, who chooses a password at once, and signs them in. */
  person(admin: Signed, username: string, role: Role): Promise<Signed>
  addJellyfin(
    admin: Signed,
    name: string,
    server: { url: string; apiKey: string },
    options?: Record<string, unknown>,
  ): Promise<Source>
  sourceStatus(admin: Signed, id: string): Promise<SourceDetail>
  live(token: string): Promise<LiveReader>
}

const parse = (text: string): unknown => {
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

const expectStatus = <T>(answer: Answer<T>, status: number, what: string): T => {
  if (answer.status !== status) throw new Error(`${what} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** Speaks to an appliance as a script would: plain HTTP with a bearer token. */
export const createClient = (url: string): Client => {
  const api = async <T>(method: string, path: string, body?: unknown, token?: string): Promise<Answer<T>> => {
    const answer = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, headers: answer.headers, body: parse(await answer.text()) as T }
  }

  const signIn = async (username: string, password: string): Promise<Signed> => {
    const answer = await api<SignedIn>('POST', '/auth/login', { username, password })
    const { accessToken, refreshToken = '', person } = expectStatus(answer, 200, `Signing ${username} in`)
    return { id: person.id, username, password, token: accessToken, refreshToken }
  }

  return {
    api,
    signIn,
    refusal: async (method, path, body, token) => {
      const answer = await api<Partial<ErrorBody> | null>(method, path, body, token)
      return answer.body?.error?.code ?? String(answer.status)
    },
    claim: async (code) => {
      expectStatus(await api('POST', '/claim', { code, ...owner }), 201, 'Claiming')
      return signIn(owner.username, owner.password)
    },
    person: async (admin, username, role) => {
      const given = `given to ${username}`
      const own = `chosen by ${username}`
      const made = await api<Person>('POST', '/users', { username, password: given, role }, admin.token)
      expectStatus(made, 201, `Making ${username}`)
      const first = await signIn(username, given)
      const changed = await api('POST', '/auth/password', { current: given, next: own }, first.token)
      if (changed.status >= 300) throw new Error(`Changing the password answered ${JSON.stringify(changed.body)}`)
      return signIn(username, own)
    },
    addJellyfin: async (admin, name, { url: at, apiKey }, options = {}) => {
      const body = { kind: 'jellyfin', name, url: at, credentials: { apiKey }, options }
      return expectStatus(await api<Source>('POST', '/sources', body, admin.token), 201, `Adding ${name}`)
    },
    sourceStatus: async (admin, id) => {
      const answer = await api<SourceDetail>('GET', `/sources/${id}/status`, undefined, admin.token)
      return expectStatus(answer, 200, 'The status')
    },
    live: async (token) => {
      const answer = await api<{ ticket: string }>('POST', '/live/ticket', {}, token)
      return openLive(url, expectStatus(answer, 200, 'The ticket').ticket)
    },
  }
}

/** All pages of a list. */
export const allOf = async <T>(client: Client, path: string, token: string): Promise<T[]> => {
  const items: T[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '?limit=100' : `?limit=100&cursor=${encodeURIComponent(cursor)}`
    const answer: Answer<List<T>> = await client.api('GET', `${path}${query}`, undefined, token)
    items.push(...expectStatus(answer, 200, path).items)
    cursor = answer.body.next
  }
  return items
}
