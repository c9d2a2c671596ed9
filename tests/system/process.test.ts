import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { launch } from './appliance.ts'
import { allOf, owner } from './client.ts'
import { claimedInTest, dataInTest, jellyfinInTest, startInTest } from './running.ts'

/** The process must not come up: its exit and what it says, which is one sentence. */
const refusalOf = async (data: string, env: Record<string, string>) => {
  const running = launch(data, env)
  onTestFinished(() => running.signal('SIGKILL'))
  const { code } = await running.exited
  return { code, words: running.complaints() }
}

describe('SIGTERM', () => {
  test('ends with code 0 while pages are open, a source hangs and calls are under way, and keeps everything', async () => {
    const data = dataInTest()
    const { app, owner: nora } = await claimedInTest({ data })
    const jelly = await jellyfinInTest()
    const source = await app.addJellyfin(nora, 'Jelly', jelly)
    await app.person(nora, 'Sam', 'support')
    await app.api('PUT', '/settings', { siteName: 'The attic' }, nora.token)
    const live = await app.live(nora.token)
    jelly.faults.set('hang')
    const asked = jelly.next('request')
    const refreshing = app.api('POST', `/sources/${source.id}/refresh`, undefined, nora.token).catch(() => null)
    await asked
    const { code } = await app.stop()
    expect(code).toBe(0)
    expect((await live.closed).code).toBeGreaterThan(1000)
    await refreshing
    expect(existsSync(join(data, 'belfry.db-wal'))).toBe(false)

    const again = await startInTest({ data })
    const signed = await again.signIn(owner.username, owner.password)
    expect((await again.api('GET', '/settings', undefined, signed.token)).body).toMatchObject({ siteName: 'The attic' })
    expect((await allOf<{ name: string }>(again, '/sources', signed.token)).map(({ name }) => name)).toContain('Jelly')
    await again.signIn('sam', 'chosen by Sam')
    expect((await again.api('GET', '/me', undefined, nora.token)).status).toBe(200)
  })

  test('ends with code 0 right after the start', async () => {
    const app = await startInTest()
    expect(await app.stop()).toMatchObject({ code: 0, signal: null })
    expect(app.complaints()).toBe('')
  })
})

describe('a bad environment stops the boot with a sentence that names the variable', () => {
  const bad: [string, Record<string, string>][] = [
    ['BELFRY_PORT', { BELFRY_PORT: 'eighty' }],
    ['BELFRY_PORT', { BELFRY_PORT: '70000' }],
    ['BELFRY_HTTPS_PORT', { BELFRY_HTTPS_PORT: '-1' }],
    ['BELFRY_MQTT_PORT', { BELFRY_MQTT_PORT: '1.5' }],
    ['BELFRY_PUBLIC_URL', { BELFRY_PUBLIC_URL: 'belfry.example.org' }],
    ['BELFRY_TRUSTED_PROXIES', { BELFRY_TRUSTED_PROXIES: '10.0.0.0/99' }],
    ['BELFRY_MQTT_URL', { BELFRY_MQTT_URL: 'http://broker' }],
    ['BELFRY_CLAIM_CODE', { BELFRY_CLAIM_CODE: '?' }],
    ['BELFRY_LOG', { BELFRY_LOG: 'loud' }],
    ['BELFRY_TLS_KEY', { BELFRY_TLS_CERT: '/nowhere/cert.pem' }],
    [
      'BELFRY_TLS_CERT',
      { BELFRY_TLS_CERT: '/nowhere/c.pem', BELFRY_TLS_KEY: '/nowhere/k.pem', BELFRY_HTTPS_PORT: '0' },
    ],
    ['BELFRY_HOST', { BELFRY_HOST: '198.51.100.1' }],
  ]
  test.for(bad)('%s in %o', async ([name, env]) => {
    const { code, words } = await refusalOf(dataInTest(), env)
    expect(words).toContain(name)
    expect(words).not.toMatch(/^\s+at /m)
    expect(words.trim().split('\n')).toHaveLength(1)
    expect(code).toBe(78)
  })

  test('an empty variable counts as absent', async () => {
    const app = await startInTest({ env: { BELFRY_PUBLIC_URL: '', BELFRY_LOG: '', BELFRY_HTTPS_PORT: '' } })
    expect(app.port).toBeGreaterThan(0)
  })
})

describe('a place that is taken', () => {
  test('a port in use is said in a sentence', async () => {
    const squatter = createServer()
    await new Promise<void>((done) => squatter.listen(0, '127.0.0.1', done))
    onTestFinished(() => void squatter.close())
    const port = String((squatter.address() as { port: number }).port)
    const { code, words } = await refusalOf(dataInTest(), { BELFRY_PORT: port })
    expect(words).toContain(port)
    expect(words).toContain('BELFRY_PORT')
    expect(words).not.toMatch(/^\s+at /m)
    expect(code).toBe(78)
  })

  test('a second appliance on the same data folder is refused, and the first goes on', async () => {
    const data = dataInTest()
    const { app, owner: nora } = await claimedInTest({ data })
    const { code, words } = await refusalOf(data, {})
    expect(code).toBe(78)
    expect(words).toContain(data)
    expect((await app.api('PUT', '/settings', { siteName: 'Still here' }, nora.token)).status).toBe(200)
  })

  test('a data folder that is a file is refused', async () => {
    const file = join(dataInTest(), 'data')
    writeFileSync(file, 'not a folder')
    const { code, words } = await refusalOf(file, {})
    expect([code, words.includes('BELFRY_DATA')]).toEqual([78, true])
  })

  test('another master key than the one that sealed the secrets is refused', async () => {
    const data = dataInTest()
    const { app } = await claimedInTest({ data })
    await app.stop()
    const other = join(data, 'other.key')
    mkdirSync(join(data, 'kept'), { recursive: true })
    writeFileSync(other, Buffer.alloc(32, 7), { mode: 0o400 })
    const { code, words } = await refusalOf(data, { BELFRY_MASTER_KEY_FILE: other })
    expect(words).toMatch(/key/i)
    expect(words).not.toMatch(/^\s+at /m)
    expect(code).toBe(78)
  })
})
