import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { adminPassword, claimed, codeOf, minute, openBox, signIn } from './box.ts'

const body = (code: string | null, username = 'Ada') => ({ code, username, password: adminPassword })

it('shows a code of two groups without letters that look like others', async () => {
  const { people } = await openBox()
  expect(people.claimCode()).toMatch(/^[2-9A-HJ-KM-NP-TW-Z]{4}-[2-9A-HJ-KM-NP-TW-Z]{4}$/)
})

it('is claimed once, and answers 409 for ever after', async () => {
  const box = await openBox()
  const code = box.people.claimCode()
  expect((await box.ask('GET', '/claim')).body).toEqual({ claimed: false })
  const first = await box.ask('POST', '/claim', { body: body(code) })
  expect(first.status).toBe(201)
  expect(first.body.person).toMatchObject({ username: 'Ada', role: 'admin', mustChangePassword: false })
  const second = await box.ask('POST', '/claim', { body: body(code, 'Eve') })
  expect([second.status, codeOf(second)]).toEqual([409, 'already_claimed'])
  expect(box.people.claimCode()).toBeNull()
  expect((await box.ask('GET', '/claim')).body).toEqual({ claimed: true })
})

it('takes the code in any case, with or without dashes and spaces', async () => {
  const box = await openBox({ claimCode: '7KRD-M2QX' })
  expect((await box.ask('POST', '/claim', { body: body(' 7krd m2qx ') })).status).toBe(201)
})

it('lets one of two win who claim at the same moment', async () => {
  const box = await openBox()
  const code = box.people.claimCode()
  const both = await Promise.all(['Ada', 'Eve'].map((name) => box.ask('POST', '/claim', { body: body(code, name) })))
  expect(both.map(({ status }) => status).sort()).toEqual([201, 409])
})

it('slows down whoever guesses the code', async () => {
  const box = await openBox()
  const answers = []
  for (let i = 0; i < 7; i++) answers.push(await box.ask('POST', '/claim', { body: body('AAAA-AAAA') }))
  expect(answers.slice(0, 5).map(codeOf)).toEqual(Array(5).fill('invalid_code'))
  expect(answers[6]?.status).toBe(429)
  expect(Number(answers[6]?.headers.get('retry-after'))).toBeGreaterThan(0)
  box.clock.at += minute
  expect((await box.ask('POST', '/claim', { body: body(box.people.claimCode()) })).status).toBe(201)
})

it('keeps the code over a restart, sealed, and stays claimed over one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-claim-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const first = await openBox({ folder })
  const code = first.people.claimCode() as string
  const dump = JSON.stringify([
    first.db.prepare('SELECT * FROM secrets').all(),
    first.db.prepare('SELECT * FROM people_facts').all(),
  ])
  expect(dump).not.toContain(code)
  await first.close()
  const second = await openBox({ folder })
  expect(second.people.claimCode()).toBe(code)
  await second.ask('POST', '/claim', { body: body(code) })
  await second.close()
  const third = await openBox({ folder })
  expect(third.people.claimCode()).toBeNull()
  expect(codeOf(await third.ask('POST', '/claim', { body: body(code) }))).toBe('already_claimed')
})

it('wants twelve characters of an admin’s password and no unknown field', async () => {
  const box = await openBox()
  const code = box.people.claimCode()
  const short = await box.ask('POST', '/claim', { body: { code, username: 'Ada', password: 'elevenchars' } })
  expect([short.status, codeOf(short)]).toEqual([400, 'invalid_request'])
  const unknown = await box.ask('POST', '/claim', { body: { ...body(code), role: 'admin' } })
  expect(unknown.status).toBe(400)
  expect(unknown.body.error.message).toContain('role')
})

it('lets the admin sign in right after', async () => {
  const box = await claimed()
  const again = await signIn(box, 'ADA', adminPassword)
  expect(again.scope).toBe('full')
})
