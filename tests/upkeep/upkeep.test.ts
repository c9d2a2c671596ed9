import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createBackups } from '../../appliance/store/backup.ts'
import { createUpkeep, type UpkeepDeps } from '../../appliance/upkeep/index.ts'
import { createSettings, defaultSettings } from '../../appliance/upkeep/settings.ts'
import { dataFolder, open, readableLog, readRow, writeRow } from '../store/data-folder.ts'
import { memoryDatabase } from '../store/memory.ts'
import { adminsOnly, serveRoutes } from './served.ts'

const hour = 3600_000

const setUp = (change: Partial<UpkeepDeps> = {}) => {
  const folder = dataFolder()
  const store = open(folder)
  const clock = { now: Date.parse('2026-11-20T12:00:00Z') }
  const now = () => clock.now++
  const { log, lines } = readableLog()
  const backups = createBackups({ folder, now, masterKeyFile: join(folder, 'master.key') })
  const upkeep = createUpkeep({ db: store.db, backups, folder, log, now, can: adminsOnly, prune: [], ...change })
  let open_ = true
  const close = () => {
    if (open_) store.close()
    open_ = false
  }
  onTestFinished(close)
  return { folder, store, close, clock, lines, backups, upkeep, ...serveRoutes(upkeep.routes) }
}

describe('settings', () => {
  it('have defaults, and keep what is changed', () => {
    const db = memoryDatabase()
    const { log, lines } = readableLog()
    const settings = createSettings(db, log)
    expect(settings.get()).toEqual(defaultSettings())
    const heard: string[] = []
    settings.onChange((now, before) => heard.push(`${before.siteName} -> ${now.siteName}`))
    expect(settings.change({ siteName: 'Attic', maskNames: true })).toEqual({
      before: { siteName: 'Belfry' },
      after: { siteName: 'Attic' },
    })
    settings.change({ siteName: 'Attic' })
    expect(heard).toEqual(['Belfry -> Attic'])
    expect(createSettings(db, log).get().siteName).toBe('Attic')
    db.prepare("UPDATE settings SET value = '7' WHERE name = 'siteName'").run()
    expect(createSettings(db, log).get().siteName).toBe('Belfry')
    expect(lines.join()).toContain('siteName')
  })

  it('are whole for admins, and the shared part of them for others', async () => {
    const { ask, json } = setUp()
    const read = async (as: string) => (await ask('GET', '/settings', { as })).json()
    expect(await read('admin')).toEqual(defaultSettings())
    const { siteName, timeZone } = defaultSettings()
    expect(await read('member')).toEqual({ siteName, timeZone })
    expect((await json('GET', '/settings')).status).toBe(401)
  })

  it('are changed by admins, with what was before and after in the audit', async () => {
    const { json, rows, upkeep } = setUp()
    const { status, body } = await json('PUT', '/settings', { as: 'admin', body: { siteName: ' Attic ' } })
    expect([status, body.siteName, upkeep.siteName()]).toEqual([200, 'Attic', 'Attic'])
    expect(rows.at(-1)).toEqual({
      action: 'settings.change',
      outcome: 'success',
      details: { before: { siteName: 'Belfry' }, after: { siteName: 'Attic' } },
    })
    expect((await json('PUT', '/settings', { as: 'member', body: { siteName: 'Mine' } })).status).toBe(403)
    for (const wrong of [{ siteName: '' }, { timeZone: 'Nowhere/City' }, { colour: 'red' }, { backupsToKeep: 0 }, []]) {
      expect((await json('PUT', '/settings', { as: 'admin', body: wrong })).status).toBe(400)
    }
  })
})

describe('backups over the API', () => {
  it('are made, listed, downloaded, restored from their file, and deleted', async () => {
    const { ask, json, rows, store, folder, close } = setUp()
    writeRow(store, 'then')
    const made = await json('POST', '/backups', { as: 'admin' })
    expect(made).toMatchObject({ status: 201, body: { reason: 'asked' } })
    const { name } = made.body
    expect((await json('GET', '/backups', { as: 'admin' })).body).toMatchObject({ items: [made.body], next: null })
    const file = await ask('GET', `/backups/${name}/download`, { as: 'admin' })
    expect(file.headers.get('content-disposition')).toContain(name)
    const bytes = new Uint8Array(await file.arrayBuffer())
    expect(bytes.length).toBe(made.body.bytes)
    writeRow(store, 'now')
    const restored = await json('POST', '/backups/restore', { as: 'admin', body: bytes, type: 'application/gzip' })
    expect(restored).toMatchObject({ status: 202, body: { restartNeeded: true } })
    expect((await ask('DELETE', `/backups/${name}`, { as: 'admin' })).status).toBe(204)
    expect((await json('GET', '/backups', { as: 'admin' })).body.items).toEqual([])
    expect(rows.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'backup.create success',
      'backup.download success',
      'backup.restore success',
      'backup.delete success',
    ])
    close()
    const again = open(folder)
    expect(readRow(again)).toBe('then')
    again.close()
  })

  it('are restored by name, and the box restarts itself where it can', async () => {
    const restarted = Promise.withResolvers<void>()
    const { json } = setUp({ restart: restarted.resolve })
    const { body } = await json('POST', '/backups', { as: 'admin' })
    const answer = await json('POST', '/backups/restore', { as: 'admin', body: { name: body.name } })
    expect(answer.body.restartNeeded).toBe(false)
    await restarted.promise
  })

  it('refuse a wrong file, a wrong body, a path, and everybody but admins', async () => {
    const { json, ask, folder } = setUp()
    const restore = (body: unknown, type?: string) =>
      json('POST', '/backups/restore', { as: 'admin', body, ...(type ? { type } : {}) })
    expect(await restore(Buffer.from('nonsense'), 'application/octet-stream')).toMatchObject({ status: 400 })
    expect(await restore({ nothing: 1 })).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } })
    expect((await restore({ name: '../belfry.db' })).status).toBe(404)
    for (const path of ['..%2Fbelfry.db', '%2e%2e%2fbelfry.db', '..%5Cbelfry.db', 'belfry.db', 'x'.repeat(200)]) {
      const { status } = await ask('GET', `/backups/${path}/download`, { as: 'admin' })
      expect([400, 404]).toContain(status)
    }
    for (const [method, path] of [
      ['GET', '/backups'],
      ['POST', '/backups'],
      ['POST', '/backups/restore'],
    ] as const) {
      expect((await ask(method, path, { as: 'member' })).status).toBe(403)
      expect((await ask(method, path)).status).toBe(401)
    }
    expect(existsSync(join(folder, 'restore.pending'))).toBe(false)
    expect(existsSync(join(folder, 'restore.upload'))).toBe(false)
  })
})

describe('the nightly work', () => {
  it('waits until the box has settled, happens once a night at half past three, and is thinned', async () => {
    const { upkeep, clock, backups } = setUp()
    upkeep.settings.change({ backupsToKeep: 2, timeZone: 'Europe/Vienna' })
    const count = async (passMs: number) => {
      clock.now += passMs
      await upkeep.look()
      return backups.list().length
    }
    expect(await count(0)).toBe(0)
    expect(await count(16 * 60_000)).toBe(1)
    expect(await count(hour)).toBe(1)
    clock.now = Date.parse('2026-11-21T02:29:00Z')
    expect(await count(0)).toBe(1)
    expect(await count(2 * 60_000)).toBe(2)
    expect(await count(2 * 60_000)).toBe(2)
    expect(await count(24 * hour)).toBe(2)
  })

  it('prunes with the cut-offs of the settings, and one feature’s failure does not stop the next', async () => {
    const seen: unknown[] = []
    const fails = () => {
      throw new Error('table is gone')
    }
    const { upkeep, clock, lines } = setUp({ prune: [fails, (cutoffs) => seen.push(cutoffs)] })
    upkeep.settings.change({ vitalsKeepDays: 10, auditKeepDays: 100 })
    clock.now += hour
    const { now } = clock
    await upkeep.look()
    expect(seen).toEqual([
      { vitals: expect.closeTo(now - 240 * hour, -3), audit: expect.closeTo(now - 2400 * hour, -3) },
    ])
    expect(lines.join()).toContain('table is gone')
  })

  it('does nothing under a clock that has not found the time', async () => {
    const { upkeep, clock, backups } = setUp()
    clock.now = 5 * hour
    await upkeep.look()
    expect(backups.list()).toEqual([])
  })
})
