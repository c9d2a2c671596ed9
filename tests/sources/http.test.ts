import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { createHttpClient, peekFingerprint } from '../../appliance/sources/http.ts'
import { UpstreamError } from '../../appliance/sources/upstream-error.ts'

const folder = mkdtempSync(join(tmpdir(), 'belfry-http-'))
const pair = { key: '', cert: '', fingerprint: '' }
const servers: http.Server[] = []

beforeAll(() => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const subject = ['-days', '2', '-subj', '/CN=box', '-addext', 'subjectAltName=IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', '-nodes', ...curve, ...subject, '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  pair.key = readFileSync(key, 'utf8')
  pair.cert = readFileSync(cert, 'utf8')
  pair.fingerprint = new X509Certificate(pair.cert).fingerprint256
})

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

afterAll(() => rmSync(folder, { recursive: true }))

const serve = async (listener: http.RequestListener, secure = false): Promise<URL> => {
  const server = secure ? https.createServer(pair, listener) : http.createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return new URL(`${secure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

const failure = async (work: Promise<unknown>): Promise<UpstreamError> => {
  const error = await work.then(
    () => null,
    (cause: unknown) => cause,
  )
  expect(error).toBeInstanceOf(UpstreamError)
  return error as UpstreamError
}

const anything = z.object({ a: z.number() })

test('a JSON answer is parsed by its schema', async () => {
  const client = createHttpClient({ baseUrl: await serve((_, answer) => answer.end('{"a":1,"b":2}')) })
  expect(await client.json({ path: '/' }, anything)).toEqual({ a: 1 })
})

test.each([
  ['HTML', '<html><body>Welcome</body></html>'],
  ['another shape', '{"a":"one"}'],
  ['an empty body', ''],
])('%s counts as a failed read, not as an empty answer', async (_, body) => {
  const client = createHttpClient({ baseUrl: await serve((_request, answer) => answer.end(body)) })
  expect((await failure(client.json({ path: '/' }, anything))).state).toBe('degraded')
})

test('a server that hangs is given up after the time-out', async () => {
  const client = createHttpClient({ baseUrl: await serve(() => undefined) })
  expect((await failure(client.send({ path: '/', timeoutMs: 50 }))).code).toBe('upstream_timeout')
})

test('a server that sends its head and then hangs is given up as well', async () => {
  const baseUrl = await serve((_, answer) => answer.write('{"a":'))
  expect((await failure(createHttpClient({ baseUrl }).send({ path: '/', timeoutMs: 80 }))).code).toBe(
    'upstream_timeout',
  )
})

test('an answer without an end is cut at the size cap, long before it fills the memory', async () => {
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const baseUrl = await serve((_, answer) => {
    const more = () => {
      while (!answer.destroyed && answer.write(chunk));
      if (!answer.destroyed) answer.once('drain', more)
    }
    more()
  })
  const error = await failure(createHttpClient({ baseUrl }).send({ path: '/', maxBytes: 1_000_000 }))
  expect(error.message).toContain('larger than 1 MB')
})

test('a connection that closes half way is not taken for the whole answer', async () => {
  const baseUrl = await serve((_, answer) => {
    answer.writeHead(200, { 'content-length': '1000' })
    answer.write('{"a":1}', () => answer.destroy())
  })
  expect((await failure(createHttpClient({ baseUrl }).send({ path: '/' }))).state).toBe('unreachable')
})

test('nobody listening is said in a sentence', async () => {
  const baseUrl = await serve(() => undefined)
  await new Promise((resolve) => servers.pop()?.close(resolve))
  const error = await failure(createHttpClient({ baseUrl }).send({ path: '/' }))
  expect([error.state, error.message]).toEqual(['unreachable', 'Connection refused: nothing listens at that address.'])
})

test.each([
  [401, 'unauthorized'],
  [403, 'unauthorized'],
  [500, 'degraded'],
])('status %i makes the source %s', async (status, state) => {
  const baseUrl = await serve((_, answer) => answer.writeHead(status).end('no'))
  expect((await failure(createHttpClient({ baseUrl }).send({ path: '/' }))).state).toBe(state)
})

test('a certificate that nobody vouches for is untrusted until its fingerprint is pinned', async () => {
  const baseUrl = await serve((_, answer) => answer.end('{"a":1}'), true)
  expect((await failure(createHttpClient({ baseUrl }).send({ path: '/' }))).state).toBe('untrusted')
  const { fingerprint } = pair
  expect(await peekFingerprint(baseUrl)).toBe(fingerprint)
  expect(await createHttpClient({ baseUrl, fingerprint }).json({ path: '/' }, anything)).toEqual({ a: 1 })
})

test('a server with another certificate than the pinned one never sees the token', async () => {
  const seen: string[] = []
  const baseUrl = await serve((request, answer) => {
    seen.push(String(request.headers.authorization))
    answer.end('{}')
  }, true)
  const fingerprint = pair.fingerprint.replace(/^../, pair.fingerprint.startsWith('00') ? '11' : '00')
  const client = createHttpClient({ baseUrl, fingerprint, headers: { authorization: 'secret' } })
  const error = await failure(client.send({ path: '/' }))
  expect([error.state, seen]).toEqual(['untrusted', []])
  expect(error.message).toContain(pair.fingerprint)
})

test('plain HTTP behind an https address is said in words', async () => {
  const plain = await serve((_, answer) => answer.end('{}'))
  const error = await failure(
    createHttpClient({ baseUrl: new URL(plain.href.replace('http:', 'https:')) }).send({ path: '/' }),
  )
  expect(error.state).toBe('unreachable')
  expect(error.message).toContain('TLS')
})

test('aborting ends a stream and frees its socket', async () => {
  const closed = Promise.withResolvers<void>()
  const baseUrl = await serve((_, answer) => {
    answer.write('line\n')
    answer.on('close', closed.resolve)
  })
  const stopping = new AbortController()
  const { body } = await createHttpClient({ baseUrl }).stream({ path: '/', signal: stopping.signal })
  body.on('error', () => undefined)
  stopping.abort()
  await closed.promise
  expect(body.destroyed).toBe(true)
})
