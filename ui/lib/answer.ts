import type { ErrorBody } from '#protocol/errors.ts'
import { ApiError } from './api-error.ts'

const noAnswer = (cause: unknown): ApiError => {
  const name = cause instanceof Error ? cause.name : ''
  if (name === 'TimeoutError') return new ApiError('timeout', 'The box did not answer in time. Try again.', { cause })
  return new ApiError('offline', 'The box cannot be reached from here.', { cause })
}

const errorOf = async (response: Response): Promise<ApiError> => {
  const body = (await response.json().catch(() => null)) as Partial<ErrorBody> | null
  const status = response.status
  if (!body?.error) return new ApiError('bad_answer', `The box answered ${status} without a reason.`, { status })
  const retryAfter = Number(response.headers.get('retry-after'))
  return new ApiError(body.error.code, body.error.message, {
    status,
    details: body.error.details,
    retryAfterS: retryAfter > 0 ? retryAfter : null,
  })
}

/** Waits for the headers; throws ApiError for anything but success. An abort by the caller stays an AbortError. */
export const settled = async (answer: Promise<Response>): Promise<Response> => {
  let response: Response
  try {
    response = await answer
  } catch (cause) {
    if (cause instanceof ApiError || (cause instanceof Error && cause.name === 'AbortError')) throw cause
    throw noAnswer(cause)
  }
  if (!response.ok) throw await errorOf(response)
  return response
}

/** The JSON of an answer; undefined when it has no body. */
export const readAnswer = async <T>(answer: Promise<Response>): Promise<T> => {
  const response = await settled(answer)
  if (response.status === 204) return undefined as T
  try {
    return (await response.json()) as T
  } catch (cause) {
    throw new ApiError('bad_answer', 'The box answered something that is not JSON.', { status: response.status, cause })
  }
}
