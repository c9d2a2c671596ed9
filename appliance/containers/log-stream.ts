import type { LogLine } from '#protocol/container.ts'

const pingMs = 15_000
const firstWithinMs = 500
const maxBytes = 8e6

const sizeOf = ({ text }: LogLine) => text.length + 64

/** The lines that an ended log has; of more than 8 MB only the newest. */
export const collectLines = async (lines: AsyncIterable<LogLine>): Promise<LogLine[]> => {
  const items: LogLine[] = []
  let bytes = 0
  let from = 0
  for await (const line of lines) {
    items.push(line)
    bytes += sizeOf(line)
    while (bytes > maxBytes) bytes -= sizeOf(items[from++] as LogLine)
  }
  return items.slice(from)
}

type Next = Promise<IteratorResult<LogLine>>

const settledWithin = async (work: Next, ms: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  try {
    await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}

const headers = { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' }

/**
 * A log that goes on, as JSON lines, with an empty line each 15 s so that nobody in between takes it for dead. What
 * fails at once is thrown; `end` is called when the reader has gone or the log has ended.
 */
export const followResponse = async (lines: AsyncIterable<LogLine>, end: () => void): Promise<Response> => {
  const iterator = lines[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  let next: Next = iterator.next()
  await settledWithin(next, firstWithinMs).catch((cause) => {
    end()
    throw cause
  })
  let ping: NodeJS.Timeout | undefined

  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      const beat = () => (controller.desiredSize ?? 0) > 0 && controller.enqueue(encoder.encode('\n'))
      ping = setInterval(beat, pingMs).unref()
    },
    pull: async (controller) => {
      try {
        const { done, value } = await next
        if (!done) {
          controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`))
          next = iterator.next()
          next.catch(() => undefined)
          return
        }
        controller.close()
      } catch (cause) {
        controller.error(cause)
      }
      clearInterval(ping)
      end()
    },
    cancel: () => {
      clearInterval(ping)
      end()
    },
  })
  return new Response(body, { headers })
}
