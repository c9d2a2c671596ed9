import { createWriteStream, rmSync } from 'node:fs'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import { AppError } from '#protocol/errors.ts'

const tooLarge = (maxBytes: number) =>
  new AppError('payload_too_large', `The file is larger than ${Math.round(maxBytes / 1024 / 1024)} MiB.`)

const cap = (maxBytes: number) => {
  let seen = 0
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      seen += chunk.length
      done(seen > maxBytes ? tooLarge(maxBytes) : null, chunk)
    },
  })
}

/** Writes a request's body to `file`, at most `maxBytes`, gives it to `use`, and removes it whatever comes. */
export const withUpload = async <T>(
  request: Request,
  file: string,
  maxBytes: number,
  use: (file: string) => Promise<T>,
): Promise<T> => {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) throw tooLarge(maxBytes)
  if (!request.body) throw new AppError('invalid_request', 'The body must be the backup file.')
  try {
    const body = Readable.fromWeb(request.body as ReadableStream<Uint8Array>)
    await pipeline(body, cap(maxBytes), createWriteStream(file, { mode: 0o600 }))
    return await use(file)
  } finally {
    rmSync(file, { force: true })
  }
}
