import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { openBox } from './box.ts'

const writeUntilKilled = async (folder: string, after: number): Promise<number[]> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'writer.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'close')
  const safe: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    safe.push(Number(line))
    if (safe.length === after) child.kill('SIGKILL')
  }
  await gone
  return safe
}

it('loses no entry that was acknowledged when it is killed, and the chain holds', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'belfry-crash-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const safe = [...(await writeUntilKilled(folder, 20)), ...(await writeUntilKilled(folder, 33))]
  const box = await openBox({ folder, at: Date.now() })
  const body = { code: box.people.claimCode(), username: 'Ada', password: 'correct horse battery' }
  expect((await box.ask('POST', '/claim', { body })).status).toBe(201)
  const token = (await box.ask('POST', '/auth/login', { body: { username: body.username, password: body.password } }))
    .body.accessToken
  const kept = new Set((box.db.prepare('SELECT id FROM audit_log').all() as { id: number }[]).map(({ id }) => id))
  expect(safe.filter((id) => !kept.has(id))).toEqual([])
  expect((await box.ask('GET', '/audit-logs/verify', { token })).body).toMatchObject({ ok: true, problem: null })
})
