import type { ErrorCode } from '#protocol/errors.ts'

/** `offline`: no answer at all; `timeout`: none in time; `bad_answer`: one that is not ours, such as a proxy's page. */
export type ApiCode = ErrorCode | 'offline' | 'timeout' | 'bad_answer'

export class ApiError extends Error {
  override name = 'ApiError'
  readonly code: ApiCode
  readonly status: number
  readonly details: unknown
  readonly retryAfterS: number | null

  constructor(
    code: ApiCode,
    message: string,
    more: { status?: number; details?: unknown; retryAfterS?: number | null; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.status = more.status ?? 0
    this.details = more.details
    this.retryAfterS = more.retryAfterS ?? null
  }
}

const inWords = (seconds: number) =>
  seconds < 90 ? `${Math.ceil(seconds)} seconds` : `${Math.ceil(seconds / 60)} minutes`

/** A sentence for a person. The box's own sentences are shown as they came. */
export const sentenceOf = (error: unknown): string => {
  if (!(error instanceof ApiError)) return 'Something went wrong on this page. Load it again.'
  if (error.code === 'rate_limited' && error.retryAfterS)
    return `Too many tries. The next one counts in ${inWords(error.retryAfterS)}.`
  return error.message
}

export const isCode = (error: unknown, ...codes: ApiCode[]): error is ApiError =>
  error instanceof ApiError && codes.includes(error.code)

/** The fields that a 400 names, each with its sentence. */
export const fieldErrorsOf = (error: unknown): Record<string, string> => {
  if (!(error instanceof ApiError) || error.code !== 'invalid_request') return {}
  const details = error.details as { fields?: unknown; issues?: unknown } | unknown[] | undefined
  const list = Array.isArray(details) ? details : (details?.fields ?? details?.issues)
  if (!Array.isArray(list)) return {}
  return Object.fromEntries(
    list.flatMap((entry: { path?: unknown; field?: unknown; message?: unknown }) => {
      const path = entry.field ?? entry.path
      const name = Array.isArray(path) ? path.join('.') : path
      return typeof name === 'string' && typeof entry.message === 'string' ? [[name, entry.message]] : []
    }),
  )
}
