import type { SignedIn } from '#protocol/person.ts'
import { readAnswer } from '../../lib/answer.ts'
import type { Api } from '../../lib/api.ts'
import { ApiError } from '../../lib/api-error.ts'

/** Passkeys exist on secure origins with a host name only. */
export const canUsePasskeys = (): boolean =>
  isSecureContext && 'PublicKeyCredential' in window && !/^(\d+\.){3}\d+$|:/.test(location.hostname)

/** Browsers tell a refusal, a time-out and a missing key by one name, so one sentence has to do. */
const refused = (cause: unknown): unknown =>
  cause instanceof Error && ['NotAllowedError', 'AbortError', 'InvalidStateError'].includes(cause.name)
    ? new ApiError('invalid_credentials', 'No passkey was used. Try again, or sign in with your password.', { cause })
    : cause

const post = <T>(path: string, body: unknown) =>
  readAnswer<T>(
    fetch(`/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  )

export const signInWithPasskey = async (): Promise<SignedIn> => {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const optionsJSON = await post<Parameters<typeof startAuthentication>[0]['optionsJSON']>(
    '/auth/passkeys/sign-in/options',
    {},
  )
  const response = await startAuthentication({ optionsJSON }).catch((cause: unknown) => {
    throw refused(cause)
  })
  return post<SignedIn>('/auth/passkeys/sign-in/verify', { response, cookie: true })
}

/** Answers recovery codes when it is the person's first second factor. */
export const addPasskey = async (api: Api, name: string): Promise<{ recoveryCodes?: string[] }> => {
  const { startRegistration } = await import('@simplewebauthn/browser')
  const optionsJSON = await api.post<Parameters<typeof startRegistration>[0]['optionsJSON']>(
    '/auth/passkeys/register/options',
  )
  const response = await startRegistration({ optionsJSON }).catch((cause: unknown) => {
    throw refused(cause)
  })
  return api.post('/auth/passkeys/register/verify', { name, response })
}
