import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import type { LogLine } from '#protocol/container.ts'
import { multiplexedLines, rawLines } from '../../../appliance/sources/docker/logs.ts'

const stamp = '2026-11-20T17:40:32.552320330Z'
const at = '2026-11-20T17:40:32.552Z'

const frame = (stream: 1 | 2, text: string | Buffer) => {
  const data = Buffer.from(text)
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0])
  header.writeUInt32BE(data.length, 4)
  return Buffer.concat([header, data])
}
const collect = async (lines: AsyncIterable<LogLine>) => {
  const all: LogLine[] = []
  for await (const line of lines) all.push(line)
  return all
}
const bodyOf = (bytes: Buffer, size: number) => {
  const chunks: Buffer[] = []
  for (let from = 0; from < bytes.length; from += size) chunks.push(bytes.subarray(from, from + size))
  return Readable.from(chunks)
}
const stamped = (text: string) => `${stamp} ${text}`

test.each([1, 3, 8, 9, 1000])('frames are put together from chunks of %i bytes', async (size) => {
  const bytes = Buffer.concat([frame(1, stamped('größe €\n')), frame(2, stamped('oh 😀\n')), frame(1, stamped('\n'))])
  expect(await collect(multiplexedLines(bodyOf(bytes, size)))).toEqual([
    { at, stream: 'out', text: 'größe €' },
    { at, stream: 'err', text: 'oh 😀' },
    { at, stream: 'out', text: '' },
  ])
})

test('a line in several frames is one line, though the engine stamps each frame and others come between', async () => {
  const euro = Buffer.from('€')
  const bytes = Buffer.concat([
    frame(1, Buffer.concat([Buffer.from(stamped('a')), euro.subarray(0, 1)])),
    frame(2, stamped('between\n')),
    frame(1, Buffer.concat([Buffer.from(`${stamp} `), euro.subarray(1), Buffer.from('b\n')])),
  ])
  const texts = (await collect(multiplexedLines(bodyOf(bytes, 7)))).map(({ text }) => text)
  expect(texts).toEqual(['between', 'a€b'])
})

test('a giant line is cut at 64 kB and the next one is whole', async () => {
  const bytes = Buffer.concat([frame(1, stamped(`${'ü'.repeat(200_000)}\n`)), frame(1, stamped('next\n'))])
  const [giant, next] = await collect(multiplexedLines(bodyOf(bytes, 5000)))
  expect(giant?.text).toBe('ü'.repeat(32_000))
  expect(next?.text).toBe('next')
})

test('an unfinished last line is told', async () => {
  expect(await collect(multiplexedLines(bodyOf(frame(2, stamped('half')), 100)))).toEqual([
    { at, stream: 'err', text: 'half' },
  ])
})

test('bytes that are no frames are an error', async () => {
  const read = collect(multiplexedLines(bodyOf(Buffer.from('<html>not a log</html>'), 5)))
  await expect(read).rejects.toMatchObject({ state: 'degraded' })
})

test.each([1, 5, 1000])('a terminal’s raw log is cut into lines from chunks of %i bytes', async (size) => {
  const bytes = Buffer.from(`${stamped('grün')}\r\n${stamped('giant ')}${'x'.repeat(100_000)}\r\n${stamped('end')}`)
  const lines = await collect(rawLines(bodyOf(bytes, size)))
  expect(lines.map(({ text }) => text.length)).toEqual([4, 64_000, 3])
  expect(lines[0]).toEqual({ at, stream: 'out', text: 'grün' })
})
