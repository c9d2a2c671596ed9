import { StringDecoder } from 'node:string_decoder'
import type { HttpClient } from '../http.ts'
import { fromNetwork, tooLarge, UpstreamError } from '../upstream-error.ts'

/** `refused`: there is no such stream for us, which says nothing about the rest. `lost`: nothing came any more. */
export type StreamEnd = 'refused' | 'closed' | 'lost' | 'stopped'

const maxEventChars = 1_000_000
/** The server sends a ping each 10 s. */
const silentAfterMs = 30_000

/** Takes text as it comes and gives whole events. Throws when one grows without end. */
export const createEventParser = (take: (event: string, data: string) => void): ((chunk: string) => void) => {
  let rest = ''
  let name = ''
  let data: string[] = []
  let size = 0

  const line = (text: string) => {
    size += text.length
    if (text === '') {
      if (data.length > 0) take(name || 'message', data.join('\n'))
      name = ''
      data = []
      size = 0
      return
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(text) ?? []
    if (field === 'event') name = value
    if (field === 'data') data.push(value)
  }

  return (chunk) => {
    const text = rest + chunk
    // A carriage return at the end may be half of a line's end.
    const whole = text.endsWith('\r') ? text.slice(0, -1) : text
    const lines = whole.split(/\r\n|\n|\r/)
    rest = (lines.pop() ?? '') + text.slice(whole.length)
    for (const one of lines) line(one)
    if (rest.length + size > maxEventChars) throw tooLarge(maxEventChars)
  }
}

const isRefusal = (cause: unknown): boolean =>
  cause instanceof UpstreamError && cause.status !== null && (cause.status < 500 || cause.status === 501)

export interface StreamOptions {
  http: HttpClient
  /** The names of the events that are wanted. */
  filters: string
  query: Record<string, string>
  headers: Record<string, string>
  signal: AbortSignal
  silentAfterMs?: number
  onOpen(): void
  onEvent(name: string, data: string): void
}

const open = async (options: StreamOptions, signal: AbortSignal) => {
  const { http, filters, query, headers } = options
  const answer = await http.stream({
    path: '/:/eventsource/notifications',
    query: { filters, ...query },
    headers: { ...headers, accept: 'text/event-stream' },
    signal,
  })
  if (answer.headers['content-type']?.includes('text/event-stream')) return answer.body
  answer.body.destroy()
  return null
}

/** Listens to the event stream until it ends. */
export const runEvents = async (options: StreamOptions): Promise<StreamEnd> => {
  const lost = new AbortController()
  const signal = AbortSignal.any([options.signal, lost.signal])
  let timer: NodeJS.Timeout | undefined
  const decoder = new StringDecoder('utf8')
  const parse = createEventParser(options.onEvent)
  try {
    const body = await open(options, signal)
    if (!body) return 'refused'
    timer = setTimeout(() => lost.abort(), options.silentAfterMs ?? silentAfterMs)
    options.onOpen()
    for await (const chunk of body as AsyncIterable<Buffer>) {
      timer.refresh()
      parse(decoder.write(chunk))
    }
    return 'closed'
  } catch (cause) {
    if (options.signal.aborted) return 'stopped'
    if (lost.signal.aborted) return 'lost'
    if (isRefusal(cause)) return 'refused'
    throw fromNetwork(cause)
  } finally {
    clearTimeout(timer)
  }
}
