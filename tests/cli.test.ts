import { execFile } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { dataFolder } from './store/data-folder.ts'
import { claimCode, node, root } from './system/appliance.ts'
import { owner } from './system/client.ts'
import { claimedInTest, startInTest } from './system/running.ts'

interface Result {
  code: number
  out: string
  err: string
}

const belfryWith = (env: Record<string, string>, ...args: string[]): Promise<Result> =>
  new Promise((resolve) => {
    const options = { cwd: root, env: { PATH: process.env['PATH'] ?? '', BELFRY_PORT: '0', ...env } }
    execFile(node, ['appliance/cli.ts', ...args], options, (error, out, err) =>
      resolve({
        code: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
        out: out.trim(),
        err: err.trim(),
      }),
    )
  })
const belfry = (data: string, ...args: string[]) => belfryWith({ BELFRY_DATA: data }, ...args)

interface Findings {
  findings: { name: string; state: string; says: string; advice?: string }[]
}
const doctor = async (env: Record<string, string>) => {
  const { code, out } = await belfryWith(env, 'doctor', '--json')
  const { findings } = JSON.parse(out) as Findings
  return { code, stateOf: (name: string) => findings.find((one) => one.name === name)?.state, findings }
}

describe('calling belfry', { timeout: 60_000 }, () => {
  it('says what it can do, for every command too', async () => {
    const help = await belfry(dataFolder(), '--help')
    expect(help.code).toBe(0)
    const names = ['status', 'claim-code', 'backup', 'restore', 'doctor', 'reset-password', 'rotate-key']
    for (const name of names) expect(help.out).toContain(`belfry ${name}`)
    expect((await belfry(dataFolder(), 'restore', '--help')).out).toContain('belfry restore FILE')
  })

  it('ends with 64 for a wrong call, and with 78 for a wrong environment', async () => {
    for (const args of [[], ['dance'], ['backup'], ['backup', 'a', 'b'], ['status', '--loud']]) {
      expect([args, (await belfry(dataFolder(), ...args)).code]).toEqual([args, 64])
    }
    const { code, err } = await belfryWith({ BELFRY_DATA: dataFolder(), BELFRY_PORT: 'high' }, 'status')
    expect(code).toBe(78)
    expect(err).toContain('BELFRY_PORT')
  })
})

describe('beside an appliance that does not run', { timeout: 60_000 }, () => {
  it('status says so, with 3', async () => {
    const { code, out } = await belfry(dataFolder(), 'status')
    expect([code, out.split('\n')[0]]).toEqual([3, 'Belfry is not running.'])
  })

  it('claim-code makes the code that the first start will have', async () => {
    const data = dataFolder()
    const { code, out } = await belfry(data, 'claim-code')
    expect(code).toBe(0)
    const app = await startInTest({ data, env: { BELFRY_CLAIM_CODE: undefined } })
    expect(app.claimCode).toBe(out)
  })

  it('backup and restore go back to what was', async () => {
    const data = dataFolder()
    const file = join(dataFolder(), 'copy.db.gz')
    const then = await belfry(data, 'claim-code')
    expect((await belfry(data, 'backup', file)).code).toBe(0)
    await belfryWith({ BELFRY_DATA: data, BELFRY_CLAIM_CODE: 'ANOTHER-ONE' }, 'claim-code')
    const restored = await belfry(data, 'restore', file)
    expect([restored.code, restored.out]).toEqual([0, expect.stringContaining('belfry.db.before-restore')])
    expect((await belfry(data, 'claim-code')).out).toBe(then.out)
  })

  it('restore brings back a box whose database is beyond repair', async () => {
    const data = dataFolder()
    const file = join(dataFolder(), 'copy.db.gz')
    const then = await belfry(data, 'claim-code')
    await belfry(data, 'backup', file)
    writeFileSync(join(data, 'belfry.db'), Buffer.alloc(50_000, 7))
    const refused = await belfry(data, 'claim-code')
    expect([refused.code, refused.err]).toEqual([78, expect.stringContaining('belfry restore')])
    expect((await belfry(data, 'restore', file)).code).toBe(0)
    expect((await belfry(data, 'claim-code')).out).toBe(then.out)
  })

  it('a file that is no backup is refused with a sentence', async () => {
    const data = dataFolder()
    const file = join(data, 'letter.txt')
    writeFileSync(file, 'Dear box')
    expect(await belfry(data, 'restore', file)).toEqual({
      code: 1,
      out: '',
      err: 'belfry: This is not a backup of Belfry.',
    })
    expect((await belfry(data, 'backup', join(data, 'copy.gz'))).code).toBe(1)
  })
})

describe('beside a running appliance', { timeout: 60_000 }, () => {
  it('status tells where it answers, and claim-code its code, until it is claimed', async () => {
    const app = await startInTest()
    const status = JSON.parse((await belfry(app.data, 'status', '--json')).out)
    expect(status).toMatchObject({ running: true, pid: app.pid, health: { status: 'ok' } })
    expect(new URL(status.url).port).toBe(String(app.port))
    expect((await belfry(app.data, 'claim-code')).out).toBe(claimCode)
    await app.claim(claimCode)
    const { code, out, err } = await belfry(app.data, 'claim-code')
    expect([code, out, err]).toEqual([1, '', 'This box is claimed already: there is no code.'])
  })

  it('reset-password lets somebody in again, who must choose a password', async () => {
    const { app } = await claimedInTest()
    const { code, out } = await belfry(app.data, 'reset-password', owner.username, '--json')
    expect(code).toBe(0)
    const { password } = JSON.parse(out) as { password: string }
    expect(await app.refusal('POST', '/auth/login', owner)).toBe('invalid_credentials')
    const signed = await app.signIn(owner.username, password)
    expect(await app.refusal('GET', '/users', undefined, signed.token)).toBe('password_change_required')
    const unknown = await belfry(app.data, 'reset-password', 'nobody')
    expect([unknown.code, unknown.err]).toEqual([1, expect.stringMatching(/^belfry: [A-Z].*\.$/)])
  })

  it('rotate-key is noticed by it, before and after a restart', async () => {
    const { app, owner: nora } = await claimedInTest({ data: dataFolder() })
    const keyFile = join(app.data, 'master.key')
    const before = readFileSync(keyFile, 'utf8')
    expect((await belfry(app.data, 'rotate-key')).code).toBe(0)
    expect(readFileSync(keyFile, 'utf8')).not.toBe(before)
    expect(statSync(keyFile).mode & 0o777).toBe(0o400)
    const body = { kind: 'docker', name: 'Bench', url: 'unix:///nowhere/docker.sock', credentials: {} }
    expect((await app.api('POST', '/sources', body, nora.token)).status).toBe(201)
    await app.stop()
    const again = await startInTest({ data: app.data })
    expect((await again.signIn(owner.username, owner.password)).username).toBe(owner.username)
  })

  it('restore lays the backup ready for the next start', async () => {
    const { app, owner: nora } = await claimedInTest({ data: dataFolder() })
    const file = join(dataFolder(), 'copy.db')
    expect((await belfry(app.data, 'backup', file)).code).toBe(0)
    await app.api('PUT', '/settings', { siteName: 'Changed' }, nora.token)
    const restored = await belfry(app.data, 'restore', file)
    expect([restored.code, restored.out]).toEqual([0, expect.stringContaining('lies ready')])
    expect((await app.api('GET', '/settings', undefined, nora.token)).body['siteName']).toBe('Changed')
    await app.stop()
    const again = await startInTest({ data: app.data })
    const signed = await again.signIn(owner.username, owner.password)
    expect((await again.api('GET', '/settings', undefined, signed.token)).body['siteName']).toBe('Belfry')
  })

  it('doctor finds it well', async () => {
    const { app } = await claimedInTest()
    const { code, stateOf } = await doctor({ BELFRY_DATA: app.data })
    expect([stateOf('port'), stateOf('database'), stateOf('master key'), code]).toEqual(['fine', 'fine', 'fine', 0])
  })
})

describe('the doctor', { timeout: 60_000 }, () => {
  it('says what is bad and what to do, and ends with 1', async () => {
    const data = dataFolder()
    await belfry(data, 'claim-code')
    const taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '0.0.0.0', resolve))
    onTestFinished(() => void taken.close())
    const { port } = taken.address() as AddressInfo
    const keyFile = join(data, 'gone.key')
    const env = { BELFRY_DATA: data, BELFRY_PORT: String(port), BELFRY_MASTER_KEY_FILE: keyFile }
    const { code, stateOf, findings } = await doctor(env)
    expect([code, stateOf('port'), stateOf('master key'), stateOf('database')]).toEqual([
      1,
      'trouble',
      'trouble',
      'fine',
    ])
    for (const { state, advice } of findings) if (state !== 'fine') expect(advice).toMatch(/\.$/)
    writeFileSync(join(data, 'belfry.db'), Buffer.alloc(50_000, 7))
    expect((await doctor({ BELFRY_DATA: data })).stateOf('database')).toBe('trouble')
  })
})
