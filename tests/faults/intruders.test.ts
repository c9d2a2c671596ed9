import type http from 'node:http'
import { text } from 'node:stream/consumers'
import { beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Signed } from '../system/client.ts'
import { type Claimed, claimedForFile } from '../system/running.ts'
import { bearer, codeOf, json, type Raw, sendRaw } from './raw.ts'

let box: Claimed
let member: Signed
beforeAll(async () => {
  const claimed = await claimedForFile()
  box = claimed
  member = await box.app.person(box.owner, 'Mia', 'member')
  return claimed.end
})
const raw = (request: Raw) => sendRaw(box.app.port, request)
const asOwner = () => bearer(box.owner.token)

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
