import { readAnswer, settled } from './answer.ts'
import type { ApiCode } from './api-error.ts'
import { isCode } from './api-error.ts'
import type { Tokens } from './tokens.ts'

export type Query = Record<string, string | number | boolean | null | undefined>
export interface CallOptions {
  query?: Query
  signal?: AbortSignal
  /** 20 s unless said; 0 waits as long as the connection lives. */
  timeoutMs?: number
}

/** Paths are below /api/v1. Every call throws ApiError with a code and a sentence. */
export interface Api {
  get<T>(path: string, options?: CallOptions): Promise<T>
  post<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  put<T>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  delete<T = void>(path: string, body?: unknown, options?: CallOptions): Promise<T>
  /** For streams, downloads and uploads: the response itself, once its headers say success. */
  open(path: string, init?: RequestInit, options?: CallOptions): Promise<Response>
}

const withQuery = (path: string, query: Query = {}) => {
  const entries = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '')
  const text = new URLSearchParams(entries.map(([key, value]) => [key, String(value)])).toString()
  return `/api/v1${path}${text ? `?${text}` : ''}`
}

const signalOf = ({ signal, timeoutMs = 20_000 }: CallOptions): AbortSignal | null => {
  const signals = [...(signal ? [signal] : []), ...(timeoutMs > 0 ? [AbortSignal.timeout(timeoutMs)] : [])]
  return signals.length > 1 ? AbortSignal.any(signals) : (signals[0] ?? null)
}

/** `onRefused` hears of codes that concern the sign-in itself, not the one call. */
export const createApi = (deps: {
  fetch: typeof fetch
  tokens: Pick<Tokens, 'fresh' | 'renew'>
  onRefused: (code: ApiCode) => void
}): Api => {
  const send = (path: string, token: string | null, init: RequestInit, options: CallOptions): Promise<Response> => {
    const headers = new Headers(init.headers)
    if (token) headers.set('authorization', `Bearer ${token}`)
    return deps.fetch(withQuery(path, options.query), { ...init, headers, signal: signalOf(options) })
  }

  const open = async (path: string, init: RequestInit = {}, options: CallOptions = {}): Promise<Response> => {
    const token = await deps.tokens.fresh()
    try {
      return await settled(send(path, token, init, options))
    } catch (error) {
      if (isCode(error, 'password_change_required', 'second_factor_required')) deps.onRefused(error.code)
      if (!isCode(error, 'unauthorized', 'token_expired', 'token_reused')) throw error
      const renewed = token ? await deps.tokens.renew() : null
      if (!renewed) {
        deps.onRefused(error.code)
        throw error
      }
      return await settled(send(path, renewed, init, options))
    }
  }

  const call = <T>(method: string, path: string, body: unknown, options?: CallOptions): Promise<T> => {
    const json =
      body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    return readAnswer<T>(open(path, { method, ...json }, options))
  }

  return {
    get: (path, options) => call('GET', path, undefined, options),
    post: (path, body, options) => call('POST', path, body ?? {}, options),
    put: (path, body, options) => call('PUT', path, body ?? {}, options),
    delete: (path, body, options) => call('DELETE', path, body, options),
    open,
  }
}
