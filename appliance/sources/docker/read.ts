import type { ObservedEngine } from '../../containers/ports.ts'
import { UpstreamError } from '../upstream-error.ts'
import type { DockerClient } from './client.ts'
import { concurrently } from './concurrently.ts'
import { toContainer, toEngine } from './normalise.ts'
import { InfoWire, InspectWire, type ListedWire, ListWire } from './wire.ts'

const infoForMs = 30_000
const unheardForMs = 30_000
const inFlight = 8
const maxBytes = 64e6

interface Inspected {
  wire: InspectWire
  version: number
  look: string
  at: number
}

const replaced = () =>
  new UpstreamError('untrusted', 'upstream_untrusted', 'Another engine answers at this address now.')

/** What of a listed container tells that it changed; the rest of the status text only tells the time. */
const lookOf = ({ State, Status }: ListedWire) => `${State} ${/\(.*\)/.exec(Status ?? '')?.[0] ?? ''}`

const isGone = (cause: unknown) => cause instanceof UpstreamError && cause.status === 404
const isBroken = (cause: unknown) => cause instanceof UpstreamError && (cause.status ?? 0) >= 500

/**
 * Lists everything at each read, and inspects only what may have changed. While events come, they tell that; without
 * them what was inspected is taken for 30 s.
 */
export const createReader = (deps: { client: DockerClient; now: () => number }) => {
  const { client, now } = deps
  const inspected = new Map<string, Inspected>()
  const versions = new Map<string, number>()
  let era = 0
  let hearing = false
  let info: { wire: InfoWire; at: number } | null = null
  let who: string | null = null

  const versionOf = (id: string) => era + (versions.get(id) ?? 0)

  const readInfo = async (signal: AbortSignal): Promise<InfoWire> => {
    if (info && Math.abs(now() - info.at) < infoForMs) return info.wire
    const wire = await client.json({ path: '/info', signal, timeoutMs: 20_000 }, InfoWire)
    info = { wire, at: now() }
    return wire
  }

  const isFresh = (known: Inspected, listed: ListedWire): boolean =>
    known.version === versionOf(listed.Id) &&
    known.look === lookOf(listed) &&
    (hearing || Math.abs(now() - known.at) < unheardForMs)

  /** Null when it is gone meanwhile; what was known, or nothing, when the engine fails at this one alone. */
  const inspect = async (listed: ListedWire, signal: AbortSignal) => {
    const known = inspected.get(listed.Id)
    if (known && isFresh(known, listed)) return toContainer(listed, known.wire)
    const version = versionOf(listed.Id)
    try {
      const wire = await client.json({ path: `/containers/${listed.Id}/json`, signal }, InspectWire)
      inspected.set(listed.Id, { wire, version, look: lookOf(listed), at: now() })
      return toContainer(listed, wire)
    } catch (cause) {
      if (isGone(cause)) return null
      if (!isBroken(cause)) throw cause
      return toContainer(listed, known?.wire ?? null)
    }
  }

  const forgetAllBut = (ids: ReadonlySet<string>) => {
    for (const id of inspected.keys()) if (!ids.has(id)) inspected.delete(id)
    for (const id of versions.keys()) if (!ids.has(id)) versions.delete(id)
  }

  return {
    /** Asks anew who answers there; from then on another one is refused. */
    identify: async (signal: AbortSignal) => {
      info = null
      const wire = await readInfo(signal)
      const id = wire.ID || wire.Name || ''
      if (id !== who) inspected.clear()
      who = id
      return { id, name: wire.Name || 'Docker', version: wire.ServerVersion || '' }
    },
    read: async (signal: AbortSignal): Promise<ObservedEngine> => {
      const [wire, { api }] = [await readInfo(signal), await client.negotiated(signal)]
      if (who !== null && (wire.ID || wire.Name || '') !== who) throw replaced()
      const listed = await client.json({ path: '/containers/json', query: { all: 1 }, signal, maxBytes }, ListWire)
      const containers = await concurrently(listed, inFlight, (one) => inspect(one, signal))
      forgetAllBut(new Set(listed.map(({ Id }) => Id)))
      return toEngine(
        wire,
        api,
        containers.filter((one) => one !== null),
      )
    },
    /** That container is to be inspected anew. */
    touched: (id: string) => {
      versions.set(id, (versions.get(id) ?? 0) + 1)
    },
    /** Events come from now on; what happened before is not known. */
    up: () => {
      era += 1
      hearing = true
    },
    down: () => {
      hearing = false
    },
    host: async (signal: AbortSignal) => {
      const wire = info?.wire ?? (await readInfo(signal))
      return { cpus: wire.NCPU ?? null, memoryBytes: wire.MemTotal || null }
    },
  }
}
export type Reader = ReturnType<typeof createReader>
