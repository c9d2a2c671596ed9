import { BlockList } from 'node:net'
import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Caller } from '#protocol/access.ts'
import type { Routes } from '#protocol/api.ts'
import { AppError } from '#protocol/errors.ts'
import { createRouter } from '../../appliance/http/router.ts'
import { createLog } from '../../appliance/lib/log.ts'

const person = (id: string, role: 'admin' | 'member' = 'admin'): Caller['person'] => ({
  id,
  username: id,
  email: null,
  role,
  grants: { box: [], sources: {}, deviceGroups: {} },
  mustChangePassword: false,
  disabled: false,
  secondFactor: { totp: false, passkeys: 0, required: false, graceEndsAt: null },
  createdAt: '2026-01-01T00:00:00.000Z',
  lastSignInAt: null,
})

const callers: Record<string, Pick<Caller, 'person' | 'scope'>> = {
  admin: { person: person('nora'), scope: 'full' },
  member: { person: person('ines', 'member'), scope: 'full' },
  newcomer: { person: person('tomek'), scope: 'password-change' },
}

const Thing = z.strictObject({ name: z.string().min(2), size: z.number().optional() })

const routes: Routes = (api) => {
  api.get('/open', { summary: 'open', access: 'public' }, (call) => ({ address: call.address, secure: call.secure }))
  api.get('/mine', { summary: 'mine', access: 'signed-in' }, (call) => ({ id: call.person().id }))
  api.post(
    '/things',
    { summary: 'make', access: 'manage-box', body: Thing, audit: 'thing.create', status: 201 },
    (call) => {
      call.note({ kind: 'thing', id: 't1', name: call.body.name })
      return { made: call.body.name }
    },
  )
  api.post('/breaks', { summary: 'breaks', access: 'public', audit: 'thing.break' }, () => {
    throw new Error('secret inside')
  })
  api.post('/sign-in', { summary: 'in', access: 'public', rate: 'sign-in', audit: 'in' }, () => ({}))
  api.put('/password', { summary: 'pw', access: 'signed-in', narrow: ['password-change'] }, () => ({ ok: true }))
}

const setup = (overrides: { now?: () => number; trustedProxies?: BlockList; publicUrl?: URL } = {}) => {
  const rows: { action: string; outcome: string; target: unknown; actor: string }[] = []
  const lines: string[] = []
  const router = createRouter({
    routes: [routes],
    identify: async (token, from) => {
      const known = callers[token]
      if (!known) throw new AppError('unauthorized', 'no')
      return { ...known, ...from, signInId: 's', via: 'access-token' }
    },
    can: (who) => who.role === 'admin',
    audit: {
      open: (row) =>
        rows.push({ action: row.action, outcome: 'requested', target: row.target, actor: row.actor.name }) - 1,
      complete: (id, outcome, more) => {
        const row = rows[id]
        if (row) Object.assign(row, { outcome, target: more?.target ?? row.target })
      },
    },
    hostNames: () => new Set(['localhost', 'belfry.local']),
    publicUrl: overrides.publicUrl ?? null,
    trustedProxies: overrides.trustedProxies ?? null,
    log: createLog('info', { write: (line) => void lines.push(line) }),
    now: overrides.now ?? (() => 0),
  })
  const ask = async (path: string, init: RequestInit & { as?: string; from?: string } = {}) => {
    const headers = new Headers({ host: 'localhost:8080', ...(init.headers as Record<string, string>) })
    if (init.as) headers.set('authorization', `Bearer ${init.as}`)
    const answer = await router.fetch(new Request(`http://localhost:8080/api/v1${path}`, { ...init, headers }), {
      address: init.from ?? '192.168.1.5',
      secure: false,
    })
    const text = await answer.text()
    return { status: answer.status, body: text ? JSON.parse(text) : null, headers: answer.headers }
  }
  return { router, ask, rows, lines }
}

const post = (body: unknown, type = 'application/json') => ({
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: { 'content-type': type },
})

test('an unknown body field is refused with its name', async () => {
  const { ask } = setup()
  const { status, body } = await ask('/things', { ...post({ name: 'bell', colour: 'red' }), as: 'admin' })
  expect(status).toBe(400)
  expect(body.error).toMatchObject({ code: 'invalid_request', message: 'colour: There is no such field.' })
})

test('a change is audited with its target, and so is one that was not allowed', async () => {
  const { ask, rows } = setup()
  expect((await ask('/things', { ...post({ name: 'bell' }), as: 'admin' })).status).toBe(201)
  expect((await ask('/things', { ...post({ name: 'bell' }), as: 'member' })).status).toBe(403)
  expect(rows).toEqual([
    { action: 'thing.create', outcome: 'success', target: { kind: 'thing', id: 't1', name: 'bell' }, actor: 'nora' },
    { action: 'thing.create', outcome: 'forbidden', target: null, actor: 'ines' },
  ])
})

test('an unforeseen error says nothing of itself to a stranger, but is audited and logged', async () => {
  const { ask, rows, lines } = setup()
  const { status, body } = await ask('/breaks', { method: 'POST' })
  expect(status).toBe(500)
  expect(JSON.stringify(body)).not.toContain('secret')
  expect(rows[0]?.outcome).toBe('internal')
  expect(lines.join()).toContain('secret inside')
})

test.each([
  ['no sign-in', {}, 401, 'unauthorized'],
  ['an unknown token', { as: 'forged' }, 401, 'unauthorized'],
  ['another scheme', { headers: { authorization: 'Basic eDp5' } }, 401, 'unauthorized'],
  ['a token that may only change the password', { as: 'newcomer' }, 403, 'password_change_required'],
])('%s gets its own code', async (_, init, status, code) => {
  const { ask } = setup()
  const answer = await ask('/mine', init)
  expect([answer.status, answer.body.error.code]).toEqual([status, code])
})

test('a narrow token opens the one door that it is for', async () => {
  const { ask } = setup()
  expect((await ask('/password', { method: 'PUT', as: 'newcomer' })).status).toBe(200)
})

test.each([
  ['broken JSON', '{"name":', 'application/json', 400, 'invalid_json'],
  ['another content type', 'name=x', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
  ['a wrong type', '{"name":5}', 'application/json', 400, 'invalid_request'],
  ['a huge body', JSON.stringify({ name: 'x'.repeat(400_000) }), 'application/json', 413, 'payload_too_large'],
])('%s is refused with a code', async (_, body, type, status, code) => {
  const { ask } = setup()
  const answer = await ask('/things', { ...post(body, type), as: 'admin' })
  expect([answer.status, answer.body.error.code]).toEqual([status, code])
})

test('a foreign host name is not answered, whatever is asked', async () => {
  const { ask } = setup()
  const answer = await ask('/open', { headers: { host: 'evil.example:8080' } })
  expect([answer.status, answer.body.error.code]).toEqual([421, 'foreign_host'])
})

test.each(['localhost:8080', 'BELFRY.local', '192.168.1.20:8080', '[fe80::1]:8080'])(
  '%s is one of our own names',
  async (host) => {
    const { ask } = setup()
    expect((await ask('/open', { headers: { host } })).status).toBe(200)
  },
)

test('a write from another site’s page is refused, one from our own page is not', async () => {
  const { ask } = setup()
  const from = (headers: Record<string, string>) =>
    ask('/things', {
      ...post({ name: 'bell' }),
      headers: { 'content-type': 'application/json', ...headers },
      as: 'admin',
    })
  expect((await from({ origin: 'http://evil.example' })).body.error.code).toBe('foreign_origin')
  expect((await from({ origin: 'null' })).body.error.code).toBe('foreign_origin')
  expect((await from({ 'sec-fetch-site': 'cross-site' })).body.error.code).toBe('foreign_origin')
  expect((await from({ origin: 'http://localhost:8080' })).status).toBe(201)
})

test('a forwarded address counts only when a trusted proxy says it, and only its last untrusted hop', async () => {
  const proxies = new BlockList()
  proxies.addSubnet('10.0.0.0', 8, 'ipv4')
  const { ask } = setup({ trustedProxies: proxies })
  const headers = { 'x-forwarded-for': '1.1.1.1, 203.0.113.9, 10.0.0.2', 'x-forwarded-proto': 'https' }
  expect((await ask('/open', { headers, from: '10.0.0.1' })).body).toEqual({ address: '203.0.113.9', secure: true })
  expect((await ask('/open', { headers, from: '192.168.1.66' })).body).toEqual({
    address: '192.168.1.66',
    secure: false,
  })
})

test('strangers are counted per address and told how long to wait', async () => {
  let at = 0
  const { ask } = setup({ now: () => at })
  for (let i = 0; i < 100; i++) expect((await ask('/open')).status).toBe(200)
  const refused = await ask('/open')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
  expect((await ask('/open', { from: '192.168.1.6' })).status).toBe(200)
  at = 60_000
  expect((await ask('/open')).status).toBe(200)
})

test('an unknown address is 404 and a known one with another method is 405', async () => {
  const { ask } = setup()
  expect((await ask('/nothing')).status).toBe(404)
  const wrong = await ask('/things', { method: 'DELETE' })
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
})

test('every answer carries the security headers', async () => {
  const { ask } = setup()
  const { headers } = await ask('/nothing')
  expect(headers.get('content-security-policy')).toContain("default-src 'self'")
  expect(headers.get('content-security-policy')).not.toContain('unsafe')
  expect(headers.get('x-content-type-options')).toBe('nosniff')
})

test('attempts to sign in are counted strictly, before anything is written down', async () => {
  const { ask, rows } = setup()
  for (let i = 0; i < 30; i++) expect((await ask('/sign-in', { method: 'POST' })).status).toBe(200)
  expect((await ask('/sign-in', { method: 'POST' })).status).toBe(429)
  expect(rows).toHaveLength(30)
})

test('a token that is no longer good does not keep anybody from a public endpoint', async () => {
  const { ask } = setup()
  expect((await ask('/open', { as: 'forged' })).status).toBe(200)
})
