import { expect, test } from 'vitest'
import type { WebSocket } from 'ws'
import { createEmbyPush } from '../../../appliance/sources/emby/push.ts'
import { createHttpClient } from '../../../appliance/sources/http.ts'
import { afterwards, deviceId, listen, never, quiet, sessionsOf } from '../jellyfin/harness.ts'
import { type Asked, connectTo, serve, start, subscribe } from './harness.ts'

const clocked = async (options: Parameters<typeof start>[0] = {}) => {
  const clock = { now: Date.parse('2026-03-01T20:00:00Z') }
  const running = await start({ now: () => clock.now, ...options })
  const later = (ms: number) => {
    clock.now += ms
    running.sim.tick()
  }
  return { ...running, later }
}

test('a start, a pause and an end come by frames, without a question', async () => {
  const { connection, sim, later } = await clocked()
  const ear = await subscribe(sim, connection)
  const { id } = sim.scenario('transcode-hdr')
  later(2000)
  await ear.seen((sessions) => sessions[0]?.stream.hardware === 'full')
  sim.pause(id)
  later(2000)
  await ear.seen((sessions) => sessions[0]?.state === 'paused')
  const ended = ear.next((sessions) => sessions.length === 0)
  sim.end(id)
  later(2000)
  await ended
  expect(sim.requests.count('/Sessions')).toBe(0)
})

const sessions = (MessageId: string, Name: string) =>
  JSON.stringify({
    MessageType: 'Sessions',
    MessageId,
    Data: [{ Id: 'd1', NowPlayingItem: { Id: '4', Name, Type: 'TvChannel' } }],
  })

test('frames that say the same again are observed once, until something else was seen', async () => {
  let far: WebSocket | undefined
  const socket = (one: WebSocket) => {
    far = one
    for (const MessageId of ['a', 'b', 'c']) one.send(sessions(MessageId, 'Harbour'))
    one.send(sessions('d', 'Hills'))
  }
  const { url } = await serve({ socket, answer: () => [200, []] })
  const connection = connectTo(url, 'k')
  const ear = listen(connection)
  await ear.seen(([session]) => session?.title === 'Hills')
  expect(ear.count()).toBe(2)
  expect(await sessionsOf(connection)).toEqual([])
  const again = ear.next(([session]) => session?.title === 'Hills')
  far?.send(sessions('e', 'Hills'))
  await again
})

test('a subscription that is lost is made again', async () => {
  const { sim, url, apiKey } = await start({ dropSubscribes: 2 })
  sim.scenario('direct-play')
  const baseUrl = new URL(url)
  const http = createHttpClient({ baseUrl })
  const push = createEmbyPush({ http, baseUrl, apiKey, deviceId, log: quiet, repeatAfterMs: 10 })
  const stopping = new AbortController()
  const heard = Promise.withResolvers<unknown>()
  const to = { ready: () => undefined, sessions: heard.resolve, nudge: () => undefined }
  const listening = push.listen(null, to, stopping.signal)
  await heard.promise
  stopping.abort()
  await listening
  http.close()
  expect(sim.past('subscribe').map(({ detail }) => detail['lost'])).toEqual([true, true, false])
})

test('a socket that says nothing is asked a few times only, and stays open', async () => {
  let wishes = 0
  const asked = Promise.withResolvers<void>()
  const socket = (one: WebSocket) =>
    one.on('message', () => {
      wishes += 1
      if (wishes === 4) asked.resolve()
    })
  const { url } = await serve({ socket })
  const baseUrl = new URL(url)
  const http = createHttpClient({ baseUrl })
  afterwards(() => http.close())
  const push = createEmbyPush({ http, baseUrl, apiKey: 'k', deviceId, log: quiet, repeatAfterMs: 5 })
  const stopping = new AbortController()
  const to = { ready: () => undefined, sessions: () => undefined, nudge: () => undefined }
  const listening = push.listen(null, to, stopping.signal)
  await asked.promise
  stopping.abort()
  await listening
  expect(wishes).toBe(4)
})

test('an announced start is a nudge', async () => {
  const { connection, sim } = await start({ announces: true })
  const nudged = Promise.withResolvers<void>()
  const subscribed = sim.next('subscribe')
  const stopping = new AbortController()
  const to = { ready: () => undefined, observe: () => undefined, nudge: nudged.resolve }
  const listening = connection.listen?.(to, stopping.signal)
  await subscribed
  sim.play()
  await nudged.promise
  stopping.abort()
  await listening
})

test('the socket is sought beside the API, then below it', async () => {
  const lets = ({ path }: Asked) => path.startsWith('/media/emby/')
  const { url, asked } = await serve({ lets })
  await listen(connectTo(`${url}/media/emby`, 'k')).ready
  const query = `?api_key=k&deviceId=${deviceId}`
  expect(asked.map(({ path }) => path)).toEqual([`/media/embywebsocket${query}`, `/media/emby/embywebsocket${query}`])
})

test('a server without a socket is read instead, and that is no error', async () => {
  const { url, asked } = await serve({ lets: () => false })
  const ear = listen(connectTo(url, 'k'))
  await expect.poll(() => asked.length).toBe(2)
  ear.stop()
  expect(await ear.ended).toBeUndefined()
})

test('a socket is kept open by pings, at the pace that the server asks for', async () => {
  const pinged = Promise.withResolvers<void>()
  const socket = (one: WebSocket) => {
    let count = 0
    one.send(JSON.stringify({ MessageType: 'ForceKeepAlive', Data: 1 }))
    one.on('ping', () => {
      count += 1
      if (count === 3) pinged.resolve()
    })
  }
  const { url } = await serve({ socket })
  const ear = listen(connectTo(url, 'k'))
  await pinged.promise
  ear.stop()
  expect(await ear.ended).toBeUndefined()
})

test('our own socket shows up nowhere as a session, and one that breaks ends the listening', async () => {
  const { connection, sim } = await start()
  const ear = listen(connection)
  await ear.ready
  expect((await connection.read(never())).sessions).toEqual([])
  sim.sockets.drop()
  expect(await ear.ended).toBeUndefined()
})
