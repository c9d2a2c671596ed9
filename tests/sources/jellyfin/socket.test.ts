import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { beforeAll, describe, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { createHttpClient } from '../../../appliance/sources/http.ts'
import { createJellyfinClient } from '../../../appliance/sources/jellyfin/client.ts'
import { createJellyfinPush } from '../../../appliance/sources/jellyfin/push.ts'
import { type Identity, makeCertificates } from '../../engines/certificates.ts'
import { connectTo, deviceId, failure, listen, never, quiet, sessionsOf, start } from './harness.ts'

type Headers = http.IncomingHttpHeaders
interface Asked {
  path: string
  headers: Headers
}

/** A server whose socket and doors behave as the test says. */
const serve = async (behaviour: {
  tls?: Identity
  socket?: (socket: WebSocket) => void
  lets?: (asked: Asked) => boolean
  answer?: (asked: Asked) => [status: number, body?: unknown]
}) => {
  const asked: Asked[] = []
  const listener: http.RequestListener = (request, response) => {
    const one = { path: request.url ?? '', headers: request.headers }
    asked.push(one)
    const [status, body] = behaviour.answer?.(one) ?? [404]
    response.writeHead(status).end(body === undefined ? '' : JSON.stringify(body))
  }
  const server = behaviour.tls ? https.createServer(behaviour.tls, listener) : http.createServer(listener)
  const gate = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, stream, head) => {
    const one = { path: request.url ?? '', headers: request.headers }
    asked.push(one)
    if (behaviour.lets?.(one) === false) stream.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
    else gate.handleUpgrade(request, stream, head, (socket) => behaviour.socket?.(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `${behaviour.tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = async () => {
    for (const client of gate.clients) client.terminate()
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url, asked, close }
}

const playing = { Id: 'd1', NowPlayingItem: { Id: 'i1', Name: 'Nosferatu', Type: 'TvChannel' } }

const withServer = async (
  behaviour: Parameters<typeof serve>[0],
  run: (served: Awaited<ReturnType<typeof serve>>) => Promise<void>,
) => {
  const served = await serve(behaviour)
  try {
    await run(served)
  } finally {
    await served.close()
  }
}

test('the key goes in the header and not in the address', async () => {
  const opened = Promise.withResolvers<void>()
  await withServer({ socket: () => opened.resolve() }, async ({ url, asked }) => {
    const ear = listen(connectTo(url, 'secret-key'))
    await opened.promise
    await ear.ready
    expect(asked[0]?.path).toBe(`/socket?deviceId=${deviceId}`)
    expect(asked[0]?.headers.authorization).toContain('Token="secret-key"')
  })
})

test('a socket that wants the key in its address gets it there', async () => {
  const lets = ({ path }: Asked) => path.includes('ApiKey=secret-key')
  await withServer({ lets }, async ({ url, asked }) => {
    await listen(connectTo(url, 'secret-key')).ready
    expect(asked.map(({ path }) => path.includes('ApiKey'))).toEqual([false, true])
  })
})

test('a socket that refuses us both ways means reading, and is no error', async () => {
  const lets = () => false
  await withServer({ lets }, async ({ url, asked }) => {
    const ear = listen(connectTo(url, 'secret-key'))
    await expect.poll(() => asked.length).toBe(2)
    ear.stop()
    expect(await ear.ended).toBeUndefined()
  })
})

test('keep-alives are sent at half the interval that the server asks for, and keep a silent socket open', async () => {
  const beats = Promise.withResolvers<void>()
  let count = 0
  const socket = (one: WebSocket) => {
    one.send(JSON.stringify({ MessageType: 'ForceKeepAlive', Data: 1 }))
    one.on('message', (data) => {
      if (JSON.parse(String(data)).MessageType !== 'KeepAlive') return
      one.send('{"MessageType":"KeepAlive"}')
      count += 1
      if (count === 5) beats.resolve()
    })
  }
  await withServer({ socket }, async ({ url }) => {
    const ear = listen(connectTo(url, 'k'))
    await beats.promise
    ear.stop()
    expect(await ear.ended).toBeUndefined()
  })
})

test('a socket on which not even keep-alives are answered is given up', async () => {
  const socket = (one: WebSocket) => one.send(JSON.stringify({ MessageType: 'ForceKeepAlive', Data: 1 }))
  await withServer({ socket }, async ({ url }) => {
    const ear = listen(connectTo(url, 'k'))
    await ear.ready
    expect(await ear.ended).toBeUndefined()
  })
})

test('frames of another kind are passed over, garbage too', async () => {
  const socket = (one: WebSocket) => {
    for (const text of ['not json', '7', '{"MessageType":"LibraryChanged","Data":{}}']) one.send(text)
    one.send(JSON.stringify({ MessageType: 'Sessions', Data: [playing] }))
  }
  await withServer({ socket }, async ({ url }) => {
    const ear = listen(connectTo(url, 'k'))
    expect(await ear.seen((sessions) => sessions.length > 0)).toMatchObject([{ title: 'Nosferatu', mediaType: 'live' }])
  })
})

test('a frame of the wrong shape ends the listening with a reason', async () => {
  const socket = (one: WebSocket) => one.send(JSON.stringify({ MessageType: 'Sessions', Data: { oh: 'no' } }))
  await withServer({ socket }, async ({ url }) => {
    expect(await listen(connectTo(url, 'k')).ended).toMatchObject({ state: 'degraded' })
  })
})

test('in a flood of large frames the last one counts', async () => {
  const padding = 'x'.repeat(5000)
  const flood = 200
  const socket = (one: WebSocket) => {
    for (let i = 1; i <= flood; i++) {
      const item = { ...playing.NowPlayingItem, Name: `Frame ${i}`, Overview: padding }
      one.send(JSON.stringify({ MessageType: 'Sessions', Data: [{ ...playing, NowPlayingItem: item }] }))
    }
  }
  await withServer({ socket }, async ({ url }) => {
    const ear = listen(connectTo(url, 'k'))
    await ear.seen(([session]) => session?.title === `Frame ${flood}`)
    expect(ear.count()).toBeLessThan(flood / 2)
  })
})

test('a server that takes only the old header is spoken to with it from then on', async () => {
  const answer = ({ path, headers }: Asked): [number, unknown?] => {
    if (path === '/System/Info/Public') return [200, { Id: 's1', ServerName: 'Old', Version: '10.8.0' }]
    if (headers['x-emby-token'] !== 'k') return [401]
    return [200, path === '/Sessions' ? [playing] : {}]
  }
  await withServer({ answer }, async ({ url, asked }) => {
    const connection = connectTo(url, 'k')
    await connection.identify(never())
    expect(await sessionsOf(connection)).toHaveLength(1)
    expect(asked.map(({ headers }) => Boolean(headers['x-emby-token']))).toEqual([false, false, true, true])
  })
})

test('a server that refuses both headers gets each of them once', async () => {
  const answer = ({ path }: Asked): [number, unknown?] =>
    path === '/System/Info/Public' ? [200, { Id: 's1', Version: '10.11.0' }] : [401]
  await withServer({ answer }, async ({ url, asked }) => {
    expect(await failure(connectTo(url, 'k').identify(never()))).toMatchObject({ state: 'unauthorized' })
    expect(asked).toHaveLength(3)
  })
})

test('an Emby server is recognised and refused with a sentence', async () => {
  const answer = (): [number, unknown] => [200, { Id: 'e1', ServerName: 'Cabin', Version: '4.9.1.0' }]
  await withServer({ answer }, async ({ url }) => {
    expect((await failure(connectTo(url, 'k').identify(never()))).message).toContain('Emby')
  })
})

test('a socket that is deaf to what a read found is given up', async () => {
  const closed = Promise.withResolvers<void>()
  const socket = (one: WebSocket) => one.on('close', closed.resolve)
  await withServer({ socket }, async ({ url }) => {
    const baseUrl = new URL(url)
    const http = createHttpClient({ baseUrl })
    const client = createJellyfinClient({ http, apiKey: 'k', deviceId })
    const push = createJellyfinPush({ http, client, baseUrl, apiKey: 'k', deviceId, log: quiet, deafAfterMs: 20 })
    const ready = Promise.withResolvers<void>()
    const stopping = new AbortController()
    const listening = push.listen(
      '10.11.6',
      { ready: ready.resolve, sessions: () => undefined, nudge: () => undefined },
      stopping.signal,
    )
    await ready.promise
    push.sawChange()
    await closed.promise
    stopping.abort()
    await listening
  })
})

describe('over TLS', () => {
  let identity: Identity
  beforeAll(async () => {
    identity = (await makeCertificates('127.0.0.1')).server
  })

  test('the socket is opened where the pinned certificate is shown', async () => {
    const fingerprint = new X509Certificate(identity.cert).fingerprint256
    await withServer({ tls: identity }, async ({ url }) => {
      await listen(connectTo(url, 'k', { fingerprint })).ready
    })
  })

  test('a server with another certificate does not get to see the key', async () => {
    const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':')
    await withServer({ tls: identity }, async ({ url, asked }) => {
      const connection = connectTo(url, 'k', { fingerprint })
      expect(await listen(connection).ended).toMatchObject({ state: 'untrusted' })
      expect(asked).toEqual([])
    })
  })
})

test('with the simulator muted and dropped, nothing throws', async () => {
  const { connection, sim } = await start()
  const ear = listen(connection)
  await ear.ready
  sim.sockets.mute(true)
  sim.scenario('direct-play')
  sim.sockets.drop()
  expect(await ear.ended).toBeUndefined()
})
