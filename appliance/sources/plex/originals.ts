import type { Log } from '../../lib/log.ts'
import { originalKeyOf } from './normalise.ts'
import { originalOf, playedOf } from './stream.ts'
import type { MediaWire, SessionWire } from './wire.ts'

const maxKnown = 200
const failedAgainMs = 10 * 60_000

/** The files behind transcodes, asked for once each and kept while somebody plays them. */
export interface Originals {
  /** What is known now. The first question starts a look-up; `onLearned` follows when it brought something. */
  of(session: SessionWire): MediaWire | undefined
  /** Forgets what none of these plays. */
  keepOnly(sessions: readonly SessionWire[]): void
}

interface Known {
  versions: MediaWire[]
  askAgainAt: number
}

const mediaIdOf = (session: SessionWire) => playedOf(session)?.id ?? ''

/** One film has several versions: another one played is another question. */
const nameOf = (session: SessionWire): string | null => {
  const key = originalKeyOf(session)
  return key === null ? null : `${key} ${mediaIdOf(session)}`
}

export const createOriginals = (deps: {
  lookUp(ratingKey: string, signal: AbortSignal): Promise<MediaWire[]>
  onLearned(): void
  signal: AbortSignal
  log: Log
}): Originals => {
  const known = new Map<string, Known>()
  const waiting = new Set<string>()
  let queue: Promise<void> = Promise.resolve()

  const lookUp = async (name: string, ratingKey: string) => {
    try {
      if (!waiting.has(name) || deps.signal.aborted) return
      const versions = await deps.lookUp(ratingKey, deps.signal)
      known.set(name, { versions, askAgainAt: Number.POSITIVE_INFINITY })
      deps.onLearned()
    } catch (cause) {
      if (deps.signal.aborted) return
      deps.log.debug({ err: cause }, 'the file behind a transcode could not be looked up')
      known.set(name, { versions: [], askAgainAt: performance.now() + failedAgainMs })
    } finally {
      waiting.delete(name)
    }
  }

  return {
    of: (session) => {
      const name = nameOf(session)
      const ratingKey = originalKeyOf(session)
      if (name === null || ratingKey === null) return undefined
      const entry = known.get(name)
      const isDue = entry ? performance.now() >= entry.askAgainAt : known.size < maxKnown
      if (isDue && !waiting.has(name) && waiting.size < maxKnown && !deps.signal.aborted) {
        waiting.add(name)
        queue = queue.then(() => lookUp(name, ratingKey))
      }
      return entry && originalOf(playedOf(session), entry.versions)
    },
    keepOnly: (sessions) => {
      const playing = new Set(sessions.map(nameOf))
      for (const name of known.keys()) if (!playing.has(name)) known.delete(name)
      for (const name of waiting) if (!playing.has(name)) waiting.delete(name)
    },
  }
}
