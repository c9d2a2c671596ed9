const name = 'belfry_refresh'
const attributes = 'Path=/api/v1/auth; HttpOnly; SameSite=Strict'

const withCookie = (value: string, maxAgeS: number, request: Request, isSecure: (request: Request) => boolean) =>
  `${name}=${value}; ${attributes}; Max-Age=${maxAgeS}${isSecure(request) ? '; Secure' : ''}`

/** The refresh token as a cookie that no script reads and that goes back to the sign-in routes only. */
export const createCookie = (isSecure: (request: Request) => boolean) => ({
  read: (request: Request): string | null => {
    const [, value] =
      new RegExp(`(?:^|;\\s*)${name}=([\\w-]{1,200})(?:;|$)`).exec(request.headers.get('cookie') ?? '') ?? []
    return value ?? null
  },
  set: (token: string, lifeMs: number, request: Request) =>
    withCookie(token, Math.floor(lifeMs / 1000), request, isSecure),
  clear: (request: Request) => withCookie('', 0, request, isSecure),
})
export type Cookie = ReturnType<typeof createCookie>
