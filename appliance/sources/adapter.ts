import type { z } from 'zod'
import type { SourceKind } from '#protocol/source.ts'
import type { EnginePort, ObservedEngine } from '../containers/ports.ts'
import type { Log } from '../lib/log.ts'
import type { MediaPort, ObservedSession } from '../media/ports.ts'

/** Everything read from an upstream at one moment; a part that is absent was not read. */
export interface Observation {
  sessions?: ObservedSession[]
  engine?: ObservedEngine
}

export interface Identity {
  /** The upstream's own id of itself: a server replaced by another under the same address shows another one. */
  id: string
  name: string
  version: string
}

export interface Connection {
  /** Who answers there, and that the credentials are good for what we need. Throws UpstreamError. */
  identify(signal: AbortSignal): Promise<Identity>
  /** Reads everything once. Throws UpstreamError. */
  read(signal: AbortSignal): Promise<Observation>
  /**
   * Push, where the upstream has it: resolves or throws when the stream ends. `ready` once it is up, `observe` with
   * what a frame said, `nudge` when a frame only says that something changed.
   */
  listen?(to: { ready(): void; observe(seen: Observation): void; nudge(): void }, signal: AbortSignal): Promise<void>
  /** Rest between reads: while push is up (the safety read), and without push. */
  rest: { pushMs: number; pollMs: number; idleMs: number }
  /** True when nothing happens there, so that the slower rest is enough. */
  isIdle?(seen: Observation): boolean
  media?: MediaPort
  engine?: EnginePort
  close(): void
}

export interface Adapter<C, O> {
  kind: SourceKind
  label: string
  credentials: z.ZodType<C>
  options: z.ZodType<O>
  /** Which URLs this kind takes, for the form; throws a ZodError or AppError with a sentence on a bad one. */
  parseUrl(url: string): string
  connect(
    settings: { url: string; credentials: C; options: O; fingerprint: string | null },
    deps: { log: Log; deviceId: string; now: () => number },
  ): Connection
}
