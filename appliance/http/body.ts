import { AppError } from '#protocol/errors.ts'

const tooLarge = (limit: number) =>
  new AppError('payload_too_large', `The body is larger than ${Math.round(limit / 1024)} KiB.`)

const readCapped = async (request: Request, limit: number): Promise<Uint8Array> => {
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge(limit)
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = request.body?.getReader()
  while (reader) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > limit) {
      await reader.cancel().catch(() => undefined)
      throw tooLarge(limit)
    }
    chunks.push(value)
  }
  return Buffer.concat(chunks)
}

/** The JSON body of a request, at most `limit` bytes (256 KiB unless said). An absent body reads as `{}`. */
export const readBody = async (request: Request, limit = 256 * 1024): Promise<unknown> => {
  const bytes = await readCapped(request, limit)
  if (bytes.length === 0) return {}
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new AppError('unsupported_media_type', 'The body must be JSON, with the content type application/json.')
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (cause) {
    throw new AppError('invalid_json', 'The body is not JSON.', { cause })
  }
}
