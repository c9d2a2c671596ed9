import { expect, it } from 'vitest'
import { createPasswords } from '../../appliance/people/passwords.ts'
import { addPerson, adminPassword, claimed, codeOf, day, hour, minute, openBox, signIn } from './box.ts'

it('signs in by name in any case and any form of the same letters', async () => {
  const box = await claimed()
  await addPerson(box, 'Zoë Straße', 'support')
  const password = 'Zoë Straße has her own password'
  for (const name of ['zoë straße', 'ZOË STRASSE', 'Zoe\u0308 Straße', ' ｚoë  straße ']) {
    expect((await signIn(box, name, password)).person.id).toBeTypeOf('string')
  }
})

it('answers the same for a wrong password, an unknown name and an account that is switched off', async () => {
  const box = await claimed()
  const maya = await addPerson(box, 'Maya', 'support')
  await box.ask('PUT', `/users/${maya.id}`, { token: box.admin.accessToken, body: { disabled: true } })
  const answers = await Promise.all(
    [
      ['Ada', 'wrong'],
      ['Nobody', 'wrong'],
      ['Maya', maya.password],
    ].map(([username, password]) => box.ask('POST', '/auth/login', { body: { username, password } })),
  )
  for (const { status, body } of answers) {
    expect(status).toBe(401)
    expect(body).toEqual(answers[0]?.body)
  }
  expect(codeOf(answers[0] as never)).toBe('invalid_credentials')
})

it('spends a hash on names that it does not know', async () => {
  const passwords = createPasswords({ memoryKib: 8, passes: 1, lanes: 1 })
  const all = await Promise.allSettled(Array.from({ length: 40 }, () => passwords.matches(null, 'anything')))
  expect(all.filter((one) => one.status === 'rejected')).toHaveLength(40 - 2 - 32)
  expect(all[0]).toEqual({ status: 'fulfilled', value: false })
})

it('hashes with argon2id as OWASP asks, and anew at sign-in when the parameters rise', async () => {
  expect(await createPasswords().hash('a password')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  const box = await claimed()
  const hash = () => (box.db.prepare('SELECT password_hash AS hash FROM people').get() as { hash: string }).hash
  expect(hash()).toContain('m=8,t=1')
  await box.close()
  const later = await openBox({
    folder: box.folder,
    at: box.now(),
    passwordCost: { memoryKib: 64, passes: 2, lanes: 1 },
  })
  await signIn(later, 'Ada', adminPassword)
  const after = (later.db.prepare('SELECT password_hash AS hash FROM people').get() as { hash: string }).hash
  expect(after).toContain('m=64,t=2')
  await signIn(later, 'Ada', adminPassword)
})

it('lets two hashes run and a bounded number wait, and says unavailable beyond', async () => {
  const passwords = createPasswords({ memoryKib: 8, passes: 1, lanes: 1 })
  const all = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.hash('a password')))
  const refused = all.filter((one) => one.status === 'rejected')
  expect(refused).toHaveLength(60 - 2 - 32)
  expect(refused.every((one) => (one.reason as { code: string }).code === 'unavailable')).toBe(true)
  expect(await passwords.hash('a password')).toContain('argon2id')
})

it('gives an account that an admin made a token that can only change the password', async () => {
  const box = await claimed()
  const token = box.admin.accessToken
  const made = await box.ask('POST', '/users', {
    token,
    body: { username: 'Maya', password: 'first-one', role: 'support' },
  })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({ username: 'Maya', role: 'support', email: null, mustChangePassword: true })
  const narrow = await signIn(box, 'maya', 'first-one')
  expect(narrow.scope).toBe('password-change')
  for (const [method, path] of [
    ['GET', '/me'],
    ['GET', '/users'],
    ['POST', '/auth/mfa/setup'],
    ['GET', '/me/sign-ins'],
    ['POST', '/api-keys'],
  ] as const) {
    const answer = await box.ask(method, path, { token: narrow.accessToken })
    expect([path, answer.status, codeOf(answer)]).toEqual([path, 403, 'password_change_required'])
  }
  const refreshed = await box.ask('POST', '/auth/refresh', { body: { refreshToken: narrow.refreshToken } })
  expect(refreshed.body.scope).toBe('password-change')
  const change = (current: string, next: string) =>
    box.ask('POST', '/auth/password', { token: narrow.accessToken, body: { current, next } })
  expect(codeOf(await change('first-one', 'first-one'))).toBe('invalid_request')
  expect(codeOf(await change('wrong-one', 'second-one'))).toBe('invalid_credentials')
  expect(codeOf(await change('first-one', 'short'))).toBe('invalid_request')
  expect((await change('first-one', 'second-one')).status).toBe(200)
  expect((await box.ask('GET', '/me', { token: narrow.accessToken })).body.mustChangePassword).toBe(false)
  expect(codeOf(await box.ask('POST', '/auth/login', { body: { username: 'Maya', password: 'first-one' } }))).toBe(
    'invalid_credentials',
  )
})

it('ends all other sign-ins when the password changes, and tells who listens', async () => {
  const box = await claimed()
  const ended: string[] = []
  box.people.onSignInEnded((id) => ended.push(id))
  const other = await signIn(box, 'Ada', adminPassword)
  const next = 'another horse battery'
  const body = { current: adminPassword, next }
  expect((await box.ask('POST', '/auth/password', { token: other.accessToken, body })).status).toBe(200)
  expect((await box.ask('GET', '/me', { token: other.accessToken })).status).toBe(200)
  expect(codeOf(await box.ask('GET', '/me', { token: box.admin.accessToken }))).toBe('unauthorized')
  expect(ended).toHaveLength(1)
})

it('wants twelve characters of an admin and eight of others when they change', async () => {
  const box = await claimed()
  const change = (token: string, current: string, next: string) =>
    box.ask('POST', '/auth/password', { token, body: { current, next } })
  expect(codeOf(await change(box.admin.accessToken, adminPassword, 'elevenchars'))).toBe('invalid_request')
  const maya = await addPerson(box, 'Maya', 'support')
  expect((await change(maya.token, maya.password, '8letters')).status).toBe(200)
})

it('slows guessing down per account and address, says for how long, and never for good', async () => {
  const box = await claimed()
  const guess = (address: string, password = 'wrong') =>
    box.ask('POST', '/auth/login', { address, body: { username: 'ada', password } })
  const codes = []
  for (let i = 0; i < 6; i++) codes.push(codeOf(await guess('198.51.100.7')))
  expect(codes).toEqual([...Array(5).fill('invalid_credentials'), 'rate_limited'])
  const right = await guess('198.51.100.7', adminPassword)
  expect([right.status, codeOf(right)]).toEqual([429, 'rate_limited'])
  const wait = Number(right.headers.get('retry-after'))
  expect(wait).toBeGreaterThan(0)
  expect((await guess('198.51.100.8', adminPassword)).status).toBe(200)
  box.clock.at += wait * 1000
  expect((await guess('198.51.100.7', adminPassword)).status).toBe(200)
})

it('waits longer with every further failure, and for unknown names alike', async () => {
  const box = await claimed()
  const waits: number[] = []
  for (let i = 0; i < 12; i++) {
    const answer = await box.ask('POST', '/auth/login', { body: { username: 'Nobody', password: 'wrong' } })
    if (answer.status !== 429) continue
    waits.push(Number(answer.headers.get('retry-after')))
    box.clock.at += (waits.at(-1) ?? 0) * 1000
  }
  expect(waits.slice(0, 3)).toEqual([5, 10, 20])
})

it('lets the owner in from where they are signed in, whatever strangers try from elsewhere', async () => {
  const box = await claimed()
  let refused = 0
  for (let i = 0; i < 60; i++) {
    const body = { username: 'ada', password: 'wrong' }
    const answer = await box.ask('POST', '/auth/login', { address: `203.0.113.${i}`, body })
    if (answer.status === 429) refused += 1
  }
  expect(refused).toBeGreaterThan(30)
  await signIn(box, 'Ada', adminPassword)
  const elsewhere = { body: { username: 'Ada', password: adminPassword }, address: '203.0.113.250' }
  const stranger = await box.ask('POST', '/auth/login', elsewhere)
  expect(stranger.status).toBe(429)
  expect(Number(stranger.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  box.clock.at += minute
  expect((await box.ask('POST', '/auth/login', elsewhere)).status).toBe(200)
})

it('counts the hosts of one IPv6 network as one', async () => {
  const box = await claimed()
  const codes = []
  for (let i = 0; i < 6; i++) {
    const body = { username: 'ada', password: 'wrong' }
    codes.push(codeOf(await box.ask('POST', '/auth/login', { address: `2001:db8:1:2::${i}`, body })))
  }
  expect(codes.at(-1)).toBe('rate_limited')
})

it('does not slow right sign-ins down, many at once from one address', async () => {
  const box = await claimed()
  const all = await Promise.all(Array.from({ length: 20 }, () => signIn(box, 'Ada', adminPassword)))
  expect(new Set(all.map(({ refreshToken }) => refreshToken)).size).toBe(20)
})

it('refuses unknown fields, wrong types and what is not JSON', async () => {
  const box = await claimed()
  const login = (body: unknown) => box.ask('POST', '/auth/login', { body })
  const unknown = await login({ username: 'Ada', password: adminPassword, role: 'admin' })
  expect(unknown.status).toBe(400)
  expect(unknown.body.error.message).toContain('role')
  expect((await login({ username: ['Ada'], password: { $ne: 1 } })).status).toBe(400)
  expect(codeOf(await login('{"username":'))).toBe('invalid_json')
})

it('ends a sign-in at sign-out, at once', async () => {
  const box = await claimed()
  const answer = await box.ask('POST', '/auth/logout', { token: box.admin.accessToken })
  expect(answer.status).toBe(204)
  expect(answer.headers.get('set-cookie')).toContain('Max-Age=0')
  expect(codeOf(await box.ask('GET', '/me', { token: box.admin.accessToken }))).toBe('unauthorized')
  expect(codeOf(await box.ask('POST', '/auth/refresh', { body: { refreshToken: box.admin.refreshToken } }))).toBe(
    'unauthorized',
  )
  expect((await box.ask('POST', '/auth/logout', {})).status).toBe(204)
})

it('resets a password from the command line: one sign-in with it, no second factor, no old sign-ins', async () => {
  const box = await claimed()
  box.clock.at += 30 * day
  const password = box.people.resetPassword('ADA')
  expect(codeOf(await box.ask('GET', '/me', { token: box.admin.accessToken }))).toMatch(/unauthorized|token_expired/)
  const narrow = await signIn(box, 'Ada', password)
  expect(narrow.scope).toBe('password-change')
  const body = { current: password, next: 'a third horse battery' }
  expect((await box.ask('POST', '/auth/password', { token: narrow.accessToken, body })).status).toBe(200)
  expect((await signIn(box, 'Ada', 'a third horse battery')).scope).toBe('full')
  expect(() => box.people.resetPassword('nobody')).toThrow(expect.objectContaining({ code: 'not_found' }))
})

it('ends every sign-in after a restore', async () => {
  const box = await claimed()
  box.people.endEverySignIn()
  expect(codeOf(await box.ask('GET', '/me', { token: box.admin.accessToken }))).toBe('unauthorized')
})

it('keeps accounts over a restart and signs the same token', async () => {
  const box = await claimed()
  await box.close()
  const later = await openBox({ folder: box.folder, at: box.now() })
  expect((await later.ask('GET', '/me', { token: box.admin.accessToken })).body.username).toBe('Ada')
  later.clock.at += hour
  expect(codeOf(await later.ask('GET', '/me', { token: box.admin.accessToken }))).toBe('token_expired')
})
