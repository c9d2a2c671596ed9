import type { PlayedStream } from '#protocol/play.ts'
import type { Session } from '#protocol/session.ts'
import type { MarkState } from '../components/mark.ts'

/** "4K", "1080p", "720p": what people call a picture's size. */
export const heightName = ({ width, height }: { width: number | null; height: number | null }): string | null => {
  if (width === null && height === null) return null
  const w = width ?? 0
  const h = height ?? 0
  if (w >= 7000 || h >= 4000) return '8K'
  if (w >= 3800 || h >= 2000) return '4K'
  const steps: [number, number, string][] = [
    [2500, 1400, '1440p'],
    [1800, 1000, '1080p'],
    [1200, 700, '720p'],
    [1000, 560, '576p'],
    [700, 460, '480p'],
  ]
  return steps.find(([least, low]) => w >= least || h >= low)?.[2] ?? (h > 0 ? `${h}p` : null)
}

const codecNames: Record<string, string> = {
  h264: 'H.264',
  avc: 'H.264',
  hevc: 'HEVC',
  h265: 'HEVC',
  av1: 'AV1',
  vp9: 'VP9',
  mpeg2video: 'MPEG-2',
  mpeg4: 'MPEG-4',
  vc1: 'VC-1',
}
export const codecName = (codec: string | null): string | null =>
  codec === null ? null : (codecNames[codec.toLowerCase()] ?? codec.toUpperCase())

export const decisionName = {
  'direct-play': 'Direct play',
  'direct-stream': 'Direct stream',
  transcode: 'Transcode',
} as const

export const isHeard = ({ mediaType }: Pick<Session, 'mediaType'>): boolean => mediaType === 'track'
export const isTranscode = ({ stream }: { stream: Pick<Session['stream'], 'decision'> }): boolean =>
  stream.decision === 'transcode'
export const isAwayFromHome = ({ player }: Pick<Session, 'player'>): boolean => player.location === 'wan'

/** "Direct play, 1080p", "4K to 1080p". */
export const streamFact = (session: { mediaType: Session['mediaType']; stream: PlayedStream }): string => {
  const { decision, source, target } = session.stream
  if (isHeard(session)) return [decisionName[decision], codecName(source.codec)].filter(Boolean).join(', ')
  const from = heightName(source)
  if (decision !== 'transcode') return [decisionName[decision], from].filter(Boolean).join(', ')
  const to = target ? heightName(target) : null
  if (from && to && from !== to) return `${from} to ${to}`
  const codec = target?.codec ? codecName(target.codec) : null
  return [decisionName[decision], codec && codec !== codecName(source.codec) ? `to ${codec}` : to]
    .filter(Boolean)
    .join(', ')
}

/** What a session does, in words: "Direct play, 1080p", "4K to 1080p", "Paused". */
export const factOf = (session: Session): { state: MarkState; fact: string; word?: 'attention' } => {
  if (session.state === 'paused') return { state: 'fine', fact: 'Paused' }
  if (session.state === 'buffering') return { state: 'attention', fact: 'Buffering', word: 'attention' }
  const costly = isTranscode(session) && session.stream.video === 'transcode' && session.stream.source.is4k
  return costly
    ? { state: 'attention', fact: streamFact(session), word: 'attention' }
    : { state: 'fine', fact: streamFact(session) }
}

/** "maya, Living room TV, away". */
export const whoOf = ({ user, player }: Session): string =>
  [user, player.name, isAwayFromHome({ player }) ? 'away' : null].filter(Boolean).join(', ')

/** Name on the line; an episode says which. */
export const nameOf = ({ title, subtitle, mediaType }: Session): string =>
  subtitle && mediaType === 'episode' ? `${title}, ${subtitle.split(' · ')[0]}` : title

/** Where it is at `now`: the box tells of changes only, a playing film moves on by itself. */
export const positionAt = (session: Session, now: number): number => {
  const moved = session.state === 'playing' ? Math.max(0, now - Date.parse(session.seenAt)) : 0
  return Math.min(session.positionMs + moved, session.durationMs ?? Number.POSITIVE_INFINITY)
}
