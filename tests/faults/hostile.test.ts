import type http from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, test } from 'vitest'
import type { ErrorBody } from '#protocol/errors.ts'
import { type Claimed, claimedForFile } from '../system/running.ts'
import { bearer, codeOf, json, type Raw, sendRaw } from './raw.ts'

let box: Claimed
beforeAll(async () => {
  const claimed = await claimedForFile()
  box = claimed
  return claimed.end
})
const raw = (request: Raw) => sendRaw(box.app.port, request)
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
