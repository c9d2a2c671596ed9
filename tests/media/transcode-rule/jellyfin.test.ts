import { expect, test } from 'vitest'
import { createHttpClient } from '../../../appliance/sources/http.ts'
import { createJellyfinClient } from '../../../appliance/sources/jellyfin/client.ts'
import { dialect } from '../../../appliance/sources/jellyfin/normalise.ts'
import { createTerminate } from '../../../appliance/sources/mediabrowser/terminate.ts'
import { deviceId, quiet, sessionsOf, start as startServer } from '../../sources/jellyfin/harness.ts'
import { setup } from './harness.ts'

/** A server, and the feature that reads it whenever it asks for that. */
const beside = async () => {
  const server = await startServer()
  const http = createHttpClient({ baseUrl: new URL(server.url) })
  const client = createJellyfinClient({ http, apiKey: server.apiKey, deviceId })
  const terminate = createTerminate({ client, dialect, log: quiet, checksMs: [5, 50, 200] })
  const look = async () => running.media.observe('jelly', 'jellyfin', await sessionsOf(server.connection))
  const running = setup({ terminate, refresh: look, now: Date.now, steady: () => performance.now() })
  return { ...server, ...running, look }
}

test('a 4K HDR transcode is ended after the grace, and the message is shown on the player', async () => {
  const { sim, look, rule, media, nextRow } = await beside()
  await rule({ graceMs: 50, message: 'Original quality, please.' })
  const { id } = sim.scenario('transcode-hdr')
  const written = nextRow()
  await look()
  expect(media.current()).toMatchObject([{ title: 'Sintel', rule: { endsAt: expect.any(String) } }])
  expect(await written).toMatchObject({ outcome: 'ended', actor: { via: 'rule' }, details: { user: 'ada' } })
  expect(sim.messages(id)).toMatchObject([{ text: 'Original quality, please.' }])
  expect(sim.peek(id)?.['NowPlayingItem'] ?? null).toBeNull()
})

test('a film of which the audio alone is transcoded plays on beside one that is ended', async () => {
  const { sim, look, rule, media, nextRow } = await beside()
  await rule({ graceMs: 0 })
  const heard = sim.scenario('audio-transcode', { deviceId: 'tv' })
  sim.scenario('transcode-dv', { deviceId: 'pc' })
  const written = nextRow()
  await look()
  expect(await written).toMatchObject({ outcome: 'ended', target: { name: 'Cosmos Laundromat' } })
  await look()
  expect(media.current()).toMatchObject([{ title: 'Sintel', rule: null }])
  expect(sim.messages(heard.id)).toEqual([])
})

test('a player that ignores the command is said to have ignored it, and is not asked again', async () => {
  const { sim, look, rule, media, nextRow, rows } = await beside()
  await rule({ graceMs: 0 })
  const { id } = sim.scenario('transcode-hdr', { ignoresCommands: true })
  const written = nextRow()
  await look()
  expect(await written).toMatchObject({ outcome: 'ignored' })
  await look()
  await look()
  expect(rows).toHaveLength(1)
  expect(sim.requests.count(`/Sessions/${id}/Playing/Stop`)).toBe(1)
  expect(sim.requests.count('/Devices', 'DELETE')).toBe(0)
  const [left] = media.current()
  expect(Date.parse(left?.rule?.endsAt ?? '') - Date.now()).toBeGreaterThan(200_000)
})

test('a session that goes on in its own quality within the grace is left alone', async () => {
  const { sim, look, rule, media, rows } = await beside()
  await rule({ graceMs: 600_000 })
  const { id } = sim.scenario('transcode-hdr', { deviceId: 'pc' })
  await look()
  expect(media.current()).toMatchObject([{ rule: { endsAt: expect.any(String) } }])
  sim.play({ item: 'Sintel', deviceId: 'pc', client: 'Jellyfin Web', device: 'Firefox' })
  await look()
  expect(media.current()).toMatchObject([{ title: 'Sintel', rule: null, stream: { decision: 'direct-play' } }])
  expect([rows, sim.messages(id)]).toEqual([[], []])
})
