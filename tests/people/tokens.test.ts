import { createHash, createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { addPerson, adminPassword, claimed, codeOf, day, minute, signIn } from './box.ts'

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const signed = (header: object, claims: object, key: string | Buffer) => {
  const head = `${part(header)}.${part(claims)}`
  return `${head}.${createHmac('sha256', key).update(head).digest('base64url')}`
}
type Claimed = Awaited<ReturnType<typeof claimed>>
const me = (box: Claimed, token: string) => box.ask('GET', '/me', { token })
const refresh = (box: Claimed, refreshToken: string, o = {}) =>
  box.ask('POST', '/auth/refresh', { body: { refreshToken }, ...o })

it('refuses forged tokens', async () => {
  const box = await claimed()
  const token = box.admin.accessToken
  const claims = claimsOf(token)
  const [header, payload, signature] = token.split('.')
  const forged = [
    `${part({ alg: 'none', typ: 'JWT' })}.${payload}.`,
    `${part({ alg: 'None' })}.${payload}.${signature}`,
    signed({ alg: 'HS256', typ: 'JWT' }, claims, 'another key of somebody else'),
    signed({ alg: 'HS256', typ: 'JWT' }, claims, ''),
    `${header}.${part({ ...claims, sub: 'another' })}.${signature}`,
    `${part({ alg: 'HS512', typ: 'JWT' })}.${payload}.${signature}`,
    `${part({ alg: 'HS256', typ: 'JWT', crit: ['exp'] })}.${payload}.${signature}`,
    token.slice(0, -2),
    'bfk_nothing',
    'x',
  ]
  for (const one of forged) expect([one, codeOf(await me(box, one))]).toEqual([one, 'unauthorized'])
})

it('reads role and person from the database, never from the token', async () => {
  const box = await claimed()
  const claims = claimsOf(box.admin.accessToken)
  expect(Object.keys(claims).sort()).toEqual(['aud', 'exp', 'iat', 'iss', 'sid', 'sub'])
  const staff = await addPerson(box, 'Sam', 'staff', { box: ['view-audit'] })
  expect((await box.ask('GET', '/audit-logs', { token: staff.token })).status).toBe(200)
  await box.ask('PUT', `/users/${staff.id}/grants`, { token: box.admin.accessToken, body: { box: [] } })
  expect((await box.ask('GET', '/audit-logs', { token: staff.token })).status).toBe(403)
})

it('lets an access token live for fifteen minutes', async () => {
  const box = await claimed()
  box.clock.at += 15 * minute - 1000
  expect((await me(box, box.admin.accessToken)).status).toBe(200)
  box.clock.at += 1000
  expect(codeOf(await me(box, box.admin.accessToken))).toBe('token_expired')
})

it('takes a sign-in away at once when the account is switched off', async () => {
  const box = await claimed()
  const maya = await addPerson(box, 'Maya', 'support')
  await box.ask('PUT', `/users/${maya.id}`, { token: box.admin.accessToken, body: { disabled: true } })
  expect(codeOf(await me(box, maya.token))).toBe('unauthorized')
  expect(codeOf(await refresh(box, maya.refreshToken))).toBe('unauthorized')
})

it('rotates the refresh token and keeps only hashes', async () => {
  const box = await claimed()
  const first = box.admin.refreshToken
  const next = await refresh(box, first)
  expect(next.status).toBe(200)
  expect(next.body.refreshToken).not.toBe(first)
  expect((await me(box, next.body.accessToken)).status).toBe(200)
  const stored = JSON.stringify(box.db.prepare('SELECT * FROM refresh_tokens').all())
  for (const token of [first, next.body.refreshToken]) {
    expect(stored).not.toContain(token)
    expect(stored).toContain(createHash('sha256').update(token).digest('hex'))
  }
})

it('answers the same child to tabs that refresh together, within fifteen seconds', async () => {
  const box = await claimed()
  const parent = box.admin.refreshToken
  const both = await Promise.all([refresh(box, parent), refresh(box, parent), refresh(box, parent)])
  box.clock.at += 15_000
  both.push(await refresh(box, parent))
  expect(new Set(both.map(({ body }) => body.refreshToken)).size).toBe(1)
  expect((await refresh(box, both[0]?.body.refreshToken)).status).toBe(200)
})

it('kills the family when a token comes again later', async () => {
  const box = await claimed()
  const ended: string[] = []
  box.people.onSignInEnded((id) => ended.push(id))
  const parent = box.admin.refreshToken
  const child = await refresh(box, parent)
  box.clock.at += 15_001
  const reused = await refresh(box, parent)
  expect([reused.status, codeOf(reused)]).toEqual([401, 'token_reused'])
  expect(codeOf(await refresh(box, child.body.refreshToken))).toBe('unauthorized')
  expect(codeOf(await me(box, child.body.accessToken))).toBe('unauthorized')
  expect(ended).toEqual([claimsOf(box.admin.accessToken).sid])
  const admin = await signIn(box, 'Ada', adminPassword)
  const log = await box.ask('GET', '/audit-logs?action=person.token-reused', { token: admin.accessToken })
  expect(log.body.items[0].target.name).toBe('Ada')
})

it('leaves the other sign-ins of the person alone when one family dies', async () => {
  const box = await claimed()
  const other = await signIn(box, 'Ada', adminPassword)
  await refresh(box, box.admin.refreshToken)
  box.clock.at += minute
  await refresh(box, box.admin.refreshToken)
  expect((await me(box, other.accessToken)).status).toBe(200)
})

it('lets a refresh token live for seven days, each anew', async () => {
  const box = await claimed()
  box.clock.at += 7 * day - 1
  const next = await refresh(box, box.admin.refreshToken)
  expect(next.status).toBe(200)
  box.clock.at += 7 * day
  expect(codeOf(await refresh(box, next.body.refreshToken))).toBe('token_expired')
})

it('refuses a refresh token that nobody was given', async () => {
  const box = await claimed()
  expect(codeOf(await refresh(box, 'bfr_made-up'))).toBe('unauthorized')
  expect(codeOf(await refresh(box, box.admin.accessToken.slice(0, 190)))).toBe('unauthorized')
  expect(codeOf(await box.ask('POST', '/auth/refresh', {}))).toBe('unauthorized')
})

it('puts the refresh token in a cookie that scripts cannot read, when asked to', async () => {
  const box = await claimed()
  const body = { username: 'Ada', password: adminPassword, cookie: true }
  const login = await box.ask('POST', '/auth/login', { body })
  expect(login.body.refreshToken).toBeUndefined()
  const set = login.headers.get('set-cookie') ?? ''
  for (const wanted of ['HttpOnly', 'SameSite=Strict', 'Path=/api/v1/auth', 'Max-Age=604800'])
    expect(set).toContain(wanted)
  expect(set).not.toContain('Secure')
  const cookie = set.split(';')[0] as string
  const next = await box.ask('POST', '/auth/refresh', { headers: { cookie: `other=1; ${cookie}` } })
  expect(next.status).toBe(200)
  expect(next.body.refreshToken).toBeUndefined()
  const rotated = next.headers.get('set-cookie')?.split(';')[0] as string
  expect(rotated).not.toBe(cookie)
  const out = await box.ask('POST', '/auth/logout', { headers: { cookie: rotated } })
  expect([out.status, out.headers.get('set-cookie')?.includes('Max-Age=0')]).toEqual([204, true])
  expect((await box.ask('POST', '/auth/refresh', { headers: { cookie: rotated } })).status).toBe(401)
  const secure = await box.ask('POST', '/auth/login', { body, secure: true })
  expect(secure.headers.get('set-cookie')).toContain('Secure')
})

it('lists the person’s sign-ins and ends theirs, never someone else’s', async () => {
  const box = await claimed()
  const maya = await addPerson(box, 'Maya', 'support')
  const mine = await box.ask('GET', '/me/sign-ins', { token: box.admin.accessToken })
  expect(mine.body.items).toMatchObject([{ current: true, address: '192.0.2.1', agent: 'a test', method: 'password' }])
  const adminSignIn = mine.body.items[0].id
  expect((await box.ask('DELETE', `/me/sign-ins/${adminSignIn}`, { token: maya.token })).status).toBe(404)
  expect((await me(box, box.admin.accessToken)).status).toBe(200)
  const own = (await box.ask('GET', '/me/sign-ins', { token: maya.token })).body.items
  expect(own.some(({ id }: { id: string }) => id === adminSignIn)).toBe(false)
  await signIn(box, 'Maya', maya.password)
  expect((await box.ask('DELETE', '/me/sign-ins', { token: maya.token })).status).toBe(204)
  expect((await box.ask('GET', '/me/sign-ins', { token: maya.token })).body.items).toHaveLength(1)
  expect((await box.ask('GET', `/users/${box.adminId}/sign-ins`, { token: maya.token })).status).toBe(403)
  const token = box.admin.accessToken
  expect((await box.ask('GET', `/users/${maya.id}/sign-ins`, { token })).body.items).toHaveLength(1)
  expect((await box.ask('DELETE', `/users/${maya.id}/sign-ins`, { token })).status).toBe(204)
  expect((await me(box, maya.token)).status).toBe(401)
})
