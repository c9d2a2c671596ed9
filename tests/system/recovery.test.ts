import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Session } from '#protocol/session.ts'
import type { Backup, System } from '#protocol/system.ts'
import { claimCode } from './appliance.ts'
import { allOf, owner } from './client.ts'
import { claimedInTest, dataInTest, jellyfinInTest, startInTest } from './running.ts'

/** Writes noise over every page of the database behind its first. */
const corrupt = (data: string) => {
  const path = join(data, 'belfry.db')
  const noise = Buffer.alloc(2048, 0xa7)
  const pages = Math.floor(readFileSync(path).length / 4096)
  const file = openSync(path, 'r+')
  for (let page = 1; page < pages; page += 1) writeSync(file, noise, 0, noise.length, page * 4096 + 8)
  closeSync(file)
}

describe('a restart', () => {
  test('finds the sessions that go on, with the ids that they had', async () => {
    const data = dataInTest()
    const { app, owner: nora } = await claimedInTest({ data })
    const jelly = await jellyfinInTest()
    jelly.play({ user: 'ada' })
    jelly.play({ user: 'grace', paused: true })
    await app.addJellyfin(nora, 'Jelly', jelly)
    const before = (await allOf<Session>(app, '/sessions', nora.token)).map(({ id }) => id).sort()
    expect(before).toHaveLength(2)
    await app.kill()

    const again = await startInTest({ data })
    const live = await again.live(nora.token)
    const known = new Set(live.snapshot.sessions.map(({ id }) => id))
    while (known.size < 2) known.add((await live.next('session:started')).id)
    expect([...known].sort()).toEqual(before)
    const sessions = await allOf<Session>(again, '/sessions', nora.token)
    expect(sessions.map(({ user, state }) => [user, state]).sort()).toEqual([
      ['ada', 'playing'],
      ['grace', 'paused'],
    ])
  })
})

describe('a damaged database', () => {
  test('is replaced by the newest good copy, and the box says so', async () => {
    const data = dataInTest()
    const { app, owner: nora } = await claimedInTest({ data })
    await app.api('PUT', '/settings', { siteName: 'Before the copy' }, nora.token)
    const backup = await app.api<Backup>('POST', '/backups', {}, nora.token)
    expect(backup.status).toBeLessThan(300)
    await app.api('PUT', '/settings', { siteName: 'After the copy' }, nora.token)
    await app.stop()
    corrupt(data)

    const again = await startInTest({ data })
    const signed = await again.signIn(owner.username, owner.password)
    const system = await again.api<System>('GET', '/system', undefined, signed.token)
    expect(system.body.recovered).toMatchObject({ from: backup.body.name })
    expect((await again.api('GET', '/settings', undefined, signed.token)).body).toMatchObject({
      siteName: 'Before the copy',
    })
    expect(again.logs.some(({ level, msg }) => level === 'error' && msg.includes('older copy'))).toBe(true)
    expect(readdirSync(data).some((name) => name.startsWith('belfry.db.damaged-'))).toBe(true)
  })

  test('without any copy is refused with a sentence, and nothing is thrown away', async () => {
    const data = dataInTest()
    const { app } = await claimedInTest({ data })
    await app.stop()
    corrupt(data)
    for (const name of readdirSync(data)) {
      if (name === 'backups' || name.startsWith('belfry.db.')) rmSync(join(data, name), { recursive: true })
    }
    const before = readFileSync(join(data, 'belfry.db'))
    await expect(startInTest({ data })).rejects.toThrow(/ended with 78.*belfry restore/s)
    expect(readFileSync(join(data, 'belfry.db')).equals(before)).toBe(true)
  })
})

describe('a backup', () => {
  test('brings everything back, with secrets that still open', async () => {
    const data = dataInTest()
    const { app, owner: nora } = await claimedInTest({ data })
    const jelly = await jellyfinInTest()
    jelly.play({ user: 'ada' })
    await app.addJellyfin(nora, 'Jelly', jelly)
    const made = await app.api<Backup>('POST', '/backups', {}, nora.token)
    const listed = await allOf<Backup>(app, '/backups', nora.token)
    expect(listed.map(({ name }) => name)).toContain(made.body.name)
    const bytes = readFileSync(join(data, 'backups', made.body.name))
    expect(bytes.includes(jelly.apiKey)).toBe(false)

    await app.api('PUT', '/settings', { siteName: 'Written later' }, nora.token)
    const restored = await app.api('POST', '/backups/restore', { name: made.body.name }, nora.token)
    expect(restored.status).toBeLessThan(300)
    await app.stop()

    const again = await startInTest({ data, env: { BELFRY_CLAIM_CODE: claimCode } })
    expect(await again.refusal('GET', '/me', undefined, nora.token)).not.toBe('200')
    const signed = await again.signIn(owner.username, owner.password)
    expect((await again.api('GET', '/settings', undefined, signed.token)).body).not.toMatchObject({
      siteName: 'Written later',
    })
    const live = await again.live(signed.token)
    if (live.snapshot.sessions.length === 0) await live.next('session:started')
    expect((await allOf<Session>(again, '/sessions', signed.token)).map(({ user }) => user)).toEqual(['ada'])
  })
})
