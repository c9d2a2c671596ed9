import type { Notice, PlayWire, SessionWire } from './wire.ts'

/** How often one state is asked after when the answers do not show it. */
const maxAsked = 3
const maxHeard = 500

/** Compares what is pushed with what was read, so that only what is new makes a question. */
export interface Hearing {
  /** What a read showed. True when that differs from the one before in what plays and how. */
  read(sessions: readonly SessionWire[]): boolean
  /** Whether this is more than was read. */
  isNews(notice: Notice): boolean
}

interface State {
  ratingKey: string
  state: string
  transcode: string
}

const lastSegment = (key: string | null | undefined): string => key?.split('/').at(-1) ?? ''

const signatureOf = (known: ReadonlyMap<string, State>): string =>
  [...known].map(([key, { ratingKey, state, transcode }]) => `${key} ${ratingKey} ${state} ${transcode}`).join('\n')

export const createHearing = (): Hearing => {
  let known = new Map<string, State>()
  const asked = new Map<string, { about: string; times: number }>()

  const differs = (play: PlayWire, before: State | undefined): boolean => {
    if (!before) return play.state !== 'stopped'
    if (play.state && play.state !== before.state) return true
    if (play.ratingKey && play.ratingKey !== before.ratingKey) return true
    // Without a transcode it is left out, and by some servers always.
    return Boolean(play.transcodeSession) && lastSegment(play.transcodeSession) !== before.transcode
  }

  /** Some states never show in an answer: they are asked after a few times and then let be. */
  const mayAsk = (key: string, about: string): boolean => {
    const before = asked.get(key)
    const times = before?.about === about ? before.times + 1 : 1
    asked.delete(key)
    asked.set(key, { about, times })
    if (asked.size > maxHeard) asked.delete(asked.keys().next().value as string)
    return times <= maxAsked
  }

  const isNewsOf = (play: PlayWire): boolean => {
    const key = play.sessionKey ?? ''
    if (!differs(play, known.get(key))) return false
    return mayAsk(key, `${play.ratingKey} ${play.state} ${play.transcodeSession}`)
  }

  return {
    read: (sessions) => {
      const before = signatureOf(known)
      known = new Map(
        sessions.map((session) => [
          session.sessionKey ?? '',
          {
            ratingKey: session.ratingKey ?? '',
            state: session.Player?.state ?? '',
            transcode: lastSegment(session.TranscodeSession?.key),
          },
        ]),
      )
      return signatureOf(known) !== before
    },
    isNews: ({ type, plays }) => {
      if (type === 'transcodeSession.start' || type === 'transcodeSession.end') return true
      if (type !== 'playing') return false
      // Each is taken, as each is remembered.
      return plays.filter(isNewsOf).length > 0
    },
  }
}
