import { expect, test } from 'vitest'
import { sessionsOf, start as startServer } from '../../sources/plex/harness.ts'
import { setup } from './harness.ts'

test('on Plex, scope 4K made small is ended with its message, and audio alone plays on', async () => {
  const { sim, connection } = await startServer()
  const look = async () => running.media.observe('jelly', 'plex', await sessionsOf(connection))
  const running = setup({
    ...{ mediaOf: () => connection.media, refresh: look, now: Date.now, steady: () => performance.now() },
  })
  await running.rule({ graceMs: 0, message: 'Original quality, please.' })
  sim.scenario('scope-4k-transcode')
  sim.scenario('audio-transcode')
  const written = running.nextRow()
  await look()
  expect(await written).toMatchObject({
    outcome: 'ended',
    target: { name: 'Tears of Steel' },
    details: { from: { width: 3840, is4k: true }, reason: 'Original quality, please.' },
  })
  await look()
  expect(running.media.current()).toMatchObject([{ title: 'Sintel', rule: null }])
})
