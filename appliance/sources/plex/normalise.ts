import type { Session } from '#protocol/session.ts'
import type { ObservedSession } from '../../media/ports.ts'
import { bareAddress, isHomeAddress } from '../address.ts'
import { isTranscoding, playedOf, streamOf } from './stream.ts'
import type { MediaWire, SessionWire } from './wire.ts'

const clip = (text: string | null | undefined): string | null => text?.trim().slice(0, 300) || null

const joined = (parts: (string | null | undefined)[]): string | null =>
  clip(parts.filter((part): part is string => Boolean(part)).join(' · '))

const whole = (value: number | null | undefined): number | null =>
  value === null || value === undefined || !Number.isSafeInteger(Math.trunc(value)) ? null : Math.trunc(value)

const toMs = (value: number | null | undefined): number | null => {
  const ms = whole(value)
  return ms === null || ms < 0 ? null : ms
}

const mediaTypes: Record<string, Session['mediaType']> = {
  movie: 'movie',
  episode: 'episode',
  track: 'track',
  photo: 'photo',
}

const isNumeric = (key: string | null | undefined) => /^\d+$/.test(key ?? '')

/** A programme is an episode or a film by its type; that it is on air shows in where it lies. */
const isLive = (session: SessionWire): boolean => {
  if (session.live || session.key?.startsWith('/livetv/')) return true
  const isVideo = session.type !== 'track' && session.type !== 'photo'
  return isVideo && Boolean(session.ratingKey) && !isNumeric(session.ratingKey)
}

const mediaTypeOf = (session: SessionWire): Session['mediaType'] =>
  isLive(session) ? 'live' : (mediaTypes[session.type ?? ''] ?? 'other')

const episodeNumber = ({ parentIndex, index }: SessionWire): string => {
  const [season, episode] = [whole(parentIndex), whole(index)]
  return [season === null ? '' : `S${season}`, episode === null ? '' : `E${episode}`].filter(Boolean).join(' ')
}

/** The name of what people say they watch, and under it which part of that it is. */
const namesOf = (session: SessionWire): { title: string; subtitle: string | null } => {
  const name = clip(session.title) ?? 'Untitled'
  const above = clip(session.grandparentTitle)
  switch (mediaTypeOf(session)) {
    case 'episode':
      return { title: above ?? name, subtitle: joined([episodeNumber(session), above ? name : null]) }
    case 'track':
      return { title: name, subtitle: joined([clip(session.originalTitle) ?? above, session.parentTitle]) }
    case 'photo':
      return { title: name, subtitle: clip(session.parentTitle) }
    case 'live': {
      const media = playedOf(session)
      const channel = clip(media?.channelTitle) ?? clip(media?.channelCallSign)
      const title = above ?? name
      return { title, subtitle: [channel, name].find((part) => part && part !== title) ?? null }
    }
    default:
      return { title: name, subtitle: null }
  }
}

const locationOf = (session: SessionWire, address: string | null): 'lan' | 'wan' | null => {
  const told = session.Session?.location
  if (told === 'lan' || told === 'wan') return told
  if (told === 'cellular' || session.Player?.relayed) return 'wan'
  if (typeof session.Player?.local === 'boolean') return session.Player.local ? 'lan' : 'wan'
  return address === null ? null : isHomeAddress(address) ? 'lan' : 'wan'
}

const playerOf = (session: SessionWire): ObservedSession['player'] => {
  const player = session.Player
  const product = clip(player?.product) ?? 'Unknown player'
  // Through the relay the player seems to be on the server itself.
  const seen = player?.relayed ? (player.remotePublicAddress ?? player.address) : player?.address
  const address = bareAddress(seen ?? '')
  return {
    name: clip(player?.title) ?? clip(player?.device) ?? product,
    product,
    platform: clip(player?.platform) ?? clip(player?.device) ?? product,
    address,
    location: locationOf(session, address),
  }
}

/** Of one playback, whatever of its ids the server gives; the id that ends it may come later or never. */
export const keyOf = (session: SessionWire): string => {
  const { sessionKey, ratingKey, key, Session: own, Player } = session
  return JSON.stringify([sessionKey || own?.id || '', Player?.machineIdentifier ?? '', ratingKey || key || ''])
}

/** The id that ends it; empty when there is none, as with some players of music. */
export const refOf = (session: SessionWire): string => session.Session?.id ?? ''

export const positionOf = (session: SessionWire): number => toMs(session.viewOffset) ?? 0

/** The item that describes the file while its transcode is played; null when that is not needed or not possible. */
export const originalKeyOf = (session: SessionWire): string | null => {
  const isVideo = session.type !== 'track' && session.type !== 'photo'
  const isFile = isVideo && !isLive(session) && isNumeric(session.ratingKey)
  return isFile && isTranscoding(session) ? (session.ratingKey ?? null) : null
}

const states: Record<string, Session['state']> = { paused: 'paused', buffering: 'buffering' }

export interface Knowledge {
  original: MediaWire | undefined
  /** Where it plays now, which may be further than when the server was told. */
  positionMs: number
  /** Whether the server ends sessions at all. */
  canEnd: boolean
}

/** Null for what nobody chose to play, as the tune on the page of a series. */
export const toObservedSession = (session: SessionWire, known: Knowledge): ObservedSession | null => {
  if (session.guid?.startsWith('library://') && session.type === 'track') return null
  if (session.Player?.state === 'stopped') return null
  const durationMs = toMs(session.duration)
  return {
    key: keyOf(session),
    ref: refOf(session),
    ids: {
      ...{ item: session.ratingKey || null, series: session.grandparentRatingKey || null },
      ...{ viewer: session.User?.id || null, device: session.Player?.machineIdentifier || null },
    },
    state: states[session.Player?.state ?? ''] ?? 'playing',
    user: clip(session.User?.title) ?? 'Unknown',
    ...namesOf(session),
    mediaType: mediaTypeOf(session),
    library: clip(session.librarySectionTitle),
    year: whole(session.year),
    positionMs: durationMs ? Math.min(known.positionMs, durationMs) : known.positionMs,
    durationMs: durationMs || null,
    player: playerOf(session),
    stream: streamOf(session, known.original),
    canTerminate: known.canEnd && refOf(session) !== '',
  }
}
