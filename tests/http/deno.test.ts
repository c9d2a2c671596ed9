import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

test('the app runs under Deno: it uses web standards only', async () => {
  const deno = spawn(
    `${root}node_modules/.bin/deno`,
    ['run', '--allow-all', '--no-check', `${root}tests/http/deno-server.ts`],
    {
      cwd: root,
      env: { ...process.env, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const complaints: string[] = []
  deno.stderr.on('data', (chunk) => complaints.push(String(chunk)))
  try {
    const lines = createInterface({ input: deno.stdout })
    const [line] = await Promise.race([
      once(lines, 'line'),
      once(deno, 'exit').then(() => Promise.reject(new Error(complaints.join('')))),
    ])
    const base = `http://127.0.0.1:${String(line).replace('port ', '')}/api/v1`
    const where = await fetch(`${base}/where`)
    expect(where.status).toBe(200)
    expect(await where.json()).toMatchObject({ address: '127.0.0.1' })
    expect(where.headers.get('content-security-policy')).toContain("default-src 'self'")
    const refused = await fetch(`${base}/mine`)
    expect([refused.status, ((await refused.json()) as { error: { code: string } }).error.code]).toEqual([
      401,
      'unauthorized',
    ])
    expect((await fetch(`${base}/nothing`)).status).toBe(404)
  } finally {
    const gone = once(deno, 'exit')
    deno.kill('SIGKILL')
    await gone
  }
}, 60_000)
