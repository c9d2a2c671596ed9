import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { createLog } from '../../../appliance/lib/log.ts'
import { createHttpClient } from '../../../appliance/sources/http.ts'
import { createPlexClient } from '../../../appliance/sources/plex/client.ts'
import { createEventParser } from '../../../appliance/sources/plex/events.ts'
import { createPush } from '../../../appliance/sources/plex/push.ts'
import { createWarmUp } from '../../../appliance/sources/plex/warm-up.ts'
import { type Notice, parseSessions } from '../../../appliance/sources/plex/wire.ts'
import { afterwards, deviceId } from './harness.ts'

const token = 'very-secret-token'

/** A server whose stream behaves as the test says; it has no socket. */
const serve = async (answer: (request: http.IncomingMessage, response: http.ServerResponse) => void) => {
  const asked: http.IncomingMessage[] = []
  const waiting = new Map<number, () => void>()
  const note = (request: http.IncomingMessage) => {
    asked.push(request)
    waiting.get(asked.length)?.()
  }
  const server = http.createServer((request, response) => {
    note(request)
    answer(request, response)
  })
  server.on('upgrade', (request, stream) => {
    note(request)
    stream.on('error', () => stream.destroy())
    stream.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  afterwards(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const reached = (count: number) =>
    new Promise<void>((resolve) => {
      waiting.set(count, resolve)
      if (asked.length >= count) resolve()
    })
  return { asked, reached, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const pushTo = (url: string, more: { silentAfterMs?: number; deafAfterMs?: number } = {}) => {
  const lines: string[] = []
  const baseUrl = new URL(url)
  const client = createHttpClient({ baseUrl })
  afterwards(() => client.close())
  const log = createLog('debug', { write: (line) => void lines.push(line) })
  const plex = createPlexClient({ http: client, token, deviceId })
  const push = createPush({ http: client, client: plex, baseUrl, token, log, ...more })
  const stopping = new AbortController()
  const notices: Notice[] = []
  const ready = Promise.withResolvers<void>()
  const taken = Promise.withResolvers<void>()
  const take = (notice: Notice) => {
    notices.push(notice)
    taken.resolve()
  }
  const ended = push.listen({ ready: ready.resolve, take }, stopping.signal)
  afterwards(() => stopping.abort())
  return { push, notices, lines, ready: ready.promise, taken: taken.promise, ended, stop: () => stopping.abort() }
}

const stream = (response: http.ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.flushHeaders()
}

const playing = 'event: playing\ndata: {"PlaySessionStateNotification":{"sessionKey":"1","state":"playing"}}\n\n'

test('the token goes in the header and not in the address', async () => {
  const { asked, url } = await serve((_, response) => {
    stream(response)
    response.write(playing)
  })
  const ear = pushTo(url)
  await ear.taken
  expect(asked[0]?.url).toBe(
    '/:/eventsource/notifications?filters=playing%2CtranscodeSession.start%2CtranscodeSession.end',
  )
  expect(asked[0]?.headers).toMatchObject({ 'x-plex-token': token, 'x-plex-client-identifier': deviceId })
  expect(ear.notices).toMatchObject([{ type: 'playing', plays: [{ sessionKey: '1' }] }])
})

test('a stream that wants the token in its address gets it there, and no log tells it', async () => {
  const { asked, url } = await serve((request, response) => {
    if (request.url?.includes(`X-Plex-Token=${token}`)) stream(response)
    else response.writeHead(401).end()
  })
  const ear = pushTo(url)
  await ear.ready
  expect(asked.map(({ headers }) => headers['x-plex-token'])).toEqual([token, undefined])
  expect(ear.lines.join('')).not.toContain(token)
})

test('where every way is refused, listening rests until it is stopped', async () => {
  const { asked, reached, url } = await serve((_, response) => response.writeHead(403).end())
  const ear = pushTo(url)
  await reached(4)
  ear.stop()
  await ear.ended
  expect(asked.map(({ url: path }) => path?.split('?')[0])).toEqual([
    '/:/eventsource/notifications',
    '/:/eventsource/notifications',
    '/:/websockets/notifications',
    '/:/websockets/notifications',
  ])
  expect(ear.lines.join('')).not.toContain(token)
})

test('a page instead of a stream is a refusal', async () => {
  const { reached, url } = await serve((_, response) => response.end('<html></html>'))
  const ear = pushTo(url)
  await reached(4)
  ear.stop()
  await ear.ended
})

test('a server that fails is no refusal: it is tried again the same way', async () => {
  const { asked, url } = await serve((_, response) => response.writeHead(503).end())
  await expect(pushTo(url).ended).rejects.toMatchObject({ status: 503 })
  expect(asked).toHaveLength(1)
})

test('a stream without any sign is given up', async () => {
  const { url } = await serve((_, response) => stream(response))
  const ear = pushTo(url, { silentAfterMs: 50 })
  await ear.ready
  await ear.ended
})

test('a stream that grows one event without end is given up', async () => {
  const { url } = await serve((_, response) => {
    stream(response)
    response.write(`data: ${'x'.repeat(1_100_000)}`)
  })
  await expect(pushTo(url).ended).rejects.toMatchObject({ state: 'degraded' })
})

test('a stream that does not tell what a read finds is left for the next way', async () => {
  const { reached, url } = await serve((_, response) => {
    stream(response)
    response.write('event: ping\ndata: {}\n\n')
  })
  const ear = pushTo(url, { deafAfterMs: 10 })
  await ear.taken
  ear.push.wasRead(true)
  await reached(2)
})

const eventsOf = (...chunks: string[]) => {
  const events: [string, string][] = []
  const parse = createEventParser((event, data) => void events.push([event, data]))
  for (const chunk of chunks) parse(chunk)
  return events
}

test('events are read however they are cut and whichever line ends they have', () => {
  const text = ': hello\nevent: playing\ndata: {"a":\ndata:1}\nid: 7\n\ndata: bare\n\nevent: lonely\n\ndata\n\n'
  const expected = [
    ['playing', '{"a":\n1}'],
    ['message', 'bare'],
    ['message', ''],
  ]
  expect(eventsOf(text)).toEqual(expected)
  expect(eventsOf(...text)).toEqual(expected)
  expect(eventsOf(...text.replaceAll('\n', '\r\n'))).toEqual(expected)
  expect(eventsOf(`${text.replaceAll('\n', '\r')}\n`)).toEqual(expected)
})

const coldWith = (keys: string[], names = {}) =>
  parseSessions({
    MediaContainer: {
      Metadata: keys.map((key) => ({
        sessionKey: key,
        TranscodeSession: { key, videoDecision: 'transcode', ...names },
      })),
    },
  })

test('a transcode without hardware is looked at once more, one with it is not', async () => {
  const looks: string[] = []
  const warmUp = createWarmUp(0)
  const looked = new Promise<void>((resolve) => {
    warmUp(coldWith(['a']), () => {
      looks.push('first')
      resolve()
    })
  })
  warmUp(coldWith(['a']), () => looks.push('again'))
  warmUp(coldWith(['a', 'b'], { transcodeHwEncoding: 'qsv' }), () => looks.push('warm'))
  await looked
  expect(looks).toEqual(['first'])
})
