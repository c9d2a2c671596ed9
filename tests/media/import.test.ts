import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { expect, test } from 'vitest'
import type { ImportTask, Play } from '#protocol/play.ts'
import { dataFolder } from '../store/data-folder.ts'
import { openPast, played } from './past.ts'

const at = (text: string) => Date.parse(text) / 1000

/** The file of an older version: columns that came later are not there. */
const tautulliFile = (fill: (db: Sqlite.Database) => void = () => undefined): Buffer => {
  const file = join(dataFolder(), 'tautulli.db')
  const db = new Sqlite(file)
  db.exec(`
    CREATE TABLE session_history (id INTEGER PRIMARY KEY, started INTEGER, stopped INTEGER, rating_key INTEGER,
      user_id INTEGER, user TEXT, ip_address TEXT, paused_counter INTEGER, player TEXT, product TEXT, platform TEXT,
      machine_id TEXT, location TEXT, media_type TEXT);
    CREATE TABLE session_history_metadata (id INTEGER PRIMARY KEY, title TEXT, parent_title TEXT,
      grandparent_title TEXT, media_index INTEGER, parent_media_index INTEGER, year INTEGER, duration INTEGER,
      section_id INTEGER);
    CREATE TABLE session_history_media_info (id INTEGER PRIMARY KEY, transcode_decision TEXT, video_decision TEXT,
      audio_decision TEXT, container TEXT, bitrate INTEGER, width INTEGER, height INTEGER, video_codec TEXT,
      transcode_hw_encoding INTEGER, transcode_hw_decoding INTEGER);
    CREATE TABLE library_sections (section_id INTEGER, section_name TEXT);
    INSERT INTO library_sections VALUES (2, 'Series');`)
  const play = (id: number, started: number, seconds: number, paused: number, episode: number, decision: string) => {
    db.prepare('INSERT INTO session_history VALUES (?, ?, ?, ?, 7, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(
      ...[id, started, started + seconds, 100 + episode, 'jonas', '192.168.1.9', paused, 'TV', 'Plex for LG', 'webOS'],
      ...['tv', 'lan', 'episode'],
    )
    db.prepare('INSERT INTO session_history_metadata VALUES (?, ?, ?, ?, ?, 1, 2013, 3000000, 2)').run(
      ...[id, `Part ${episode}`, 'Season 1', 'Utopia', episode],
    )
    const video = decision === 'transcode' ? 'transcode' : 'copy'
    db.prepare('INSERT INTO session_history_media_info VALUES (?, ?, ?, ?, ?, 8000, 3840, 1600, ?, 1, 1)').run(
      ...[id, decision, video, 'copy', 'mkv', 'hevc'],
    )
  }
  play(1, at('2026-06-01T20:00:00Z'), 1500, 300, 1, 'transcode')
  // Goes on after ten minutes.
  play(2, at('2026-06-01T20:35:00Z'), 600, 0, 1, 'transcode')
  play(3, at('2026-06-02T20:00:00Z'), 2400, 0, 2, 'direct play')
  play(4, at('2026-06-02T21:00:00Z'), 5, 0, 3, 'direct play')
  fill(db)
  db.close()
  return readFileSync(file)
}

const setup = () => {
  const past = openPast()
  const { ask } = past
  const bring = async (file: Uint8Array | string, as = 'admin') => {
    const begun = await ask<{ task: ImportTask }>('/history/import?sourceId=jelly', as, file)
    if (begun.status !== 202) return { status: begun.status, task: null }
    for (;;) {
      const { body } = await ask<ImportTask>(`/history/import/${begun.body.task.id}`)
      if (body.state !== 'running') return { status: begun.status, task: body }
      await new Promise(setImmediate)
    }
  }
  const history = async () => (await ask<{ items: Play[] }>('/history')).body.items
  const left = () => readdirSync(past.folder).filter((name) => name.startsWith('history.import'))
  return { ...past, bring, history, left }
}

test('a Tautulli database is taken over, its resumed plays as one, and nothing twice', async () => {
  const { bring, history, left } = setup()
  const file = tautulliFile()
  const { task } = await bring(file)
  expect(task).toMatchObject({ state: 'done', percent: 100, error: null })
  const plays = await history()
  expect(plays).toMatchObject([
    { title: 'Utopia', subtitle: 'S1 E2 · Part 2', playedMs: 2_400_000, stream: { decision: 'direct-play' } },
    {
      ...{ subtitle: 'S1 E1 · Part 1', playedMs: 1_800_000, durationMs: 3_000_000, library: 'Series', user: 'jonas' },
      ...{ startedAt: '2026-06-01T20:00:00.000Z', endedAt: '2026-06-01T20:45:00.000Z', mediaType: 'episode' },
      player: { name: 'TV', product: 'Plex for LG', address: '192.168.1.9', location: 'lan' },
      stream: {
        decision: 'transcode',
        video: 'transcode',
        hardware: 'full',
        bitrateKbps: 8000,
        source: { is4k: true },
      },
    },
  ])
  expect(plays).toHaveLength(2)
  expect((await bring(file)).task?.log).toEqual(['0 plays added, 3 were here already, 1 too short or unreadable.'])
  expect(await history()).toEqual(plays)
  expect(left()).toEqual([])
})

test('what was recorded here already is not added again', async () => {
  const { bring, record, history } = setup()
  const key = { viewerKey: '1', itemKey: '102', deviceKey: 'tv\nPlex for LG' }
  record(played('2026-06-02T20:00:20Z', { ...key, title: 'Utopia', mediaType: 'episode', playedMs: 2_370_000 }))
  await bring(tautulliFile())
  expect(await history()).toHaveLength(2)
})

const activity = {
  ...{ UserId: 'u1', UserName: 'lena', Client: 'Jellyfin Web', DeviceName: 'Firefox', DeviceId: 'd1' },
  ...{ NowPlayingItemId: 'i1', NowPlayingItemName: 'Sintel', SeriesName: null, EpisodeId: null },
  ...{ PlaybackDuration: '880', ActivityDateInserted: '2026-06-03T20:30:00.000Z', PlayMethod: 'Transcode' },
  MediaStreams: [{ Type: 'Video', Codec: 'h264', Width: 1920, Height: 1080 }],
  TranscodingInfo: { IsVideoDirect: true, IsAudioDirect: false },
  PlayState: { RuntimeTicks: 8_880_000_000 },
}

test.each([
  ['one list of tables', JSON.stringify([{ jf_libraries: [] }, { jf_playback_activity: [activity, { odd: 1 }] }])],
  [
    'one object a line',
    [
      { type: 'table', table: 'jf_playback_activity' },
      { type: 'row', table: 'jf_playback_activity', data: activity },
      { type: 'row', table: 'jf_playback_activity', data: { odd: 1 } },
    ]
      .map((line) => JSON.stringify(line))
      .join('\n'),
  ],
])('a Jellystat backup is taken over: %s', async (_, file) => {
  const { bring, history } = setup()
  expect((await bring(file)).task).toMatchObject({
    ...{ state: 'done', log: ['1 plays added, 0 were here already, 1 too short or unreadable.'] },
  })
  expect(await history()).toMatchObject([
    {
      ...{ title: 'Sintel', user: 'lena', playedMs: 880_000, durationMs: 888_000, mediaType: 'movie' },
      ...{ startedAt: '2026-06-03T20:15:20.000Z', endedAt: '2026-06-03T20:30:00.000Z' },
      stream: { decision: 'transcode', video: 'direct', audio: 'transcode' },
    },
  ])
  await bring(file)
  expect(await history()).toHaveLength(1)
})

test('a file that is neither is refused with a sentence, and nothing of it is left', async () => {
  const { ask, left } = setup()
  const strange = new Sqlite(':memory:')
  strange.exec('CREATE TABLE a (b TEXT) STRICT')
  for (const file of ['hello', '{}', '', strange.serialize(), tautulliFile().subarray(0, 5000)]) {
    const answer = await ask<{ error: { code: string } }>('/history/import?sourceId=jelly', 'admin', file)
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } })
  }
  expect(left()).toEqual([])
})

test('only who manages the source brings a history to it', async () => {
  const { bring, ask, history } = setup()
  expect((await bring(tautulliFile(), 'ofJelly')).status).toBe(403)
  expect((await ask('/history/import?sourceId=nowhere', 'admin', 'x')).status).toBe(404)
  expect(await history()).toEqual([])
})
