import { beforeAll, describe, expect, test } from 'vitest'
import { Health } from '#protocol/system.ts'
import { type Appliance, startAppliance, temporaryData } from './appliance.ts'
import { allOf, owner } from './client.ts'
import { claimedForFile, startInTest } from './running.ts'

/** What a script of this version may rely on, as the contract has it. */
const promised = {
  get: [
    ...['/sources', '/sources/{id}', '/sources/{id}/status', '/sources/discovered', '/sessions', '/sessions/{id}'],
    ...['/bandwidth', '/engines', '/containers', '/containers/{id}', '/containers/{id}/logs', '/containers/{id}/stats'],
    ...['/users', '/users/{id}', '/users/{id}/sign-ins', '/me', '/me/sign-ins', '/api-keys', '/audit-logs'],
    ...['/settings', '/system', '/backups', '/status'],
  ],
  post: [
    ...['/claim', '/auth/login', '/auth/refresh', '/auth/logout', '/auth/password', '/auth/mfa/setup'],
    ...['/auth/mfa/verify', '/users', '/api-keys', '/sources', '/sources/test', '/sources/{id}/refresh'],
    ...['/sessions/{id}/terminate', '/live/ticket', '/backups', '/backups/restore'],
    ...['start', 'stop', 'restart', 'kill', 'pause', 'unpause'].map((action) => `/containers/{id}/${action}`),
  ],
  put: ['/users/{id}', '/users/{id}/role', '/users/{id}/grants', '/me', '/sources/{id}', '/settings'],
  delete: ['/users/{id}', '/me/sign-ins/{id}', '/api-keys/{id}', '/sources/{id}'],
}

describe('a newcomer', () => {
  test('claims the box with the code of the log, signs in, and sees this machine’s vitals move', async () => {
    const app = await startInTest({ env: { BELFRY_CLAIM_CODE: undefined } })
    expect(app.claimCode).toMatch(/^[0-9A-Z -]{6,}$/)
    expect((await app.api('GET', '/status')).body).toMatchObject({ claimed: false })
    const signed = await app.claim(app.claimCode ?? '')
    const live = await app.live(signed.token)
    const first = await live.next('system')
    const second = await live.next('system', ({ at }) => at > first.at)
    expect(second.memory.used).toBeGreaterThan(0)
    expect(second.memory.total).toBeGreaterThan(second.memory.used)
    expect(second.cpu).toBeGreaterThanOrEqual(0)
    expect(second.ownMemory).toBeGreaterThan(10e6)
    await live.close()
  })

  test('is told what is wrong with a claim, and that a box is claimed once', async () => {
    const app = await startInTest()
    const claim = (body: object) => app.refusal('POST', '/claim', body)
    expect(await claim({ code: 'GUESS-GUESS', ...owner })).toBe('invalid_code')
    expect(await claim({ code: app.claimCode, username: 'Nora', password: 'too short' })).toBe('invalid_request')
    await app.claim(app.claimCode ?? '')
    expect(await claim({ code: app.claimCode, username: 'Mallory', password: 'another long one' })).toBe(
      'already_claimed',
    )
    expect((await app.api('GET', '/status')).body).toMatchObject({ claimed: true })
  })

  test('finds the claim code in the log only while nobody has claimed the box', async () => {
    const { folder, remove } = temporaryData()
    const first = await startInTest({ data: folder, env: { BELFRY_CLAIM_CODE: undefined } })
    await first.claim(first.claimCode ?? '')
    await first.stop()
    const second = await startInTest({ data: folder, env: { BELFRY_CLAIM_CODE: undefined } })
    expect(second.claimCode).toBeNull()
    await second.kill()
    remove()
  })

  test('gets the same code again when the box restarts before it is claimed', async () => {
    const { folder, remove } = temporaryData()
    const first = await startInTest({ data: folder, env: { BELFRY_CLAIM_CODE: undefined } })
    await first.kill()
    const second = await startInTest({ data: folder, env: { BELFRY_CLAIM_CODE: undefined } })
    expect(second.claimCode).toBe(first.claimCode)
    await second.kill()
    remove()
  })

  test('signs in with the name in whatever case it is typed', async () => {
    const { app } = await claimedForTest()
    expect((await app.signIn('nORA', owner.password)).username).toBe('nORA')
    expect(await app.refusal('POST', '/auth/login', { username: 'Nora', password: 'wrong' })).toBe(
      'invalid_credentials',
    )
  })
})

const claimedForTest = async () => {
  const app = await startInTest()
  return { app, owner: await app.claim(app.claimCode ?? '') }
}

describe('what describes the box', () => {
  let app: Appliance
  let token: string
  beforeAll(async () => {
    const claimed = await claimedForFile()
    app = claimed.app
    token = claimed.owner.token
    return claimed.end
  })

  test('/healthz says how it is to anybody', async () => {
    const answer = await fetch(`${app.url}/healthz`)
    expect(answer.status).toBe(200)
    expect(Health.parse(await answer.json())).toMatchObject({ status: 'ok' })
  })

  test('openapi.json describes every promised route, with its answers and its permission', async () => {
    const { paths } = (await (await fetch(`${app.url}/api/v1/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { summary: string; responses: object; description: string }>>
    }
    const missing = Object.entries(promised).flatMap(([method, list]) =>
      list.filter((path) => !paths[path]?.[method]).map((path) => `${method} ${path}`),
    )
    expect(missing).toEqual([])
    const mute = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { summary, description, responses }]) => !summary || !description || !responses)
        .map(([method]) => `${method} ${path}`),
    )
    expect(mute).toEqual([])
  })

  test('/api/docs is a page without a script that names every described route', async () => {
    const page = await fetch(`${app.url}/api/docs`)
    const html = await page.text()
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(html).not.toMatch(/<script|javascript:|\son\w+=/i)
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
    const { paths } = (await (await fetch(`${app.url}/api/v1/openapi.json`)).json()) as { paths: object }
    const named = (path: string) => html.includes(path.replace(/\{(\w+)\}/g, ':$1')) || html.includes(path)
    expect(Object.keys(paths).filter((path) => !named(path))).toEqual([])
  })

  test('every list has the one shape', async () => {
    for (const path of ['/sources', '/sessions', '/engines', '/containers', '/users', '/audit-logs']) {
      const answer = await app.api('GET', `${path}?limit=1`, undefined, token)
      expect([path, answer.status]).toEqual([path, 200])
      expect(answer.body).toMatchObject({ items: expect.any(Array) })
      expect(answer.body).toHaveProperty('next')
      expect([path, await app.refusal('GET', `${path}?limit=101`, undefined, token)]).toEqual([path, 'invalid_request'])
    }
    expect((await allOf<{ action: string }>(app, '/audit-logs', token)).map(({ action }) => action)).toContain(
      'box.claim',
    )
  })
})

test('a start without any of the optional settings comes up', async () => {
  const app = await startAppliance({ env: { BELFRY_CLAIM_CODE: undefined, BELFRY_LOG: undefined } })
  expect(app.logs.map(({ level }) => level)).not.toContain('not-json')
  await app.kill()
})
