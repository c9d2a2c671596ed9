import type { Play } from '#protocol/play.ts'
import { csvLine } from '../../lib/csv.ts'

const columns: readonly [name: string, value: (play: Play) => string | number | boolean | null][] = [
  ['startedAt', ({ startedAt }) => startedAt],
  ['endedAt', ({ endedAt }) => endedAt],
  ['playedMs', ({ playedMs }) => playedMs],
  ['durationMs', ({ durationMs }) => durationMs],
  ['watched', ({ watched }) => watched],
  ['source', ({ source }) => source],
  ['user', ({ user }) => user],
  ['title', ({ title }) => title],
  ['subtitle', ({ subtitle }) => subtitle],
  ['mediaType', ({ mediaType }) => mediaType],
  ['library', ({ library }) => library],
  ['year', ({ year }) => year],
  ['device', ({ player }) => player.name],
  ['product', ({ player }) => player.product],
  ['platform', ({ player }) => player.platform],
  ['address', ({ player }) => player.address],
  ['location', ({ player }) => player.location],
  ['decision', ({ stream }) => stream.decision],
  ['video', ({ stream }) => stream.video],
  ['audio', ({ stream }) => stream.audio],
  ['hardware', ({ stream }) => stream.hardware],
  ['sourceWidth', ({ stream }) => stream.source.width],
  ['sourceHeight', ({ stream }) => stream.source.height],
  ['sourceRange', ({ stream }) => stream.source.range],
  ['is4k', ({ stream }) => stream.source.is4k],
  ['targetHeight', ({ stream }) => stream.target?.height ?? null],
  ['bitrateKbps', ({ stream }) => stream.bitrateKbps],
]

export const formats = {
  csv: {
    type: 'text/csv; charset=utf-8',
    head: csvLine(columns.map(([name]) => name)),
    line: (play: Play) => csvLine(columns.map(([, value]) => value(play))),
  },
  ndjson: {
    type: 'application/x-ndjson; charset=utf-8',
    head: '',
    line: (play: Play) => `${JSON.stringify(play)}\n`,
  },
} as const

const chunkLines = 200

/** The plays as the body of an answer, only as fast as it is taken. */
export const bodyOf = (
  plays: AsyncGenerator<Play, void, undefined>,
  { head, line }: { head: string; line: (play: Play) => string },
): ReadableStream<Uint8Array> => {
  const bytes = new TextEncoder()
  return new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (head) controller.enqueue(bytes.encode(head))
    },
    pull: async (controller) => {
      let text = ''
      for (let lines = 0; lines < chunkLines; lines++) {
        const { done, value } = await plays.next()
        if (done) {
          if (text) controller.enqueue(bytes.encode(text))
          return controller.close()
        }
        text += line(value)
      }
      controller.enqueue(bytes.encode(text))
    },
    cancel: async () => {
      await plays.return()
    },
  })
}
