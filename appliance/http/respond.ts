import type { z } from 'zod'
import { AppError, type ErrorCode, statusOfCode } from '#protocol/errors.ts'

const json = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' }

export const answerOf = (value: unknown, status: number): Response => {
  if (value instanceof Response) return value
  if (value === undefined || status === 204)
    return new Response(null, { status: 204, headers: { 'cache-control': 'no-store' } })
  return new Response(JSON.stringify(value), { status, headers: json })
}

export const errorAnswer = (error: AppError): Response => {
  const body = {
    error: {
      code: error.code,
      message: error.message,
      ...(error.details === undefined ? {} : { details: error.details }),
    },
  }
  const headers: Record<string, string> = { ...json }
  if (error.retryAfterS) headers['retry-after'] = String(Math.ceil(error.retryAfterS))
  if (statusOfCode[error.code] === 401) headers['www-authenticate'] = 'Bearer'
  return new Response(JSON.stringify(body), { status: statusOfCode[error.code], headers })
}

/** Errors that bring a code of ours with them, such as an upstream's. */
const codeOf = (cause: unknown): ErrorCode | null => {
  const code = (cause as { code?: unknown } | null)?.code
  return cause instanceof Error && typeof code === 'string' && code in statusOfCode ? (code as ErrorCode) : null
}

/** Whatever was thrown, as the error that a stranger may see: an unforeseen one says nothing of itself. */
export const toAppError = (cause: unknown): AppError => {
  if (cause instanceof AppError) return cause
  const code = codeOf(cause)
  if (code) return new AppError(code, (cause as Error).message, { cause })
  return new AppError('internal', 'Something went wrong inside. The log has the reason.', { cause })
}

const sentence = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`)

/** A schema's complaint in one sentence that names the field. */
export const invalid = (error: z.ZodError, where: 'body' | 'query' | 'path'): AppError => {
  const issues = error.issues.map((issue) => ({
    field: issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]].join('.') : issue.path.join('.'),
    message: issue.code === 'unrecognized_keys' ? 'There is no such field.' : issue.message,
  }))
  const first = issues[0]
  const field = first?.field ? `${first.field}: ` : ''
  return new AppError('invalid_request', `${field}${sentence(first?.message ?? 'Not as expected')}`, {
    details: { where, issues },
  })
}
