import type { EnginePort, Measurement } from '../../containers/ports.ts'
import { pause } from '../../lib/poll.ts'
import { misshapen, UpstreamError } from '../upstream-error.ts'
import { compareApi, type DockerClient } from './client.ts'
import { concurrently } from './concurrently.ts'
import { createLineSplitter } from './lines.ts'
import { createMeter, type Host } from './stats.ts'
import { ListWire, StatsWire } from './wire.ts'

const everyMs = 2000
const inFlight = 8
const maxLine = 1_000_000

/** Docker 25: since then a single sample does not wait for a second one. */
const oneShotApi = '1.44'

interface Deps {
  client: DockerClient
  host(signal: AbortSignal): Promise<Host>
  now: () => number
}

const statsPath = (id: string) => `/containers/${id}/stats`

const isOwnAnswer = (cause: unknown) => cause instanceof UpstreamError && cause.status !== null

const runningIds = async (client: DockerClient, signal: AbortSignal) =>
  (await client.json({ path: '/containers/json', signal, maxBytes: 64e6 }, ListWire)).map(({ Id }) => Id)

const onBeat = async (signal: AbortSignal, beat: () => Promise<void>) => {
  while (!signal.aborted) {
    const began = performance.now()
    await beat()
    await pause(Math.max(0, everyMs - (performance.now() - began)), signal)
  }
}

const sampleByPolling = async (deps: Deps, onMeasured: (all: Measurement[]) => void, signal: AbortSignal) => {
  const { client, now } = deps
  const meter = createMeter()
  const query = { stream: 0, 'one-shot': 1 }

  const sample = async (id: string): Promise<StatsWire | null> => {
    try {
      return await client.json({ path: statsPath(id), query, signal }, StatsWire)
    } catch (cause) {
      // It stopped between the list and now; the others go on.
      if (isOwnAnswer(cause)) return null
      throw cause
    }
  }

  await onBeat(signal, async () => {
    const host = await deps.host(signal)
    const ids = await runningIds(client, signal)
    meter.keep(new Set(ids))
    const samples = await concurrently(ids, inFlight, async (id) => ({ id, sample: await sample(id) }))
    if (signal.aborted) return
    onMeasured(samples.flatMap(({ id, sample }) => (sample ? [meter.measure(id, sample, host, now())] : [])))
  })
}

/** One container's endless samples, of which the latest counts. Ends by itself when the container stops. */
const openStream = (client: DockerClient, id: string, onEnd: () => void) => {
  const done = new AbortController()
  let latest: StatsWire | null = null

  const take = (line: Buffer) => {
    if (line.length === 0) return
    const parsed = StatsWire.safeParse(JSON.parse(line.toString()))
    if (!parsed.success) throw misshapen('a sample', parsed.error)
    latest = parsed.data
  }
  const run = async () => {
    const request = { path: statsPath(id), query: { stream: 1 }, signal: done.signal, timeoutMs: 30_000 }
    const { body } = await client.stream(request)
    const splitter = createLineSplitter(maxLine)
    for await (const chunk of body as AsyncIterable<Buffer>) for (const line of splitter.push(chunk)) take(line)
  }
  // Whatever ended it: the next beat opens another one for a container that runs, and fails itself when the engine does.
  run().then(onEnd, onEnd)

  return {
    /** The newest sample that was not taken yet. */
    latest: () => {
      const sample = latest
      latest = null
      return sample
    },
    close: () => done.abort(),
  }
}

const sampleByStreams = async (deps: Deps, onMeasured: (all: Measurement[]) => void, signal: AbortSignal) => {
  const { client, now } = deps
  const meter = createMeter()
  const streams = new Map<string, ReturnType<typeof openStream>>()

  const follow = (ids: ReadonlySet<string>) => {
    for (const [id, stream] of streams) if (!ids.has(id)) stream.close()
    for (const id of ids) {
      if (streams.has(id)) continue
      const stream = openStream(client, id, () => {
        if (streams.get(id) === stream) streams.delete(id)
      })
      streams.set(id, stream)
    }
  }

  try {
    await onBeat(signal, async () => {
      const host = await deps.host(signal)
      const ids = new Set(await runningIds(client, signal))
      follow(ids)
      meter.keep(ids)
      const measured = [...streams].flatMap(([id, stream]) => {
        const sample = ids.has(id) ? stream.latest() : null
        return sample ? [meter.measure(id, sample, host, now())] : []
      })
      if (measured.length > 0) onMeasured(measured)
    })
  } finally {
    for (const stream of streams.values()) stream.close()
  }
}

export const createMeasure =
  (deps: Deps): EnginePort['measure'] =>
  async (onMeasured, signal) => {
    try {
      const { theirs } = await deps.client.negotiated(signal)
      const sampled = compareApi(theirs, oneShotApi) >= 0 ? sampleByPolling : sampleByStreams
      await sampled(deps, onMeasured, signal)
    } catch (cause) {
      if (!signal.aborted) throw cause
    }
  }
