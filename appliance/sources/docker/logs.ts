import type { Readable } from 'node:stream'
import type { LogLine } from '#protocol/container.ts'
import type { EnginePort } from '../../containers/ports.ts'
import type { DockerClient } from './client.ts'
import { createLineSplitter, framesOf } from './lines.ts'
import { timeOf } from './normalise.ts'
import { InspectWire } from './wire.ts'

const lineCap = 64_000
const stampCap = 40
const stamp = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) ?/

/** Takes the time off the head of a line or frame. */
const unstamped = (bytes: Buffer): { at: string | null; rest: Buffer } => {
  const [whole, time] = stamp.exec(bytes.subarray(0, stampCap).toString('latin1')) ?? []
  return whole ? { at: timeOf(time), rest: bytes.subarray(whole.length) } : { at: null, rest: bytes }
}

/** A cut in the middle of a character leaves no half of it. */
const textOf = (bytes: Buffer): string => {
  const text = bytes.toString('utf8').replace(/\r$/, '')
  return bytes.length >= lineCap ? text.replace(/\uFFFD+$/, '') : text
}

/** A terminal's log is one raw stream. */
export async function* rawLines(body: Readable): AsyncGenerator<LogLine> {
  const splitter = createLineSplitter(lineCap + stampCap)
  const line = (bytes: Buffer): LogLine => {
    const { at, rest } = unstamped(bytes)
    return { at, stream: 'out', text: textOf(rest.subarray(0, lineCap)) }
  }
  for await (const chunk of body as AsyncIterable<Buffer>) {
    for (const bytes of splitter.push(chunk)) yield line(bytes)
  }
  const rest = splitter.rest()
  if (rest) yield line(rest)
}

/**
 * The engine cuts a long line into frames of 16 kB and stamps each of them, so a stamp in the middle of a line is not
 * the container's.
 */
export async function* multiplexedLines(body: Readable): AsyncGenerator<LogLine> {
  const open = { out: createLineSplitter(lineCap), err: createLineSplitter(lineCap) }
  const at: Record<'out' | 'err', string | null> = { out: null, err: null }
  for await (const { stream, data } of framesOf(body, lineCap + stampCap)) {
    const { at: time, rest } = unstamped(data)
    if (!open[stream].isMidLine()) at[stream] = time
    for (const bytes of open[stream].push(rest)) {
      yield { at: at[stream], stream, text: textOf(bytes) }
      at[stream] = time
    }
  }
  for (const stream of ['out', 'err'] as const) {
    const rest = open[stream].rest()
    if (rest) yield { at: at[stream], stream, text: textOf(rest) }
  }
}

/** Seconds with a fraction, as the engine wants them. */
const sinceOf = (iso: string | null) => (iso === null ? undefined : (Date.parse(iso) / 1000).toFixed(3))

export const createLogs = (client: DockerClient): EnginePort['logs'] =>
  async function* (containerId, { tail, since, follow }, signal) {
    const done = new AbortController()
    const both = AbortSignal.any([signal, done.signal])
    const path = `/containers/${encodeURIComponent(containerId)}`
    try {
      const inspected = await client.json({ path: `${path}/json`, signal: both }, InspectWire)
      const query = { stdout: 1, stderr: 1, timestamps: 1, tail, since: sinceOf(since), follow: follow ? 1 : 0 }
      const { body } = await client.stream({ path: `${path}/logs`, query, signal: both, timeoutMs: 30_000 })
      yield* inspected.Config.Tty ? rawLines(body) : multiplexedLines(body)
    } catch (cause) {
      if (!signal.aborted) throw cause
    } finally {
      done.abort()
    }
  }
