import { once } from 'node:events'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { listen, listOf, run, SECOND, subscribe, type Wire } from './emby-harness.ts'

const bodyOf = ({ MessageId: _, ...rest }: Wire) => rest

it('sends a frame at once and one each interval, also when nothing changed', async () => {
  const running = await run()
  const { id } = running.sim.scenario('direct-play')
  running.sim.pause(id)
  const ear = await listen(running)
  await subscribe(running, ear)
  for (let step = 0; step < 8; step += 1) {
    running.clock.now += 0.5 * SECOND
    running.sim.tick()
  }
  await ear.flush()
  const frames = ear.frames()
  expect(frames).toHaveLength(3)
  expect(new Set(frames.map((frame) => JSON.stringify(bodyOf(frame)['Data']))).size).toBe(1)
  expect(new Set(frames.map((frame) => frame['MessageId'])).size).toBe(3)
})

it('is open beside the API and below it, and nowhere else', async () => {
  const running = await run()
  expect((await listen(running, '/emby/embywebsocket')).socket.readyState).toBe(WebSocket.OPEN)
  const refused = new WebSocket(`${running.url.replace('http', 'ws')}/socket?api_key=${running.apiKey}`)
  expect(String((await once(refused, 'error'))[0])).toContain('404')
  const wrong = new WebSocket(`${running.url.replace('http', 'ws')}/embywebsocket?api_key=wrong`)
  expect(String((await once(wrong, 'error'))[0])).toContain('401')
})

it('takes its device from the address and appears as a session of the key', async () => {
  const running = await run({ apiKeyName: 'Watcher' })
  const { socket } = await listen(running)
  expect(listOf(await running.call('GET', '/emby/Sessions'))).toMatchObject([
    { Client: 'Watcher', DeviceId: 'listener' },
  ])
  const closed = running.sim.next('socket-close')
  socket.close()
  await closed
  expect(listOf(await running.call('GET', '/emby/Sessions'))).toEqual([])
})

it('loses the first subscriptions where it is told to', async () => {
  const running = await run({ dropSubscribes: 1 })
  const ear = await listen(running)
  await subscribe(running, ear)
  await ear.flush()
  expect(ear.frames()).toHaveLength(0)
  await subscribe(running, ear)
  await ear.flush()
  expect(ear.frames()).toHaveLength(1)
})

it('closes a socket on which nobody speaks, and keeps one that is pinged', async () => {
  const running = await run()
  const [silent, pinged] = [await listen(running), await listen(running)]
  running.clock.now += 40 * SECOND
  await pinged.flush()
  running.clock.now += 30 * SECOND
  const closed = once(silent.socket, 'close')
  running.sim.tick()
  await closed
  expect(pinged.socket.readyState).toBe(WebSocket.OPEN)
})

it('announces starts and ends at once where it is told to', async () => {
  const running = await run({ announces: true })
  const ear = await listen(running)
  const heard = once(ear.socket, 'message')
  running.sim.play()
  expect(JSON.parse(String((await heard)[0]))).toMatchObject({ MessageType: 'PlaybackStart' })
})
