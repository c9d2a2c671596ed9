import { expect, it } from 'vitest'
import { addPerson, adminPassword, claimed, codeOf, day, minute, openBox, signIn } from './box.ts'

type Claimed = Awaited<ReturnType<typeof claimed>>
const read = async (box: Claimed, query = '') =>
  (await box.ask('GET', `/audit-logs${query}`, { token: box.admin.accessToken })).body
const check = async (box: Claimed) =>
  (await box.ask('GET', '/audit-logs/verify', { token: box.admin.accessToken })).body

const write = (box: Claimed, action: string, more: Partial<Parameters<Claimed['people']['audit']['open']>[0]> = {}) => {
  const id = box.people.audit.open({
    ...{ actor: { id: 'x1', name: 'Xaver', via: 'access-token' }, address: '192.0.2.9', agent: 'curl', action },
    ...more,
  })
  box.people.audit.complete(id, 'success')
  return id
}

it('writes every change down with who, from where, on what and the outcome', async () => {
  const box = await claimed()
  const maya = await addPerson(box, 'Maya', 'support')
  await box.ask('DELETE', `/users/${box.adminId}`, { token: box.admin.accessToken })
  const { items } = await read(box)
  expect(items[0]).toMatchObject({
    actor: { id: box.adminId, name: 'Ada', via: 'access-token' },
    ...{ address: '192.0.2.1', agent: 'a test', action: 'person.delete', outcome: 'self_protection' },
    target: { kind: 'person', id: box.adminId, name: 'Ada' },
  })
  const actions = items.map(({ action }: { action: string }) => action)
  for (const action of ['box.claim', 'person.create', 'person.sign-in', 'person.password'])
    expect(actions).toContain(action)
  expect(items.find((one: { action: string }) => one.action === 'person.create').target.id).toBe(maya.id)
})

it('writes sign-in attempts down, right and wrong, and never a password', async () => {
  const box = await claimed()
  await box.ask('POST', '/auth/login', { body: { username: 'Ada', password: 'wrong-secret-guess' } })
  await box.ask('POST', '/auth/login', { body: { username: 'my-password-typed-here', password: 'x' } })
  const { items } = await read(box, '?action=person.sign-in')
  expect(items.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
    'invalid_credentials',
    'invalid_credentials',
    'success',
  ])
  expect(items[1].target).toMatchObject({ kind: 'person', id: box.adminId, name: 'Ada' })
  expect(items[0].target).toBeNull()
  const dump = JSON.stringify(box.db.prepare('SELECT * FROM audit_log').all())
  for (const secret of [adminPassword, 'wrong-secret-guess', 'my-password-typed-here'])
    expect(dump).not.toContain(secret)
})

it('leaves an entry as requested when the process dies before its end', async () => {
  const box = await claimed()
  const opened = { actor: { id: null, name: 'nobody', via: 'public' }, address: '', agent: '', action: 'machine.stop' }
  const id = box.people.audit.open(opened)
  expect((await read(box, '?outcome=requested')).items).toMatchObject([{ id, completedAt: null }])
  expect((await check(box)).ok).toBe(true)
  box.people.audit.complete(id, 'ignored', { target: { kind: 'machine', id: 'm1', name: 'Box' } })
  expect((await read(box, '?target=m1')).items).toMatchObject([{ id, outcome: 'ignored' }])
  expect(() => box.people.audit.complete(id, 'success')).toThrow()
  expect((await check(box)).ok).toBe(true)
})

it('keeps secrets out of the details, whoever puts them in', async () => {
  const box = await claimed()
  write(box, 'source.create', {
    details: {
      token: 'abc-secret',
      nested: { apiKey: 'abc-secret' },
      url: 'http://x/?X-Plex-Token=abc-secret',
      readOnly: true,
    },
  })
  const { items } = await read(box, '?action=source')
  expect(JSON.stringify(items)).not.toContain('abc-secret')
  expect(items[0].details).toMatchObject({ token: '***', nested: { apiKey: '***' }, readOnly: true })
})

it('filters by actor, action, target, outcome and time, and searches any text in any case', async () => {
  const box = await claimed()
  write(box, 'source.create', {
    target: { kind: 'source', id: 's1', name: 'Jellyfin im Büro' },
    details: { url: 'http://10.0.0.5' },
  })
  box.clock.at += minute
  write(box, 'sources.other', { actor: { id: 'y', name: 'Łukasz', via: 'api-key' } })
  const ids = async (query: string) => (await read(box, `?${query}`)).items.map((one: { action: string }) => one.action)
  expect(await ids('actor=x1')).toEqual(['source.create'])
  expect(await ids(`actor=${encodeURIComponent('łUKASZ')}`)).toEqual(['sources.other'])
  expect(await ids('action=source')).toEqual(['source.create'])
  expect(await ids('target=s1')).toEqual(['source.create'])
  expect(await ids(`target=${encodeURIComponent('jellyfin im büro')}`)).toEqual(['source.create'])
  expect(await ids(`q=${encodeURIComponent('BÜRO')}`)).toEqual(['source.create'])
  expect(await ids('q=10.0.0.5')).toEqual(['source.create'])
  expect(await ids(`q=${encodeURIComponent('%')}`)).toEqual([])
  expect(await ids(`from=${new Date(box.now()).toISOString()}`)).toEqual(['sources.other'])
  expect(await ids(`actor=x1&to=${new Date(box.now() - 1).toISOString()}`)).toEqual(['source.create'])
  expect(await ids('outcome=already_claimed')).toEqual([])
})

it('pages from newest to oldest without gaps while new entries come', async () => {
  const box = await claimed()
  for (let i = 0; i < 25; i++) write(box, `test.${i}`)
  const seen: number[] = []
  for (let cursor = ''; ; ) {
    const page = await read(box, `?action=test&limit=10${cursor}`)
    seen.push(...page.items.map(({ id }: { id: number }) => id))
    write(box, 'test.later')
    if (page.next === null) break
    cursor = `&cursor=${page.next}`
  }
  expect(seen).toHaveLength(25)
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a))
  const bad = await box.ask('GET', '/audit-logs?cursor=abc', { token: box.admin.accessToken })
  expect([bad.status, codeOf(bad)]).toEqual([400, 'invalid_request'])
})

it('streams everything as CSV and as JSON lines, with formulas made harmless', async () => {
  const box = await claimed()
  for (let i = 0; i < 1200; i++) write(box, `bulk.${i}`)
  write(box, 'bulk.formula', {
    actor: { id: 'z', name: '=HYPERLINK("http://x","y")', via: 'api-key' },
    agent: '+1, "quoted"\nline',
  })
  const get = (format: string) =>
    box.ask('GET', `/audit-logs/export?format=${format}&action=bulk`, { token: box.admin.accessToken })
  const lines = (await get('ndjson')).body.trimEnd().split('\n')
  expect(lines).toHaveLength(1201)
  expect(JSON.parse(lines[0])).toMatchObject({ action: 'bulk.formula', outcome: 'success' })
  const csv = await get('csv')
  expect(csv.headers.get('content-type')).toContain('text/csv')
  expect(csv.headers.get('content-disposition')).toContain('.csv')
  expect(csv.body.split('\r\n')[0]).toMatch(/^id,at,actor,/)
  expect(csv.body).toContain(`"'=HYPERLINK(""http://x"",""y"")"`)
  expect(csv.body).toContain(`"'+1, ""quoted""\nline"`)
  expect(csv.body.split('\r\n').filter((line: string) => line.includes('bulk.'))).toHaveLength(1201)
})

it('is read with the grant for it and by nobody else', async () => {
  const box = await claimed()
  const reader = await addPerson(box, 'Sam', 'staff', { box: ['view-audit'] })
  const other = await addPerson(box, 'Sue', 'support')
  for (const path of ['/audit-logs', '/audit-logs/export', '/audit-logs/verify']) {
    expect((await box.ask('GET', path, { token: reader.token })).status).toBe(200)
    expect((await box.ask('GET', path, { token: other.token })).status).toBe(403)
    expect((await box.ask('GET', path)).status).toBe(401)
  }
})

it('finds whatever is changed behind its back', async () => {
  const tampering: [string, (box: Claimed, id: number) => void][] = [
    [
      'the action',
      (box, id) =>
        box.db.prepare(`UPDATE audit_log SET opened = replace(opened, 'test.one', 'test.two') WHERE id = ?`).run(id),
    ],
    [
      'the outcome',
      (box, id) =>
        box.db.prepare(`UPDATE audit_log SET closed = replace(closed, 'success', 'failure') WHERE id = ?`).run(id),
    ],
    [
      'the completion taken away',
      (box, id) => box.db.prepare('UPDATE audit_log SET closed = NULL, closed_seq = NULL WHERE id = ?').run(id),
    ],
    ['an entry taken out', (box, id) => box.db.prepare('DELETE FROM audit_log WHERE id = ?').run(id)],
    [
      'an entry and its links taken out',
      (box, id) => {
        box.db.prepare('DELETE FROM audit_log WHERE id = ?').run(id)
        box.db.prepare('DELETE FROM audit_chain WHERE entry_id = ?').run(id)
      },
    ],
    [
      'an entry put in',
      (box) => box.db.prepare(`INSERT INTO audit_log (id, opened) SELECT 99999, opened FROM audit_log LIMIT 1`).run(),
    ],
    [
      'the newest cut off',
      (box) => {
        const { seq } = box.db.prepare('SELECT max(seq) AS seq FROM audit_chain').get() as { seq: number }
        box.db.prepare('DELETE FROM audit_chain WHERE seq > ?').run(seq - 2)
        box.db.prepare('DELETE FROM audit_log WHERE id > ?').run(seq - 2)
        const { hash } = box.db.prepare('SELECT hash FROM audit_chain WHERE seq = ?').get(seq - 2) as { hash: string }
        box.db.prepare(`UPDATE audit_marks SET seq = ?, hash = ? WHERE name = 'head'`).run(seq - 2, hash)
      },
    ],
    [
      'the oldest cut off',
      (box) => {
        const { hash } = box.db.prepare('SELECT hash FROM audit_chain WHERE seq = 2').get() as { hash: string }
        box.db.prepare('DELETE FROM audit_chain WHERE seq <= 2').run()
        box.db.prepare('DELETE FROM audit_log WHERE id = 1').run()
        box.db.prepare(`INSERT INTO audit_marks VALUES ('anchor', 2, ?, 'made up')`).run(hash)
      },
    ],
  ]
  for (const [what, tamper] of tampering) {
    const box = await claimed()
    const id = write(box, 'test.one')
    write(box, 'test.last')
    expect([what, (await check(box)).ok]).toEqual([what, true])
    tamper(box, id)
    const found = await check(box)
    expect([what, found.ok]).toEqual([what, false])
    expect(found.problem.reason).toBeTypeOf('string')
  }
})

it('forgets what is older than asked for and stays verifiable', async () => {
  const at = Date.parse('2026-01-01T00:00:00.000Z')
  const box = await claimed({ at })
  write(box, 'test.old')
  const spanning = box.people.audit.open({
    actor: { id: null, name: 'nobody', via: 'public' },
    ...{ address: '', agent: '', action: 'test.spanning' },
  })
  box.clock.at += 40 * day
  box.people.audit.complete(spanning, 'success')
  write(box, 'test.new')
  await box.close()
  const later = await openBox({ folder: box.folder, at: box.clock.at, auditKeepDays: () => 30 })
  later.db.prepare('UPDATE people SET admin_since = ?').run(later.now())
  const admin = await signIn(later, 'Ada', adminPassword)
  const now = { ...box, ...later, admin }
  expect((await check(now)).ok).toBe(true)
  const actions = (await read(now, '?action=test')).items.map((one: { action: string }) => one.action)
  expect(actions).toEqual(['test.new', 'test.spanning'])
  write(now, 'test.newest')
  expect((await check(now)).ok).toBe(true)
  later.db.prepare(`UPDATE audit_log SET opened = replace(opened, 'spanning', 'spammed') WHERE id = ?`).run(spanning)
  expect((await check(now)).ok).toBe(false)
})
