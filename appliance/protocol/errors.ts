import { z } from 'zod'

/** Every code that an answer can carry, with its HTTP status. Scripts switch on the code; the sentence is for people. */
export const statusOfCode = {
  invalid_request: 400,
  invalid_json: 400,
  unauthorized: 401,
  invalid_credentials: 401,
  token_expired: 401,
  token_reused: 401,
  totp_required: 401,
  totp_invalid: 401,
  invalid_code: 403,
  forbidden: 403,
  foreign_origin: 403,
  password_change_required: 403,
  second_factor_required: 403,
  self_protection: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  already_claimed: 409,
  not_controllable: 409,
  wrong_state: 409,
  expired: 410,
  payload_too_large: 413,
  unsupported_media_type: 415,
  foreign_host: 421,
  rate_limited: 429,
  internal: 500,
  upstream_refused: 502,
  upstream_unreachable: 502,
  upstream_unauthorized: 502,
  upstream_untrusted: 502,
  unavailable: 503,
  upstream_timeout: 504,
} as const

export type ErrorCode = keyof typeof statusOfCode
export const ErrorCode = z.enum(Object.keys(statusOfCode) as [ErrorCode, ...ErrorCode[]])

export const ErrorBody = z.object({
  error: z.object({ code: ErrorCode, message: z.string(), details: z.unknown().optional() }),
})
export type ErrorBody = z.infer<typeof ErrorBody>

/** The one error that reaches the outside: its code and sentence are shown as they are; `cause` never is. */
export class AppError extends Error {
  override name = 'AppError'
  readonly code: ErrorCode
  readonly details: unknown
  readonly retryAfterS: number | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: unknown; cause?: unknown; retryAfterS?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details
    this.retryAfterS = options.retryAfterS
  }
}
