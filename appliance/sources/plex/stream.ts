import type { Session, VideoRange } from '#protocol/session.ts'
import type { MediaWire, PartWire, SessionWire, StreamWire, TranscodeWire } from './wire.ts'

type Stream = Session['stream']

/** More than any file or network carries: a server that says so does not know. */
const absurdKbps = 1_000_000

const toKbps = (kbps: number | null | undefined): number | null => {
  const whole = Math.round(kbps ?? 0)
  return whole > 0 && whole < absurdKbps ? whole : null
}

const chosen = <T extends { selected?: boolean | null | undefined }>(list: readonly T[]): T | undefined =>
  list.find(({ selected }) => selected) ?? list[0]

/** Live TV names what it does not know yet with an asterisk. */
const known = (name: string | null | undefined): string | null => (name && name !== '*' ? name.slice(0, 40) : null)

const size = (value: number | null | undefined): number | null =>
  value && value > 0 && value < 100_000 ? Math.round(value) : null

const videoIn = (part: PartWire | undefined) => chosen(part?.Stream.filter((one) => one.streamType === 1) ?? [])
const audioIn = (part: PartWire | undefined) => chosen(part?.Stream.filter((one) => one.streamType === 2) ?? [])

/** The version that plays, of those that the session names. */
export const playedOf = (session: SessionWire): MediaWire | undefined => chosen(session.Media)

/** The same version among all that the item has. */
export const originalOf = (played: MediaWire | undefined, versions: readonly MediaWire[]): MediaWire | undefined => {
  const parts = new Set(played?.Part.flatMap(({ id }) => id ?? []))
  return (
    versions.find(({ id }) => id && id === played?.id) ??
    versions.find(({ Part }) => Part.some(({ id }) => id && parts.has(id))) ??
    (versions.length === 1 ? versions[0] : undefined)
  )
}

const titlesOf = ({ displayTitle, extendedDisplayTitle, title }: StreamWire): string =>
  // Whoever made the file wrote the title, and may have written anything.
  `${displayTitle ?? ''} ${title ? (extendedDisplayTitle ?? '').replaceAll(title, '') : (extendedDisplayTitle ?? '')}`

const rangeInTitles = (titles: string): VideoRange | null => {
  if (/\bdo(lby )?vi(sion)?\b/i.test(titles)) return 'DV'
  if (/\bHDR10\+/i.test(titles)) return 'HDR10+'
  if (/\bHLG\b/i.test(titles)) return 'HLG'
  return /\bHDR(10)?\b/i.test(titles) ? 'HDR10' : null
}

/** Ten bits or a wide gamut alone are not HDR: only the transfer is, or Dolby Vision. */
const rangeOf = (video: StreamWire): VideoRange => {
  const named = rangeInTitles(titlesOf(video))
  if (video.DOVIPresent || named === 'DV') return 'DV'
  if (video.colorTrc === 'smpte2084') return named === 'HDR10+' ? named : 'HDR10'
  if (video.colorTrc === 'arib-std-b67') return 'HLG'
  return video.colorTrc ? 'SDR' : (named ?? 'SDR')
}

const isLarge = (width: number | null, height: number | null) => (width ?? 0) >= 3840 || (height ?? 0) >= 2000
const saysLarge = (media: MediaWire | undefined, video: StreamWire | undefined) =>
  /^4k$/i.test(media?.videoResolution ?? '') || /^4k\b/i.test(video?.displayTitle ?? '')

/** The file as it is, from what describes the file. */
const sourceOf = (media: MediaWire | undefined, part: PartWire | undefined, isPhoto: boolean): Stream['source'] => {
  const video = videoIn(part)
  const width = size(video?.width ?? media?.width)
  const height = size(video?.height ?? media?.height)
  const codec =
    known(video?.codec) ?? known(media?.videoCodec) ?? known(audioIn(part)?.codec) ?? known(media?.audioCodec)
  const isSized = width !== null && height !== null
  const is4k = !isPhoto && (isLarge(width, height) || (!isSized && saysLarge(media, video)))
  return { width, height, codec, range: video ? rangeOf(video) : null, is4k }
}

/**
 * What can be said of the file while only its transcode is described. No server makes a picture larger, so what is 4K
 * after it was so before; the titles stay those of the file.
 */
const guessedSource = (info: TranscodeWire | null, media: MediaWire | undefined, video: StreamWire | undefined) => ({
  width: null,
  height: null,
  codec: known(info?.sourceVideoCodec),
  range: video ? rangeInTitles(titlesOf(video)) : null,
  is4k: isLarge(size(video?.width ?? media?.width), size(video?.height ?? media?.height)) || saysLarge(media, video),
})

const isDirectPlay = (decision: string | null | undefined) => /^direct ?play$/i.test(decision ?? '')

const trackOf = (decision: string | null | undefined): 'direct' | 'transcode' | null => {
  if (!decision) return null
  return decision === 'transcode' || decision === 'burn' ? 'transcode' : 'direct'
}

interface Tracks {
  video: StreamWire | undefined
  audio: StreamWire | undefined
  hasVideo: boolean
  hasAudio: boolean
}

/** The part is called a transcode as soon as anything in it is, so what is told with the tracks comes first. */
const decisionsOf = (
  part: PartWire | undefined,
  info: TranscodeWire | null,
  { video, audio, hasVideo, hasAudio }: Tracks,
): Pick<Stream, 'decision' | 'video' | 'audio'> => {
  const told = {
    video: hasVideo ? (info?.videoDecision ?? video?.decision) : null,
    audio: hasAudio ? (info?.audioDecision ?? audio?.decision) : null,
  }
  const tracks = { video: trackOf(told.video), audio: trackOf(told.audio) }
  if (tracks.video === 'transcode' || tracks.audio === 'transcode') return { decision: 'transcode', ...tracks }
  const decisions = [told.video, told.audio].filter((one) => one !== null && one !== undefined)
  if (decisions.length === 0 && part?.decision === 'transcode') {
    // Of a single track it is plain which one is meant.
    const only = hasVideo !== hasAudio ? 'transcode' : null
    return { decision: 'transcode', video: hasVideo ? only : null, audio: hasAudio ? only : null }
  }
  const all = decisions.length > 0 ? decisions : part?.decision ? [part.decision] : []
  const isRepacked = info ? !all.length || !all.every(isDirectPlay) : all.some((one) => !isDirectPlay(one))
  const direct = { video: hasVideo ? ('direct' as const) : null, audio: hasAudio ? ('direct' as const) : null }
  return { decision: isRepacked ? 'direct-stream' : 'direct-play', ...direct }
}

const isUsed = (name: string | null | undefined) => Boolean(name) && !/^(0|false|none)$/i.test(name ?? '')

/** What was asked for is only a wish: the names are there while the hardware works. */
const hardwareOf = (info: TranscodeWire | null, video: Stream['video']): Stream['hardware'] => {
  if (video !== 'transcode' || !info) return null
  const decodes = isUsed(info.transcodeHwDecoding)
  const encodes = isUsed(info.transcodeHwEncoding)
  if (info.transcodeHwFullPipeline || (decodes && encodes)) return 'full'
  return decodes ? 'decode' : encodes ? 'encode' : 'none'
}

const linesOf = (resolution: string | null | undefined): number | null => {
  if (/^sd$/i.test(resolution ?? '')) return null
  return size(Number(/^(\d{3,4})p?$/.exec(resolution ?? '')?.[1] ?? 0))
}

const targetOf = (
  info: TranscodeWire | null,
  media: MediaWire | undefined,
  video: StreamWire | undefined,
  hasVideo: boolean,
): Stream['target'] => {
  if (!hasVideo) return { width: null, height: null, codec: known(info?.audioCodec) ?? known(media?.audioCodec) }
  return {
    width: size(video?.width) ?? size(media?.width) ?? size(info?.width),
    height: size(video?.height) ?? size(media?.height) ?? size(info?.height) ?? linesOf(media?.videoResolution),
    codec: known(info?.videoCodec) ?? known(video?.codec) ?? known(media?.videoCodec),
  }
}

const isConverted = (decision: string | null | undefined) => decision === 'transcode' || decision === 'copy'

/** Whether a session tells of what is made of the file and not of the file itself. */
export const isTranscoding = (session: SessionWire): boolean => {
  const part = chosen(playedOf(session)?.Part ?? [])
  if (session.TranscodeSession || isConverted(part?.decision)) return true
  return [videoIn(part), audioIn(part)].some((stream) => isConverted(stream?.decision))
}

/** `original` is the version as its file is, once that is known; it matters only while it is transcoded. */
export const streamOf = (session: SessionWire, original: MediaWire | undefined): Stream => {
  const media = playedOf(session)
  const part = chosen(media?.Part ?? [])
  const [video, audio] = [videoIn(part), audioIn(part)]
  const info = session.TranscodeSession ?? null
  const isMade = isTranscoding(session)
  const [isPhoto, isTrack] = [session.type === 'photo', session.type === 'track']
  const isUntold = !part?.Stream.length
  const hasVideo = !isPhoto && !isTrack && Boolean(video ?? info?.videoDecision ?? isUntold)
  const hasAudio = !isPhoto && Boolean(audio ?? info?.audioDecision ?? isUntold)
  const decisions = decisionsOf(part, info, { video, audio, hasVideo, hasAudio })
  const own = sourceOf(media, part, isPhoto)
  const originalPart = original?.Part.find(({ id }) => id && id === part?.id) ?? original?.Part[0]
  const file = original ? sourceOf(original, originalPart, isPhoto) : null
  const unknown = decisions.video === 'transcode' ? guessedSource(info, media, video) : own
  const source = isMade && hasVideo ? (file ?? unknown) : own
  return {
    ...decisions,
    container: known(info?.container) ?? known(media?.container),
    hardware: hardwareOf(info, decisions.video),
    bitrateKbps: toKbps(session.Session?.bandwidth) ?? toKbps(media?.bitrate),
    source: isTrack ? { ...own, codec: known(info?.sourceAudioCodec) ?? own.codec } : source,
    target: isMade ? targetOf(info, media, video, hasVideo) : null,
    reasons: info?.subtitleDecision === 'burn' ? ['The subtitles go into the picture.'] : [],
  }
}
