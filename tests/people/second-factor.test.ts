import { Secret, TOTP } from 'otpauth'
import { expect, it } from 'vitest'
import { addPerson, adminPassword, claimed, codeOf, day, hour, minute, signIn } from './box.ts'

type Claimed = Awaited<ReturnType<typeof claimed>>

const codeAt = (secret: string, at: number) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })

const setUp = async (box: Claimed, token = box.admin.accessToken) => {
  const begun = await box.ask('POST', '/auth/mfa/setup', { token })
  const { secret, uri } = begun.body as { secret: string; uri: string }
  const verified = await box.ask('POST', '/auth/mfa/verify', { token, body: { code: codeAt(secret, box.now()) } })
  return { secret, uri, status: verified.status, recoveryCodes: verified.body.recoveryCodes as string[] }
}
const login = (box: Claimed, totp?: string, password = adminPassword, address = '192.0.2.1') =>
  box.ask('POST', '/auth/login', {
    address,
    body: { username: 'Ada', password, ...(totp === undefined ? {} : { totp }) },
  })

it('asks for a code at sign-in from the first verified one on', async () => {
  const box = await claimed()
  const begun = await box.ask('POST', '/auth/mfa/setup', { token: box.admin.accessToken })
  expect(begun.body.uri).toMatch(/^otpauth:\/\/totp\/Belfry:Ada\?.*secret=/)
  expect((await login(box)).status).toBe(200)
  const wrong = await box.ask('POST', '/auth/mfa/verify', { token: box.admin.accessToken, body: { code: '000000' } })
  expect(codeOf(wrong)).toBe('totp_invalid')
  const { secret, recoveryCodes } = await setUp(box)
  expect(recoveryCodes).toHaveLength(10)
  box.clock.at += minute
  const without = await login(box)
  expect([without.status, codeOf(without)]).toEqual([401, 'totp_required'])
  expect(codeOf(await login(box, codeAt(secret, box.now()), 'wrong'))).toBe('invalid_credentials')
  const right = await login(box, codeAt(secret, box.now()))
  expect(right.status).toBe(200)
  expect(right.body.person.secondFactor).toMatchObject({ totp: true, required: true, graceEndsAt: null })
})

it('keeps the secret sealed and the recovery codes hashed', async () => {
  const box = await claimed()
  const { secret, recoveryCodes } = await setUp(box)
  const dump = JSON.stringify(
    ['secrets', 'people', 'recovery_codes', 'audit_log'].map((name) => box.db.prepare(`SELECT * FROM ${name}`).all()),
  )
  expect(dump).not.toContain(secret)
  for (const code of recoveryCodes) expect(dump).not.toContain(code)
})

it('takes a step once, even from two at the same moment, and no earlier one after it', async () => {
  const box = await claimed()
  const { secret } = await setUp(box)
  expect(codeOf(await login(box, codeAt(secret, box.now())))).toBe('totp_invalid')
  box.clock.at += minute
  const code = codeAt(secret, box.now())
  const both = await Promise.all([login(box, code), login(box, code)])
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401])
  expect(codeOf(await login(box, code))).toBe('totp_invalid')
  expect(codeOf(await login(box, codeAt(secret, box.now() - 30_000)))).toBe('totp_invalid')
  expect((await login(box, codeAt(secret, box.now() + 30_000))).status).toBe(200)
})

it('takes one step before and after, and no further', async () => {
  const box = await claimed()
  const { secret } = await setUp(box)
  box.clock.at += hour
  for (const [offset, status] of [
    [-60_000, 401],
    [60_000, 401],
    [-30_000, 200],
    [30_000, 200],
  ] as const) {
    expect([offset, (await login(box, codeAt(secret, box.now() + offset))).status]).toEqual([offset, status])
  }
})

it('takes each recovery code once, in any case, with or without dashes', async () => {
  const box = await claimed()
  const { recoveryCodes } = await setUp(box)
  const [one = '', two = ''] = recoveryCodes
  expect((await login(box, one.toUpperCase().replaceAll('-', ' '))).status).toBe(200)
  expect(codeOf(await login(box, one))).toBe('totp_invalid')
  expect((await login(box, two)).status).toBe(200)
  expect((await box.ask('GET', '/auth/mfa', { token: box.admin.accessToken })).body.recoveryCodesLeft).toBe(8)
})

it('makes new recovery codes for the password and a code, and the old ones stop', async () => {
  const box = await claimed()
  const { recoveryCodes } = await setUp(box)
  const renew = (password: string, code: string) =>
    box.ask('POST', '/auth/mfa/recovery-codes', { token: box.admin.accessToken, body: { password, code } })
  expect(codeOf(await renew('wrong', recoveryCodes[0] ?? ''))).toBe('invalid_credentials')
  expect(codeOf(await renew(adminPassword, '123456'))).toBe('totp_invalid')
  const fresh = await renew(adminPassword, recoveryCodes[0] ?? '')
  expect(fresh.body.recoveryCodes).toHaveLength(10)
  expect(codeOf(await login(box, recoveryCodes[1]))).toBe('totp_invalid')
  expect((await login(box, fresh.body.recoveryCodes[0])).status).toBe(200)
})

it('slows down whoever has the password and guesses the code, from wherever', async () => {
  const box = await claimed()
  await setUp(box)
  const codes = []
  for (let i = 0; i < 8; i++) codes.push(codeOf(await login(box, '000000', adminPassword, `203.0.113.${i}`)))
  expect(codes.filter((code) => code === 'totp_invalid')).toHaveLength(5)
  expect(codes.at(-1)).toBe('rate_limited')
})

it('switches off with password and code only, and cannot be set up over', async () => {
  const box = await claimed()
  const { secret } = await setUp(box)
  const token = box.admin.accessToken
  expect(codeOf(await box.ask('POST', '/auth/mfa/setup', { token }))).toBe('wrong_state')
  const off = (body: object) => box.ask('DELETE', '/auth/mfa', { token, body })
  expect((await off({})).status).toBe(400)
  box.clock.at += minute
  expect(codeOf(await off({ password: 'wrong', code: codeAt(secret, box.now()) }))).toBe('invalid_credentials')
  expect(codeOf(await off({ password: adminPassword, code: '000000' }))).toBe('totp_invalid')
  expect((await off({ password: adminPassword, code: codeAt(secret, box.now()) })).status).toBe(204)
  expect((await login(box)).status).toBe(200)
})

it('gives an admin a day, then lets them set one up and nothing else', async () => {
  const box = await claimed()
  const me = await box.ask('GET', '/me', { token: box.admin.accessToken })
  expect(me.body.secondFactor).toEqual({
    ...{ totp: false, passkeys: 0, required: true },
    graceEndsAt: new Date(box.now() + day).toISOString(),
  })
  box.clock.at += day - 1
  expect((await signIn(box, 'Ada', adminPassword)).scope).toBe('full')
  box.clock.at += 1
  const narrow = await signIn(box, 'Ada', adminPassword)
  expect(narrow.scope).toBe('second-factor-setup')
  for (const path of ['/me', '/users', '/audit-logs', '/api-keys']) {
    const answer = await box.ask('GET', path, { token: narrow.accessToken })
    expect([path, answer.status, codeOf(answer)]).toEqual([path, 403, 'second_factor_required'])
  }
  expect((await setUp(box, narrow.accessToken)).status).toBe(200)
  expect((await box.ask('GET', '/users', { token: narrow.accessToken })).status).toBe(200)
})

it('starts the day anew for somebody who becomes an admin, and asks nothing of others', async () => {
  const box = await claimed()
  const maya = await addPerson(box, 'Maya', 'support')
  await setUp(box)
  box.clock.at += 3 * day
  expect((await signIn(box, 'Maya', maya.password)).scope).toBe('full')
  const admin = await login(box, codeAt((await fresh(box)) ?? '', box.now()))
  const role = await box.ask('PUT', `/users/${maya.id}/role`, {
    token: admin.body.accessToken,
    body: { role: 'admin' },
  })
  expect(role.body.secondFactor.graceEndsAt).toBe(new Date(box.now() + day).toISOString())
  expect((await signIn(box, 'Maya', maya.password)).scope).toBe('full')
  box.clock.at += day
  expect((await signIn(box, 'Maya', maya.password)).scope).toBe('second-factor-setup')
})

const fresh = async (box: Claimed) => {
  const row = box.db.prepare('SELECT totp_secret_id AS id FROM people WHERE id = ?').get(box.adminId) as { id: string }
  return box.vault.get(row.id)
}

it('lets an admin take away the factor that a person lost, never their own', async () => {
  const box = await claimed()
  const maya = await addPerson(box, 'Maya', 'support')
  await setUp(box, maya.token)
  const token = box.admin.accessToken
  expect(codeOf(await box.ask('DELETE', `/users/${box.adminId}/second-factor`, { token }))).toBe('self_protection')
  expect((await box.ask('DELETE', `/users/${maya.id}/second-factor`, { token })).status).toBe(204)
  expect((await box.ask('GET', '/me', { token: maya.token })).status).toBe(401)
  expect((await signIn(box, 'Maya', maya.password)).scope).toBe('full')
})
