import { expect, it } from 'vitest'
import { addPerson, claimed, codeOf, hour } from './box.ts'

type Claimed = Awaited<ReturnType<typeof claimed>>
const make = async (box: Claimed, body: object = {}, token = box.admin.accessToken) =>
  (await box.ask('POST', '/api-keys', { token, body: { name: 'a program', ...body } })).body

it('shows a key once, keeps its hash, and takes it as a bearer token', async () => {
  const box = await claimed()
  const made = await make(box)
  expect(made.key).toMatch(/^bfk_[\w-]{43}$/)
  expect(made.key.startsWith(made.prefix)).toBe(true)
  const list = await box.ask('GET', '/api-keys', { token: box.admin.accessToken })
  expect(list.body.items).toMatchObject([{ id: made.id, name: 'a program', readOnly: false, lastUsedAt: null }])
  const dump = JSON.stringify(['api_keys', 'audit_log'].map((name) => box.db.prepare(`SELECT * FROM ${name}`).all()))
  expect(JSON.stringify(list.body) + dump).not.toContain(made.key)
  expect((await box.ask('GET', '/users', { token: made.key })).status).toBe(200)
  expect((await box.ask('GET', '/users', { token: `${made.key}x` })).status).toBe(401)
  const used = await box.ask('GET', '/api-keys', { token: box.admin.accessToken })
  expect(used.body.items[0].lastUsedAt).not.toBeNull()
})

it('ends with its time, its deletion and its person', async () => {
  const box = await claimed()
  const past = await box.ask('POST', '/api-keys', {
    token: box.admin.accessToken,
    body: { name: 'late', expiresAt: new Date(box.now() - 1).toISOString() },
  })
  expect(past.status).toBe(400)
  const soon = await make(box, { expiresAt: new Date(box.now() + hour).toISOString() })
  const gone = await make(box)
  const maya = await addPerson(box, 'Maya', 'support')
  const hers = await make(box, {}, maya.token)
  expect((await box.ask('GET', '/me', { token: hers.key })).body.username).toBe('Maya')
  expect((await box.ask('DELETE', `/api-keys/${gone.id}`, { token: maya.token })).status).toBe(404)
  expect((await box.ask('DELETE', `/api-keys/${gone.id}`, { token: box.admin.accessToken })).status).toBe(204)
  expect(codeOf(await box.ask('GET', '/me', { token: gone.key }))).toBe('unauthorized')
  await box.ask('PUT', `/users/${maya.id}`, { token: box.admin.accessToken, body: { disabled: true } })
  expect(codeOf(await box.ask('GET', '/me', { token: hers.key }))).toBe('unauthorized')
  box.clock.at += hour
  expect(codeOf(await box.ask('GET', '/me', { token: soon.key }))).toBe('token_expired')
})

it('acts as its person is now, not as they were', async () => {
  const box = await claimed()
  const bea = await addPerson(box, 'Bea', 'admin')
  const { key } = await make(box, {}, bea.token)
  expect((await box.ask('GET', '/users', { token: key })).status).toBe(200)
  await box.ask('PUT', `/users/${bea.id}/role`, { token: box.admin.accessToken, body: { role: 'support' } })
  expect((await box.ask('GET', '/users', { token: key })).status).toBe(403)
})

it('sleeps while the password has to be changed', async () => {
  const box = await claimed()
  const { key } = await make(box)
  box.people.resetPassword('Ada')
  expect(codeOf(await box.ask('GET', '/users', { token: key }))).toBe('password_change_required')
  expect(
    codeOf(await box.ask('POST', '/auth/password', { token: key, body: { current: 'x', next: 'a long password' } })),
  ).toBe('forbidden')
})

it('only looks when it is read-only, and stays within its grants', async () => {
  const box = await claimed()
  const looking = await make(box, { readOnly: true })
  expect((await box.ask('GET', '/audit-logs', { token: looking.key })).status).toBe(200)
  const body = { username: 'Eve', password: 'a long password', role: 'admin' }
  expect((await box.ask('POST', '/users', { token: looking.key, body })).status).toBe(403)
  const narrow = await make(box, { grants: { box: ['manage-people'] } })
  expect((await box.ask('GET', '/audit-logs', { token: narrow.key })).status).toBe(403)
  expect((await box.ask('POST', '/users', { token: narrow.key, body })).status).toBe(403)
  expect((await box.ask('POST', '/users', { token: narrow.key, body: { ...body, role: 'support' } })).status).toBe(201)
  const { id } = (await box.ask('GET', '/users?q=eve', { token: narrow.key })).body.items[0]
  expect((await box.ask('PUT', `/users/${id}/role`, { token: narrow.key, body: { role: 'admin' } })).status).toBe(403)
  expect((await box.ask('DELETE', `/users/${id}`, { token: narrow.key })).status).toBe(403)
})

it('cannot change how its person comes in', async () => {
  const box = await claimed()
  const { key } = await make(box)
  const mine = (await box.ask('GET', '/me/sign-ins', { token: key })).body.items[0].id
  for (const [method, path, body] of [
    ['POST', '/auth/password', { current: 'x', next: 'a long password' }],
    ['POST', '/auth/mfa/setup', {}],
    ['POST', '/auth/passkeys/register/options', {}],
    ['POST', '/api-keys', { name: 'another' }],
    ['PUT', '/me', { email: 'eve@example.org' }],
    ['DELETE', '/me/sign-ins', undefined],
    ['DELETE', `/me/sign-ins/${mine}`, undefined],
  ] as const) {
    const answer = await box.ask(method, path, { token: key, body })
    expect([path, answer.status, codeOf(answer)]).toEqual([path, 403, 'forbidden'])
  }
})
