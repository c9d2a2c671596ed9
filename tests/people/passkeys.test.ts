import { expect, it } from 'vitest'
import { createAuthenticator } from './authenticator.ts'
import { addPerson, adminPassword, claimed, codeOf, day, minute, signIn } from './box.ts'

type Claimed = Awaited<ReturnType<typeof claimed>>

const register = async (box: Claimed, key = createAuthenticator(), token = box.admin.accessToken, lies = {}) => {
  const options = await box.ask('POST', '/auth/passkeys/register/options', { token })
  const response = key.create(options.body, lies)
  const answer = await box.ask('POST', '/auth/passkeys/register/verify', { token, body: { response, name: 'Laptop' } })
  return { key, answer, response }
}
const begin = async (box: Claimed) => (await box.ask('POST', '/auth/passkeys/sign-in/options')).body
const verify = (box: Claimed, response: object, more = {}) =>
  box.ask('POST', '/auth/passkeys/sign-in/verify', { body: { response, ...more } })

it('adds a passkey, signs in with it without a name, and shows recovery codes once', async () => {
  const box = await claimed()
  const { key, answer } = await register(box)
  expect(answer.status).toBe(201)
  expect(answer.body.passkey).toMatchObject({ id: key.id, name: 'Laptop', lastUsedAt: null })
  expect(answer.body.recoveryCodes).toHaveLength(10)
  const options = await begin(box)
  expect(options).toMatchObject({ rpId: 'belfry.local', userVerification: 'required' })
  const signedIn = await verify(box, key.get(options))
  expect(signedIn.status).toBe(200)
  expect(signedIn.body).toMatchObject({ scope: 'full', person: { id: box.adminId } })
  const items = (await box.ask('GET', '/me/sign-ins', { token: signedIn.body.accessToken })).body.items
  expect(items.filter((one: { current: boolean }) => one.current)).toMatchObject([{ method: 'passkey' }])
  const second = await register(box)
  expect(second.answer.body.recoveryCodes).toBeUndefined()
})

it('gives the refresh token as a cookie here too', async () => {
  const box = await claimed()
  const { key } = await register(box)
  const answer = await verify(box, key.get(await begin(box)), { cookie: true })
  expect(answer.body.refreshToken).toBeUndefined()
  expect(answer.headers.get('set-cookie')).toContain('HttpOnly')
})

it('counts as the second factor of an admin, whose password alone is then not enough', async () => {
  const box = await claimed()
  const { answer } = await register(box)
  box.clock.at += 2 * day
  const login = (totp?: string) =>
    box.ask('POST', '/auth/login', { body: { username: 'Ada', password: adminPassword, ...(totp ? { totp } : {}) } })
  const without = await login()
  expect(codeOf(without)).toBe('totp_required')
  expect(without.body.error.details.ways).toEqual(['passkey', 'recovery-code'])
  const recovered = await login(answer.body.recoveryCodes[0])
  expect(recovered.body.scope).toBe('full')
})

it('lets somebody who is no admin come in by password besides', async () => {
  const box = await claimed()
  const maya = await addPerson(box, 'Maya', 'support')
  await register(box, createAuthenticator(), maya.token)
  expect((await signIn(box, 'Maya', maya.password)).scope).toBe('full')
})

it('takes each challenge once, for its own purpose, for five minutes', async () => {
  const box = await claimed()
  const { key, response } = await register(box)
  const token = box.admin.accessToken
  const replayed = await box.ask('POST', '/auth/passkeys/register/verify', { token, body: { response } })
  expect(replayed.status).toBe(400)
  const options = await begin(box)
  const assertion = key.get(options)
  expect((await verify(box, assertion)).status).toBe(200)
  expect(codeOf(await verify(box, assertion))).toBe('invalid_credentials')
  const registering = (await box.ask('POST', '/auth/passkeys/register/options', { token })).body
  expect(codeOf(await verify(box, key.get(registering)))).toBe('invalid_credentials')
  const late = await begin(box)
  box.clock.at += 5 * minute
  expect(codeOf(await verify(box, key.get(late)))).toBe('invalid_credentials')
})

it('does not let one person finish what another began', async () => {
  const box = await claimed()
  const maya = await addPerson(box, 'Maya', 'support')
  const options = await box.ask('POST', '/auth/passkeys/register/options', { token: box.admin.accessToken })
  const response = createAuthenticator().create(options.body)
  const stolen = await box.ask('POST', '/auth/passkeys/register/verify', { token: maya.token, body: { response } })
  expect(stolen.status).toBe(400)
})

it('refuses a foreign page, a foreign name, an unverified user, a copied key and a lying handle', async () => {
  const box = await claimed()
  const { key } = await register(box)
  for (const lies of [
    { origin: 'https://belfry.local.example.org' },
    { rpId: 'example.org' },
    { verified: false },
    { challenge: 'bWFkZS11cA' },
    { userHandle: Buffer.from('another').toString('base64url') },
  ]) {
    expect(codeOf(await verify(box, key.get(await begin(box), lies)))).toBe('invalid_credentials')
  }
  expect((await verify(box, key.get(await begin(box)))).status).toBe(200)
  expect(codeOf(await verify(box, key.get(await begin(box), { counter: 1 })))).toBe('invalid_credentials')
  expect(codeOf(await verify(box, { ...key.get(await begin(box)), id: 'unknown', rawId: 'unknown' }))).toBe(
    'invalid_credentials',
  )
  const unverified = await register(box, createAuthenticator(), box.admin.accessToken, { verified: false })
  expect(unverified.answer.status).toBe(400)
})

it('refuses a signature of another key', async () => {
  const box = await claimed()
  const { key } = await register(box)
  const other = createAuthenticator()
  const { response } = other.get(await begin(box), { userHandle: '' })
  expect(codeOf(await verify(box, { ...key.get(await begin(box)), response }))).toBe('invalid_credentials')
})

it('renames and deletes one’s own passkeys only', async () => {
  const box = await claimed()
  const { key } = await register(box)
  const maya = await addPerson(box, 'Maya', 'support')
  const path = `/auth/passkeys/${key.id}`
  expect((await box.ask('PUT', path, { token: maya.token, body: { name: 'Mine' } })).status).toBe(404)
  expect((await box.ask('DELETE', path, { token: maya.token })).status).toBe(404)
  const token = box.admin.accessToken
  expect((await box.ask('PUT', path, { token, body: { name: 'Phone' } })).status).toBe(204)
  expect((await box.ask('GET', '/auth/passkeys', { token })).body.items).toMatchObject([{ id: key.id, name: 'Phone' }])
  expect((await box.ask('DELETE', path, { token })).status).toBe(204)
  expect(codeOf(await verify(box, key.get(await begin(box))))).toBe('invalid_credentials')
})

it('does not let somebody in who is switched off', async () => {
  const box = await claimed()
  const maya = await addPerson(box, 'Maya', 'support')
  const { key } = await register(box, createAuthenticator(), maya.token)
  await box.ask('PUT', `/users/${maya.id}`, { token: box.admin.accessToken, body: { disabled: true } })
  expect(codeOf(await verify(box, key.get(await begin(box))))).toBe('invalid_credentials')
})

it('says why where the host name does not allow passkeys', async () => {
  const box = await claimed({ relyingParty: () => null })
  const answer = await box.ask('POST', '/auth/passkeys/sign-in/options')
  expect([answer.status, codeOf(answer)]).toEqual([409, 'wrong_state'])
})
