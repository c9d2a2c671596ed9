import http from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ErrorBody, statusOfCode } from '#protocol/errors.ts'
import type { Signed } from '../system/client.ts'
import { type Claimed, claimedForFile } from '../system/running.ts'

let box: Claimed
let member: Signed
beforeAll(async () => {
  const claimed = await claimedForFile()
  box = claimed
  member = await box.app.person(box.owner, 'Mia', 'member')
  return claimed.end
})

interface Raw {
  method?: string
  path: string
  headers?: http.OutgoingHttpHeaders
  body?: string | Buffer | Buffer[]
}

/** A request as it is written here, path and headers untouched. */
const raw = async ({ method = 'GET', path, headers = {}, body }: Raw) => {
  const request = http.request({ host: '127.0.0.1', port: box.app.port, method, path, headers, agent: false })
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    request.once('response', resolve)
    request.on('error', reject)
  })
  if (Array.isArray(body)) for (const chunk of body) request.write(chunk)
  request.end(Array.isArray(body) ? undefined : body)
  const answer = await answered
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) }
}

const codeOf = ({ status, text: body }: { status: number; text: string }): string => {
  const { error } = ErrorBody.parse(JSON.parse(body))
  expect(statusOfCode[error.code]).toBe(status)
  expect(error.message).toMatch(/[.!?]$/)
  return error.code
}

const json = { 'content-type': 'application/json' }
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const asOwner = () => bearer(box.owner.token)

describe('bodies', () => {
  const refused = async (path: string, body: unknown, method = 'POST') => {
    const answer = await box.app.api<ErrorBody>(method, path, body, box.owner.token)
    return [answer.status, answer.body.error.code, answer.body.error.message] as const
  }

  test('an unknown field is refused with its name', async () => {
    const person = { username: 'Pat', password: 'a password', role: 'support', isAdmin: true }
    expect(await refused('/users', person)).toEqual([400, 'invalid_request', expect.stringContaining('isAdmin')])
    const settings = await refused('/settings', { nightMode: true }, 'PUT')
    expect(settings).toEqual([400, 'invalid_request', expect.stringContaining('nightMode')])
    const source = { kind: 'jellyfin', name: 'x', url: 'http://127.0.0.1:9', credentials: { apiKey: 'k', admin: 1 } }
    expect(await refused('/sources', source)).toEqual([400, 'invalid_request', expect.stringContaining('credentials')])
  })

  const wrong: [string, string, unknown, string][] = [
    ['POST', '/users', { username: 7, password: 'a password', role: 'support' }, 'username'],
    ['POST', '/users', { username: 'Pat', password: 'a password', role: 'emperor' }, 'role'],
    ['POST', '/users', { username: 'Pat', password: ['a'], role: 'support' }, 'password'],
    ['POST', '/users', [], ''],
    ['POST', '/users', null, ''],
    ['PUT', '/settings', { auditKeepDays: '30' }, 'auditKeepDays'],
    ['POST', '/sources', { kind: 'fax', name: 'x', url: 'http://x', credentials: {} }, 'kind'],
    [
      'POST',
      '/sources',
      { kind: 'jellyfin', name: 'x', url: 'file:///etc/passwd', credentials: { apiKey: 'k' } },
      'url',
    ],
    ['POST', '/sources', { kind: 'docker', name: 'x', url: 'gopher://x', credentials: {} }, 'url'],
    ['POST', '/live/ticket/more', {}, ''],
  ]
  test.for(wrong)('a wrong type is refused with the field’s name: %s %s %o', async ([method, path, body, field]) => {
    const answer = await box.app.api<ErrorBody>(method, path, body, box.owner.token)
    expect(answer.status).toBe(path.endsWith('/more') ? 404 : 400)
    expect(answer.body.error.message).toContain(field)
  })

  test('what is not JSON, or does not say that it is, has its own code', async () => {
    const send = (headers: http.OutgoingHttpHeaders, body: string | Buffer) =>
      raw({ method: 'POST', path: '/api/v1/users', headers: { ...headers, ...asOwner() }, body })
    expect(codeOf(await send(json, '{"username":'))).toBe('invalid_json')
    expect(codeOf(await send(json, Buffer.from([0x22, 0xff, 0xfe, 0x22])))).toBe('invalid_json')
    expect(codeOf(await send({ 'content-type': 'text/plain' }, '{}'))).toBe('unsupported_media_type')
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect(codeOf(await send(form, 'username=x'))).toBe('unsupported_media_type')
  })

  test('a nesting without end and a hostile prototype do no harm', async () => {
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`
    const send = (body: string) =>
      raw({ method: 'PUT', path: '/api/v1/settings', headers: { ...json, ...asOwner() }, body })
    expect(codeOf(await send(deep))).toMatch(/^invalid_/)
    expect(codeOf(await send('{"__proto__":{"siteName":"owned"}}'))).toBe('invalid_request')
    expect((await box.app.api('GET', '/healthz')).status).toBe(404)
  })

  test('a huge body is cut off, whether its length is told or not', async () => {
    const huge = Buffer.alloc(8 * 1024 * 1024, 0x20)
    const told = { ...json, ...asOwner(), 'content-length': huge.length }
    const answer = await raw({ method: 'POST', path: '/api/v1/users', headers: told }).catch(() => null)
    if (answer) expect(codeOf(answer)).toBe('payload_too_large')
    const chunks = Array.from({ length: 16 }, () => huge.subarray(0, 64 * 1024))
    const untold = await raw({
      method: 'POST',
      path: '/api/v1/users',
      headers: { ...json, ...asOwner() },
      body: chunks,
    })
    expect(codeOf(untold)).toBe('payload_too_large')
  })

  test('headers without end and a request that is none are cut off', async () => {
    const many = await raw({ path: '/healthz', headers: { 'x-long': 'x'.repeat(100_000) } }).catch(() => null)
    expect(many === null || many.status === 431).toBe(true)
    const socket = connect(box.app.port, '127.0.0.1')
    socket.end('NOT HTTP AT ALL\r\n\r\n')
    await text(socket).catch(() => '')
    expect((await raw({ path: '/healthz' })).status).toBe(200)
  })
})

describe('tokens', () => {
  const parts = () => box.owner.token.split('.')
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const decode = (part = '') => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>

  test('forged ones open nothing', async () => {
    const [head = '', body = '', signature = ''] = parts()
    const later = encode({ ...decode(body), exp: Math.floor(Date.now() / 1000) + 1e6 })
    const forged = [
      'nonsense',
      `${head}.${body}.`,
      `${head}.${later}.${signature}`,
      `${encode({ alg: 'none', typ: 'JWT' })}.${body}.`,
      `${encode({ ...decode(head), alg: 'HS384' })}.${body}.${signature}`,
      `${head}.${body}.${signature.slice(0, -4)}AAAA`,
      box.owner.refreshToken,
    ]
    for (const token of forged) {
      const answer = await raw({ path: '/api/v1/me', headers: bearer(token) })
      expect([token, answer.status, codeOf(answer)]).toEqual([token, 401, 'unauthorized'])
    }
    const basic = await raw({ path: '/api/v1/me', headers: { authorization: 'Basic bm9yYTpub3Jh' } })
    expect(codeOf(basic)).toBe('unauthorized')
  })

  test('a refresh token is good once, gives the same child for a moment, and is no access token', async () => {
    const { app, owner } = box
    const signed = await app.signIn(owner.username, owner.password)
    const renew = (refreshToken: string) =>
      app.api<{ refreshToken: string; accessToken: string }>('POST', '/auth/refresh', { refreshToken })
    const first = await renew(signed.refreshToken)
    const again = await renew(signed.refreshToken)
    expect([first.status, again.status]).toEqual([200, 200])
    expect(again.body.refreshToken).toBe(first.body.refreshToken)
    expect(first.body.refreshToken).not.toBe(signed.refreshToken)
    expect(await app.refusal('GET', '/me', undefined, first.body.refreshToken)).toBe('unauthorized')
    expect(await app.refusal('POST', '/auth/refresh', { refreshToken: 'made-up' })).toMatch(/^(unauthorized|token_)/)
  })

  test('after signing out nothing of that sign-in works', async () => {
    const { app, owner } = box
    const signed = await app.signIn(owner.username, owner.password)
    await app.api('POST', '/auth/logout', { refreshToken: signed.refreshToken }, signed.token)
    expect(await app.refusal('GET', '/me', undefined, signed.token)).toBe('unauthorized')
    expect(await app.refusal('POST', '/auth/refresh', { refreshToken: signed.refreshToken })).toMatch(
      /^(unauthorized|token_)/,
    )
  })

  test('whose password another person chose can do nothing but choose one', async () => {
    const { app, owner } = box
    const short = { username: 'Fresh', password: 'too short', role: 'admin' }
    expect(await app.refusal('POST', '/users', short, owner.token)).toBe('invalid_request')
    await app.api('POST', '/users', { username: 'Fresh', password: 'given by Nora 12', role: 'admin' }, owner.token)
    const fresh = await app.signIn('Fresh', 'given by Nora 12')
    for (const [method, path, body] of [
      ['GET', '/users', undefined],
      ['PUT', '/settings', { siteName: 'Mine' }],
      ['POST', '/live/ticket', {}],
      ['POST', '/api-keys', { name: 'mine' }],
    ] as const) {
      expect([path, await app.refusal(method, path, body, fresh.token)]).toEqual([path, 'password_change_required'])
    }
  })

  test('a ticket for the WebSocket is good once, and a made-up one never', async () => {
    const { app, owner } = box
    const { body } = await app.api<{ ticket: string }>('POST', '/live/ticket', {}, owner.token)
    const first = await upgrade(body.ticket)
    expect(first.status).toBe(101)
    expect(await upgrade(body.ticket)).toMatchObject({ status: 401, code: 'unauthorized' })
    expect(await upgrade('x'.repeat(32))).toMatchObject({ status: 401, code: 'unauthorized' })
    expect(await upgrade('')).toMatchObject({ status: 401, code: 'unauthorized' })
  })
})

/** Tries to open the live WebSocket; a connection that opens is closed again. */
const upgrade = (ticket: string, headers: Record<string, string> = {}) =>
  new Promise<{ status: number; code: string | null }>((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${box.app.port}/api/v1/live?ticket=${ticket}`, { headers })
    socket.once('open', () => {
      socket.terminate()
      resolve({ status: 101, code: null })
    })
    socket.once('unexpected-response', async (_request, answer) => {
      const status = answer.statusCode ?? 0
      resolve({ status, code: codeOf({ status, text: await text(answer) }) })
    })
    socket.on('error', reject)
  })

describe('where a request says it comes from', () => {
  test('a foreign Host is not answered, on any path', async () => {
    for (const path of ['/', '/healthz', '/api/v1/status', '/api/v1/me', '/api/docs']) {
      for (const host of ['evil.example', 'evil.example:8080', '127.0.0.1.evil.example', 'localhost.evil.example']) {
        const answer = await raw({ path, headers: { host, ...asOwner() } })
        expect([path, host, answer.status, codeOf(answer)]).toEqual([path, host, 421, 'foreign_host'])
      }
    }
    expect((await raw({ path: '/healthz', headers: { host: `localhost:${box.app.port}` } })).status).toBe(200)
  })

  test('a forwarded host and address from nobody’s proxy count for nothing', async () => {
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
    }
    const answer = await raw({ path: '/healthz', headers })
    expect(answer.status).toBe(200)
    expect(answer.headers['strict-transport-security']).toBeUndefined()
  })

  test('a write from a foreign Origin is refused, with and without its header', async () => {
    const write = (headers: http.OutgoingHttpHeaders) =>
      raw({ method: 'PUT', path: '/api/v1/settings', headers: { ...json, ...asOwner(), ...headers }, body: '{}' })
    for (const origin of ['http://evil.example', 'null', 'https://127.0.0.1.evil.example', 'garbage']) {
      expect([origin, codeOf(await write({ origin }))]).toEqual([origin, 'foreign_origin'])
    }
    expect(codeOf(await write({ 'sec-fetch-site': 'cross-site' }))).toBe('foreign_origin')
    expect((await write({ origin: `http://127.0.0.1:${box.app.port}` })).status).toBe(200)
  })

  test('the WebSocket refuses a foreign Host and a foreign Origin before it looks at the ticket', async () => {
    const { app, owner } = box
    const { body } = await app.api<{ ticket: string }>('POST', '/live/ticket', {}, owner.token)
    expect(await upgrade(body.ticket, { origin: 'http://evil.example' })).toEqual({
      status: 403,
      code: 'foreign_origin',
    })
    expect(await upgrade(body.ticket, { host: 'evil.example' })).toEqual({ status: 421, code: 'foreign_host' })
    expect((await upgrade(body.ticket, { origin: app.url })).status).toBe(101)
  })
})

describe('paths', () => {
  const climbing = [
    '/../package.json',
    '/..%2fpackage.json',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/../../../package.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/assets/..%5c..%5cpackage.json',
    '//etc/passwd',
    '/%00/etc/passwd',
    '/api/v1/..%2f..%2fpackage.json',
    '/api/v1/backups/..%2f..%2fmaster.key',
    '/api/v1/backups/..%2fmaster.key/file',
    '/api/v1/backups/%2e%2e%2fbelfry.db',
    '/%zz',
  ]
  test.for(climbing)('%s leads nowhere', async (path) => {
    const answer = await raw({ path, headers: asOwner() })
    expect(answer.status).toBeLessThan(500)
    expect(answer.text).not.toMatch(/root:x:|"better-sqlite3"|SQLite format/)
    if (answer.status === 200) expect(answer.headers['content-type']).toContain('text/html')
  })

  const names = [
    '../master.key',
    '../../etc/passwd',
    '/etc/passwd',
    'belfry.db',
    '..\\master.key',
    '',
    'x'.repeat(5000),
  ]
  test.for(names)('a backup by the name %o is not restored', async (name) => {
    const code = await box.app.refusal('POST', '/backups/restore', { name }, box.owner.token)
    expect(['not_found', 'invalid_request']).toContain(code)
  })
})

describe('someone else’s things', () => {
  test('stay out of reach of a member, with the same answer whether they exist or not', async () => {
    const { app, owner } = box
    const others = [
      ['GET', `/users/${owner.id}`],
      ['PUT', `/users/${owner.id}`, { username: 'Owned' }],
      ['DELETE', `/users/${owner.id}`],
      ['PUT', `/users/${member.id}/role`, { role: 'admin' }],
      ['PUT', `/users/${member.id}/grants`, { box: ['manage-people'], sources: {}, deviceGroups: {} }],
      ['GET', `/users/${owner.id}/sign-ins`],
      ['DELETE', `/users/${owner.id}/sign-ins`],
      ['GET', '/users'],
      ['POST', '/users', { username: 'Pat', password: 'a password', role: 'support' }],
      ['GET', '/audit-logs'],
      ['PUT', '/settings', { siteName: 'Owned' }],
      ['GET', '/backups'],
      ['POST', '/backups', {}],
      ['POST', '/backups/restore', { name: 'x' }],
      ['POST', '/sources', { kind: 'jellyfin', name: 'x', url: 'http://127.0.0.1:9', credentials: { apiKey: 'k' } }],
      ['POST', '/sources/test', { kind: 'docker', name: 'x', url: 'unix:///var/run/docker.sock', credentials: {} }],
      ['GET', '/sources/discovered'],
    ] as const
    for (const [method, path, body] of others) {
      const code = await app.refusal(method, path, body, member.token)
      expect([method, path, code]).toEqual([method, path, expect.stringMatching(/^(forbidden|not_found)$/)])
    }
    const known = await app.refusal('GET', `/users/${owner.id}`, undefined, member.token)
    expect(await app.refusal('GET', '/users/01J0000000000000000000000', undefined, member.token)).toBe(known)
  })

  test('another person’s sign-in and API key are not found', async () => {
    const { app, owner } = box
    const signIns = await app.api<{ items: { id: string }[] }>('GET', '/me/sign-ins', undefined, owner.token)
    const key = await app.api<{ id: string }>('POST', '/api-keys', { name: 'Mine' }, owner.token)
    for (const path of [`/me/sign-ins/${signIns.body.items[0]?.id}`, `/api-keys/${key.body.id}`]) {
      expect([path, await app.refusal('DELETE', path, undefined, member.token)]).toEqual([path, 'not_found'])
    }
    expect((await app.api('GET', '/me', undefined, owner.token)).status).toBe(200)
  })

  test('nobody deletes, demotes or disables themselves, and the last admin stays', async () => {
    const { app, owner } = box
    expect(await app.refusal('DELETE', `/users/${owner.id}`, undefined, owner.token)).toBe('self_protection')
    expect(await app.refusal('PUT', `/users/${owner.id}/role`, { role: 'viewer' }, owner.token)).toMatch(
      /self_protection|invalid_request/,
    )
    expect(await app.refusal('PUT', `/users/${owner.id}/role`, { role: 'staff' }, owner.token)).toBe('self_protection')
    expect(await app.refusal('PUT', `/users/${owner.id}`, { disabled: true }, owner.token)).toBe('self_protection')
  })

  test('without a sign-in everything but the entrance is closed', async () => {
    const { app } = box
    for (const path of [
      '/me',
      '/users',
      '/sources',
      '/sessions',
      '/containers',
      '/audit-logs',
      '/system',
      '/backups',
    ]) {
      expect([path, await app.refusal('GET', path)]).toEqual([path, 'unauthorized'])
    }
    expect(await app.refusal('POST', '/live/ticket', {})).toBe('unauthorized')
    expect(await app.refusal('PATCH', '/settings', {}, box.owner.token)).toBe('method_not_allowed')
  })
})
