import { expect, it } from 'vitest'
import { addPerson, adminPassword, claimed, codeOf, signIn } from './box.ts'

type Claimed = Awaited<ReturnType<typeof claimed>>
const status = async (answer: ReturnType<Claimed['ask']>) => {
  const got = await answer
  return [got.status, codeOf(got)]
}
const grants = (...box: string[]) => ({ box })

it('lists people by name in pages, finds a part of a name or address, and filters by role', async () => {
  const box = await claimed()
  const token = box.admin.accessToken
  for (const [i, role] of ['staff', 'support', 'member'].entries()) {
    const body = { username: `Person ${i}`, password: 'a password', role, email: `P${i}@Example.org` }
    expect((await box.ask('POST', '/users', { token, body })).status).toBe(201)
  }
  const seen: string[] = []
  for (let cursor = ''; ; ) {
    const page = (await box.ask('GET', `/users?limit=2${cursor}`, { token })).body
    seen.push(...page.items.map((one: { username: string }) => one.username))
    if (page.next === null) break
    cursor = `&cursor=${page.next}`
  }
  expect(seen).toEqual(['Ada', 'Person 0', 'Person 1', 'Person 2'])
  const find = async (query: string) => (await box.ask('GET', `/users?${query}`, { token })).body.items.length
  expect([await find('q=PERSON'), await find('q=p1@example'), await find('role=member'), await find('q=%25')]).toEqual([
    3, 1, 1, 0,
  ])
  expect(JSON.stringify((await box.ask('GET', '/users', { token })).body)).not.toMatch(/hash|argon/i)
})

it('keeps names and addresses unique, whatever their case', async () => {
  const box = await claimed()
  const create = (username: string, email: string) =>
    status(
      box.ask('POST', '/users', {
        token: box.admin.accessToken,
        body: { username, email, password: 'a password', role: 'member' },
      }),
    )
  expect(await create('Maya', 'maya@example.org')).toEqual([201, undefined])
  expect(await create('ADA', 'ada@example.org')).toEqual([409, 'conflict'])
  expect(await create('ｍａｙａ', 'other@example.org')).toEqual([409, 'conflict'])
  expect(await create('Mia', 'MAYA@example.org')).toEqual([409, 'conflict'])
  expect(await create('Maya\u3164', 'mia@example.org')).toEqual([409, 'conflict'])
})

it('lets nobody but admins and staff with the grant near people', async () => {
  const box = await claimed()
  for (const [name, role] of [
    ['Sam', 'staff'],
    ['Sue', 'support'],
    ['Max', 'member'],
  ] as const) {
    const { token } = await addPerson(box, name, role)
    for (const [method, path, body] of [
      ['GET', '/users', undefined],
      ['GET', `/users/${box.adminId}`, undefined],
      ['POST', '/users', { username: 'Eve', password: 'a password', role: 'admin' }],
      ['PUT', `/users/${box.adminId}`, { password: 'taken over now' }],
      ['PUT', `/users/${box.adminId}/role`, { role: 'member' }],
      ['PUT', `/users/${box.adminId}/grants`, grants('manage-people')],
      ['DELETE', `/users/${box.adminId}`, undefined],
      ['GET', '/audit-logs', undefined],
    ] as const) {
      expect([name, path, ...(await status(box.ask(method, path, { token, body })))]).toEqual([
        name,
        path,
        403,
        'forbidden',
      ])
    }
  }
})

it('lets staff who manage people make and change support only, and never rise', async () => {
  const box = await claimed()
  const staff = await addPerson(box, 'Sam', 'staff', grants('manage-people'))
  const victim = await addPerson(box, 'Max', 'member')
  const other = await addPerson(box, 'Stan', 'staff')
  const { token } = staff
  const create = (role: string) =>
    status(box.ask('POST', '/users', { token, body: { username: `New ${role}`, password: 'a long password', role } }))
  for (const role of ['admin', 'staff', 'member']) expect(await create(role)).toEqual([403, 'forbidden'])
  expect(await create('support')).toEqual([201, undefined])
  const support = (await box.ask('GET', '/users?q=new', { token })).body.items[0]
  expect(await status(box.ask('PUT', `/users/${support.id}`, { token, body: { disabled: true } }))).toEqual([
    200,
    undefined,
  ])
  for (const id of [box.adminId, victim.id, other.id]) {
    expect(await status(box.ask('PUT', `/users/${id}`, { token, body: { password: 'taken over now' } }))).toEqual([
      403,
      'forbidden',
    ])
    expect(await status(box.ask('PUT', `/users/${id}`, { token, body: { disabled: true } }))).toEqual([
      403,
      'forbidden',
    ])
  }
  for (const id of [support.id, staff.id, box.adminId]) {
    expect(await status(box.ask('PUT', `/users/${id}/role`, { token, body: { role: 'admin' } }))).toEqual([
      403,
      'forbidden',
    ])
    expect(await status(box.ask('PUT', `/users/${id}/grants`, { token, body: grants('view-audit') }))).toEqual([
      403,
      'forbidden',
    ])
    expect(await status(box.ask('DELETE', `/users/${id}`, { token }))).toEqual([403, 'forbidden'])
    expect(await status(box.ask('GET', `/users/${id}/sign-ins`, { token }))).toEqual([403, 'forbidden'])
    expect(await status(box.ask('DELETE', `/users/${id}/second-factor`, { token }))).toEqual([403, 'forbidden'])
  }
})

it('protects people from themselves, and the last admin from everybody', async () => {
  const box = await claimed()
  const token = box.admin.accessToken
  const self = `/users/${box.adminId}`
  expect(await status(box.ask('DELETE', self, { token }))).toEqual([403, 'self_protection'])
  expect(await status(box.ask('PUT', `${self}/role`, { token, body: { role: 'member' } }))).toEqual([
    403,
    'self_protection',
  ])
  expect(await status(box.ask('PUT', self, { token, body: { disabled: true } }))).toEqual([403, 'self_protection'])
  expect(await status(box.ask('PUT', self, { token, body: { password: 'without the old one' } }))).toEqual([
    403,
    'self_protection',
  ])
  expect((await box.ask('PUT', `${self}/role`, { token, body: { role: 'admin' } })).status).toBe(200)
  expect((await box.ask('GET', '/me', { token })).status).toBe(200)
})

it('leaves one admin when two take each other out at the same moment', async () => {
  for (const [method, path, body] of [
    ['DELETE', '', undefined],
    ['PUT', '/role', { role: 'member' }],
    ['PUT', '', { disabled: true }],
  ] as const) {
    const box = await claimed()
    const bea = await addPerson(box, 'Bea', 'admin')
    const both = await Promise.all([
      box.ask(method, `/users/${bea.id}${path}`, { token: box.admin.accessToken, body }),
      box.ask(method, `/users/${box.adminId}${path}`, { token: bea.token, body }),
    ])
    expect(both.filter(({ status }) => status < 300)).toHaveLength(1)
    const left = box.db.prepare(`SELECT count(*) AS n FROM people WHERE role = 'admin' AND disabled = 0`).get()
    expect(left).toEqual({ n: 1 })
  }
})

it('does not obey an admin who was taken out while the request was on its way', async () => {
  const box = await claimed()
  const bea = await addPerson(box, 'Bea', 'admin')
  const cid = await addPerson(box, 'Cid', 'admin')
  const [, late] = await Promise.all([
    box.ask('DELETE', `/users/${bea.id}`, { token: box.admin.accessToken }),
    box.ask('PUT', `/users/${cid.id}/role`, { token: bea.token, body: { role: 'member' } }),
  ])
  const role = (await box.ask('GET', `/users/${cid.id}`, { token: box.admin.accessToken })).body.role
  expect(role).toBe(late.status === 200 ? 'member' : 'admin')
})

it('ends the sign-ins of whom an admin gives a new role or password, or switches off', async () => {
  for (const [path, body] of [
    ['/role', { role: 'staff' }],
    ['', { password: 'chosen by the admin' }],
    ['', { disabled: true }],
  ] as const) {
    const box = await claimed()
    const maya = await addPerson(box, 'Maya', 'support')
    const ended: string[] = []
    box.people.onSignInEnded((id) => ended.push(id))
    const answer = await box.ask('PUT', `/users/${maya.id}${path}`, { token: box.admin.accessToken, body })
    expect(answer.status).toBe(200)
    expect(answer.body.mustChangePassword).toBe('password' in body)
    expect((await box.ask('GET', '/me', { token: maya.token })).status).toBe(401)
    expect(ended).toHaveLength(2)
  }
})

it('makes a new admin with a short password choose a longer one', async () => {
  const box = await claimed()
  const token = box.admin.accessToken
  const made = await box.ask('POST', '/users', {
    token,
    body: { username: 'Maya', password: 'eightlet', role: 'support' },
  })
  const first = await signIn(box, 'Maya', 'eightlet')
  await box.ask('POST', '/auth/password', { token: first.accessToken, body: { current: 'eightlet', next: 'letters8' } })
  const promoted = await box.ask('PUT', `/users/${made.body.id}/role`, { token, body: { role: 'admin' } })
  expect(promoted.body).toMatchObject({ role: 'admin', mustChangePassword: true })
  const short = await box.ask('POST', '/users', {
    token,
    body: { username: 'Bea', password: 'elevenchars', role: 'admin' },
  })
  expect([short.status, codeOf(short)]).toEqual([400, 'invalid_request'])
})

it('gives grants to staff only, and takes them away with the role', async () => {
  const box = await claimed()
  const token = box.admin.accessToken
  const maya = await addPerson(box, 'Maya', 'support')
  expect(await status(box.ask('PUT', `/users/${maya.id}/grants`, { token, body: grants('view-audit') }))).toEqual([
    409,
    'wrong_state',
  ])
  const sam = await addPerson(box, 'Sam', 'staff', { sources: { s1: ['view-sessions'] } })
  expect(
    await status(box.ask('PUT', `/users/${sam.id}/grants`, { token, body: { sources: { s1: ['everything'] } } })),
  ).toEqual([400, 'invalid_request'])
  await box.ask('PUT', `/users/${sam.id}/role`, { token, body: { role: 'support' } })
  const back = await box.ask('PUT', `/users/${sam.id}/role`, { token, body: { role: 'staff' } })
  expect(back.body.grants).toEqual({ box: [], sources: {}, deviceGroups: {} })
})

it('refuses unknown fields, unknown roles and unknown ids', async () => {
  const box = await claimed()
  const token = box.admin.accessToken
  const person = { username: 'Maya', password: 'a password', role: 'support' }
  const extra = await box.ask('POST', '/users', { token, body: { ...person, mustChangePassword: false } })
  expect([extra.status, extra.body.error.message]).toEqual([400, expect.stringContaining('mustChangePassword')])
  for (const role of ['viewer', 'root', ['admin']]) {
    expect(await status(box.ask('POST', '/users', { token, body: { ...person, role } }))).toEqual([
      400,
      'invalid_request',
    ])
  }
  expect(await status(box.ask('PUT', '/me', { token, body: { role: 'admin' } }))).toEqual([400, 'invalid_request'])
  expect(await status(box.ask('PUT', '/users/nobody', { token, body: { username: 'Eve' } }))).toEqual([
    404,
    'not_found',
  ])
  expect(await status(box.ask('DELETE', "/users/x' OR '1'='1", { token }))).toEqual([404, 'not_found'])
})

it('lets people change their own name and address, and tells who listens', async () => {
  const box = await claimed()
  const maya = await addPerson(box, 'Maya', 'support')
  const changed: string[] = []
  box.people.onPersonChanged((id) => changed.push(id))
  const answer = await box.ask('PUT', '/me', {
    token: maya.token,
    body: { username: 'Maja', email: 'Maja@Example.org' },
  })
  expect(answer.body).toMatchObject({ username: 'Maja', email: 'Maja@Example.org', role: 'support' })
  expect(changed).toEqual([maya.id])
  expect(await status(box.ask('PUT', '/me', { token: maya.token, body: { username: 'ada' } }))).toEqual([
    409,
    'conflict',
  ])
  expect((await signIn(box, 'maja', maya.password)).person.id).toBe(maya.id)
})

it('deletes an account with all that is its own', async () => {
  const box = await claimed()
  const maya = await addPerson(box, 'Maya', 'support')
  await box.ask('POST', '/auth/mfa/setup', { token: maya.token })
  await box.ask('POST', '/api-keys', { token: maya.token, body: { name: 'a program' } })
  const secrets = () => (box.db.prepare('SELECT count(*) AS n FROM secrets').get() as { n: number }).n
  const before = secrets()
  expect((await box.ask('DELETE', `/users/${maya.id}`, { token: box.admin.accessToken })).status).toBe(204)
  expect(secrets()).toBe(before - 1)
  for (const name of ['sign_ins', 'api_keys', 'recovery_codes']) {
    expect(box.db.prepare(`SELECT count(*) AS n FROM ${name} WHERE person_id = ?`).get(maya.id)).toEqual({ n: 0 })
  }
  expect((await box.ask('GET', '/me', { token: maya.token })).status).toBe(401)
  expect(codeOf(await box.ask('POST', '/auth/login', { body: { username: 'Maya', password: adminPassword } }))).toBe(
    'invalid_credentials',
  )
})
