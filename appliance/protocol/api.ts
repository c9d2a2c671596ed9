import type { z } from 'zod'
import type { Action, Caller, Thing } from './access.ts'

/**
 * How a feature declares its HTTP: one object per endpoint, from which the server takes the parsing, the
 * permission, the audit row, the rate limit and the OpenAPI entry, so that none of them can be forgotten.
 */
export interface Endpoint<P, Q, B> {
  summary: string
  detail?: string
  /** `public` needs no sign-in, `signed-in` any person, an action is asked of `can` about `thing`. */
  access: 'public' | 'signed-in' | Action
  /** The thing that `access` is asked about; absent = the box; null = there is none (404). */
  thing?: (input: { params: P; query: Q; body: B }) => Thing | null
  params?: z.ZodType<P>
  query?: z.ZodType<Q>
  body?: z.ZodType<B>
  /** Documents the answer; answers are ours and are not parsed again. */
  answer?: z.ZodType
  status?: 200 | 201 | 202 | 204
  /** Name of the audit row, for example `source.create`. Every endpoint that changes something has one. */
  audit?: string
  /** Also open to a token that may only change the password or set up the second factor. */
  narrow?: Caller['scope'][]
  bodyLimit?: number
  /** Strict: counted per address among sign-in attempts. */
  rate?: 'sign-in'
  example?: unknown
}

/** What a handler is given. `target` and `outcome` fill the audit row; `caller` is null only on public endpoints. */
export interface Call<P, Q, B> {
  params: P
  query: Q
  body: B
  request: Request
  caller: Caller | null
  address: string
  agent: string
  /** Over https, as far as the browser is concerned: a trusted proxy may have taken TLS off. */
  secure: boolean
  /** Host with port, as the browser wrote it. */
  host: string
  signal: AbortSignal
  /** The person behind the call; throws `unauthorized` when there is none. */
  person(): Caller['person']
  /** Throws `forbidden` unless `can` allows it. */
  demand(action: Action, thing: Thing): void
  /** Names the thing of the audit row, and adds facts to it. Secrets never go in. */
  note(target: { kind: string; id: string; name?: string }, details?: Record<string, unknown>): void
  /** Who it turned out to be, on a public endpoint that lets somebody in. */
  recognised(person: { id: string; username: string }): void
  /** What came of it, when it is more than success: `ignored`, `ended` ... */
  outcome(text: string): void
}

type Handler<P, Q, B> = (call: Call<P, Q, B>) => unknown
type Declare = <P = Record<string, string>, Q = Record<string, string>, B = unknown>(
  path: string,
  endpoint: Endpoint<P, Q, B>,
  handle: Handler<P, Q, B>,
) => void

/** Paths are below `/api/v1` and written `/sessions/:id`. A handler returns the JSON answer, or a Response as it is. */
export interface Api {
  get: Declare
  post: Declare
  put: Declare
  delete: Declare
}

/** A feature's HTTP: declares its endpoints on `api`. */
export type Routes = (api: Api) => void
