import { createHash, createHmac, randomBytes } from 'node:crypto'
import { errors, jwtVerify, SignJWT } from 'jose'
import { AppError } from '#protocol/errors.ts'
import type { Keys } from './keys.ts'

export const accessLifeMs = 15 * 60_000

const issuer = 'belfry'
const audience = 'belfry-api'

export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex')

/** Tokens say who somebody is and by which sign-in, never what they may do. */
export const createTokens = (deps: { keys: Keys; now: () => number }) => {
  const { keys, now } = deps
  return {
    access: (personId: string, signInId: string): Promise<string> =>
      new SignJWT({ sid: signInId })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(personId)
        .setIssuedAt(new Date(now()))
        .setExpirationTime(new Date(now() + accessLifeMs))
        .sign(keys('access-token')),

    /** Throws `token_expired`, or `unauthorized` for anything that we did not sign. */
    read: async (token: string): Promise<{ personId: string; signInId: string }> => {
      try {
        const { payload } = await jwtVerify(token, keys('access-token'), {
          ...{ algorithms: ['HS256'], issuer, audience, typ: 'JWT' },
          currentDate: new Date(now()),
          requiredClaims: ['sub', 'sid', 'exp', 'iat'],
        })
        const { sub, sid } = payload
        if (typeof sub === 'string' && typeof sid === 'string') return { personId: sub, signInId: sid }
      } catch (cause) {
        if (cause instanceof errors.JWTExpired) {
          throw new AppError('token_expired', 'The access token has expired. Refresh it.', { cause })
        }
        if (!(cause instanceof errors.JOSEError)) throw cause
      }
      throw new AppError('unauthorized', 'This is not a token of this box. Sign in.')
    },

    refresh: () => `bfr_${randomBytes(32).toString('base64url')}`,

    /** The token that follows `parent`: always the same one, and nobody without our key can tell which. */
    child: (parent: string) => `bfr_${createHmac('sha256', keys('refresh-token')).update(parent).digest('base64url')}`,
  }
}
export type Tokens = ReturnType<typeof createTokens>
