import type { Session, TerminateOutcome } from '#protocol/session.ts'

/** The server's own words for what a session is made of; each may be absent, and the name counts then. */
export interface NativeIds {
  item?: string | null
  series?: string | null
  viewer?: string | null
  device?: string | null
}

/** A playback as an adapter tells of it. `ref` is the adapter's own word for it and means nothing to others. */
export type ObservedSession = Omit<
  Session,
  'id' | 'sourceId' | 'sourceKind' | 'startedAt' | 'seenAt' | 'rule' | 'player'
> & {
  /** Stable over the life of the playback: the same key in the next observation is the same session. */
  key: string
  ref: string
  /** What tells two plays of the same thing from plays of two things with one name. */
  ids?: NativeIds
  player: Omit<Session['player'], 'location'> & { location: 'lan' | 'wan' | null }
}

/** What the media feature needs from a server. Every call may throw UpstreamError. */
export interface MediaPort {
  /**
   * Message, stop, read again, and only with `force` sign the device out. The outcome is what was read afterwards,
   * never what the server answered. `not-controllable` = the client takes no commands.
   */
  terminate(
    ref: string,
    options: { reason: string | undefined; force: boolean },
    signal: AbortSignal,
  ): Promise<TerminateOutcome | 'not-controllable'>
}
