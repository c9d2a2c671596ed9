import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { SignedIn } from '#protocol/person.ts'
import { claimCode } from './appliance.ts'
import { owner } from './client.ts'
import { claimedInTest, dataInTest, jellyfinInTest } from './running.ts'

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())

const contentOf = (path: string): Buffer => {
  const bytes = readFileSync(path)
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes
}

test('no secret shows in the log or lies readable in the data folder', async () => {
  const data = dataInTest()
  const { app, owner: nora } = await claimedInTest({ data, env: { BELFRY_LOG: 'debug' } })
  const jelly = await jellyfinInTest()
  const wrongKey = 'a-key-that-was-never-made-0001'
  const sam = await app.person(nora, 'Sam', 'support')
  await app.refusal('POST', '/auth/login', { username: 'Sam', password: 'a guess that is wrong' })
  await app.refusal('POST', '/claim', { code: 'A-WRONG-CODE', ...owner })
  const source = await app.addJellyfin(nora, 'Jelly', jelly)
  await app.api(
    'POST',
    '/sources/test',
    { kind: 'jellyfin', name: 'x', url: jelly.url, credentials: { apiKey: wrongKey } },
    nora.token,
  )
  for (const fault of ['garbage', 'status 500', 'reset', 'unauthorized'] as const) {
    jelly.faults.set(fault)
    jelly.sockets.drop()
    await app.api('POST', `/sources/${source.id}/refresh`, undefined, nora.token)
  }
  const key = await app.api<{ key: string }>('POST', '/api-keys', { name: 'Script' }, nora.token)
  const setup = await app.api<{ secret: string }>('POST', '/auth/mfa/setup', {}, sam.token)
  const renewed = await app.api<SignedIn>('POST', '/auth/refresh', { refreshToken: nora.refreshToken })
  expect([key.status, setup.status, renewed.status]).toEqual([201, 200, 200])
  const live = await app.live(nora.token)
  await app.api('POST', '/backups', {}, nora.token)

  const secrets = {
    ownerPassword: owner.password,
    given: 'given to Sam',
    chosen: 'chosen by Sam',
    guess: 'a guess that is wrong',
    wrongCode: 'A-WRONG-CODE',
    jellyfinKey: jelly.apiKey,
    wrongKey,
    apiKey: key.body.key,
    totp: setup.body.secret,
    accessToken: nora.token,
    samToken: sam.token,
    refreshToken: nora.refreshToken,
    nextRefreshToken: String(renewed.body.refreshToken),
    nextAccessToken: renewed.body.accessToken,
    ticket: new URL(live.socket.url).searchParams.get('ticket') ?? '',
  }
  for (const [name, secret] of Object.entries(secrets)) expect([name, secret.length > 8]).toEqual([name, true])

  const lying = filesBelow(data).flatMap((path) => {
    const content = contentOf(path)
    return Object.entries(secrets).flatMap(([name, secret]) => (content.includes(secret) ? [`${name} in ${path}`] : []))
  })
  expect(lying).toEqual([])

  await app.stop()
  const words = [...app.output, app.complaints()]
  const shown = Object.entries(secrets).flatMap(([name, secret]) =>
    words.filter((line) => line.includes(secret)).map((line) => `${name}: ${line}`),
  )
  expect(shown).toEqual([])
  expect(app.logs.filter(({ level }) => level === 'not-json')).toEqual([])
  const withCode = app.output.filter((line) => line.includes(claimCode))
  expect(withCode).toHaveLength(1)
  expect(withCode[0]).toContain('"listening"')
})

test('answers never carry a password, a key of a source, or what seals it', async () => {
  const { app, owner: nora } = await claimedInTest()
  const jelly = await jellyfinInTest()
  await app.addJellyfin(nora, 'Jelly', jelly)
  await app.person(nora, 'Sam', 'staff')
  const paths = ['/sources', '/users', '/me', '/audit-logs', '/api-keys', '/system', '/settings', '/me/sign-ins']
  for (const path of paths) {
    const text = JSON.stringify((await app.api('GET', path, undefined, nora.token)).body)
    expect([path, text.includes(jelly.apiKey)]).toEqual([path, false])
    expect([path, /argon2|passwordHash|secretId|chosen by/i.test(text)]).toEqual([path, false])
  }
})
