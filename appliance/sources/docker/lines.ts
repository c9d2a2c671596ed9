import type { Readable } from 'node:stream'
import { misshapen } from '../upstream-error.ts'

/** Cuts bytes into lines without their ends; of a longer line than `cap` bytes the rest is dropped. */
export const createLineSplitter = (cap: number) => {
  let parts: Buffer[] = []
  let size = 0

  const add = (bytes: Buffer) => {
    const kept = bytes.subarray(0, Math.max(0, cap - size))
    if (kept.length) parts.push(kept)
    size += kept.length
  }
  const take = (): Buffer => {
    const line = Buffer.concat(parts)
    parts = []
    size = 0
    return line
  }

  return {
    push: (bytes: Buffer): Buffer[] => {
      const lines: Buffer[] = []
      let from = 0
      for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
        add(bytes.subarray(from, at))
        lines.push(take())
        from = at + 1
      }
      add(bytes.subarray(from))
      return lines
    },
    isMidLine: () => size > 0,
    /** What came after the last line's end, or null. */
    rest: (): Buffer | null => (size > 0 ? take() : null),
  }
}

export interface Frame {
  stream: 'out' | 'err'
  data: Buffer
}

const headerBytes = 8

/**
 * The frames of a multiplexed stream, wherever its chunks were split: one byte of stream, three of zero, four of
 * length, the data. A frame's data beyond `cap` bytes is dropped but for its line end.
 */
export async function* framesOf(body: Readable, cap: number): AsyncGenerator<Frame> {
  let header = Buffer.alloc(0)
  let left = 0
  let kept: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    let rest = chunk
    while (rest.length > 0) {
      if (header.length < headerBytes) {
        const part = rest.subarray(0, headerBytes - header.length)
        header = Buffer.concat([header, part])
        rest = rest.subarray(part.length)
        if (header.length < headerBytes) break
        if ((header[0] ?? 9) > 2 || header.readUIntBE(1, 3) !== 0) throw misshapen('a log in frames')
        left = header.readUInt32BE(4)
        kept = []
        size = 0
      }
      const part = rest.subarray(0, left)
      left -= part.length
      rest = rest.subarray(part.length)
      if (size < cap) kept.push(part.subarray(0, cap - size))
      else if (left === 0 && part.at(-1) === 10) kept.push(Buffer.from('\n'))
      size += part.length
      if (left > 0) continue
      yield { stream: header[0] === 2 ? 'err' : 'out', data: Buffer.concat(kept) }
      header = Buffer.alloc(0)
    }
  }
}
