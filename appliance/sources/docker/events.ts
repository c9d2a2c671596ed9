import type { Connection } from '../adapter.ts'
import { misshapen } from '../upstream-error.ts'
import type { DockerClient } from './client.ts'
import { createLineSplitter } from './lines.ts'
import { EventWire } from './wire.ts'

/**
 * What changes something that we show. The engine filters: a health check makes three exec events each time, and they
 * would be most of the stream.
 */
const filters = JSON.stringify({
  type: ['container'],
  event: [
    ...['create', 'start', 'restart', 'die', 'stop', 'destroy', 'rename', 'update', 'pause', 'unpause', 'oom'],
    'health_status',
  ],
})
const maxLine = 1_000_000
const keepAliveMs = 30_000

const parse = (line: Buffer): EventWire => {
  try {
    return EventWire.parse(JSON.parse(line.toString()))
  } catch (cause) {
    throw misshapen('an event', cause)
  }
}

/** Seconds and nanoseconds as text: together they are more than a number holds. */
const momentOf = ({ time, timeNano }: EventWire): string | null => {
  if (!time) return null
  const nanos = timeNano ? String(timeNano).slice(-9) : '0'
  return `${time}.${nanos.padStart(9, '0')}`
}

export const createListen = (deps: {
  client: DockerClient
  /** That container is another than was known. */
  touched(containerId: string): void
  /** The stream is up: what happened before it is not known. */
  up(): void
  down(): void
}): NonNullable<Connection['listen']> => {
  let since: string | null = null

  const take = (line: Buffer, nudge: () => void) => {
    // A json-seq stream puts a record separator in front of each event.
    const bytes = line[0] === 0x1e ? line.subarray(1) : line
    if (bytes.length === 0) return
    const event = parse(bytes)
    since = momentOf(event) ?? since
    if (event.Actor?.ID) deps.touched(event.Actor.ID)
    nudge()
  }

  return async (to, signal) => {
    const query = { filters, since: since ?? undefined }
    const { body } = await deps.client.stream({ path: '/events', query, signal })
    // An engine that vanished from the network says nothing more: only the kernel can find out.
    body.socket?.setKeepAlive(true, keepAliveMs)
    try {
      deps.up()
      to.ready()
      const splitter = createLineSplitter(maxLine)
      for await (const chunk of body as AsyncIterable<Buffer>) {
        for (const line of splitter.push(chunk)) take(line, to.nudge)
      }
    } finally {
      body.destroy()
      deps.down()
    }
  }
}
