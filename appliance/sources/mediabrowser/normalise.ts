import type { Session } from '#protocol/session.ts'
import type { ObservedSession } from '../../media/ports.ts'
import { bareAddress, isHomeAddress } from '../address.ts'
import type { Dialect } from './dialect.ts'
import { streamOf } from './stream.ts'
import type { ItemWire, SessionWire } from './wire.ts'

const ticksPerMs = 10_000

const clip = (text: string | null | undefined): string | null => text?.trim().slice(0, 300) || null

const toMs = (ticks: number | null | undefined): number | null =>
  ticks === null || ticks === undefined || ticks < 0 ? null : Math.round(ticks / ticksPerMs)

const mediaTypes: Record<string, Session['mediaType']> = {
  Movie: 'movie',
  Episode: 'episode',
  Audio: 'track',
  AudioBook: 'track',
  Photo: 'photo',
  TvChannel: 'live',
  LiveTvChannel: 'live',
  Program: 'live',
  LiveTvProgram: 'live',
}

const mediaTypeOf = (item: ItemWire): Session['mediaType'] =>
  mediaTypes[item.Type ?? ''] ?? (item.MediaType === 'Audio' ? 'track' : item.MediaType === 'Photo' ? 'photo' : 'other')

const joined = (parts: (string | null | undefined)[]): string | null =>
  clip(parts.filter((part): part is string => Boolean(part)).join(' · '))

const episodeNumber = (item: ItemWire): string => {
  const { ParentIndexNumber: season, IndexNumber: episode } = item
  const parts = [season == null ? '' : `S${season}`, episode == null ? '' : `E${episode}`]
  return parts.filter(Boolean).join(' ')
}

type Names = { title: string; subtitle: string | null }

/** The name of what people say they watch, and under it which part of that it is. */
const namesOf = (item: ItemWire): Names => {
  const name = clip(item.Name) ?? 'Untitled'
  switch (mediaTypeOf(item)) {
    case 'episode': {
      const series = clip(item.SeriesName)
      const part = joined([episodeNumber(item), series ? name : null])
      return { title: series ?? name, subtitle: part }
    }
    case 'track':
      return {
        title: name,
        subtitle: joined([item.Artists?.filter(Boolean).join(', ') || item.AlbumArtist, item.Album]),
      }
    case 'live': {
      const title = clip(item.CurrentProgram?.Name) ?? name
      const channel = clip(item.ChannelName) ?? name
      return { title, subtitle: channel === title ? null : channel }
    }
    default:
      return { title: name, subtitle: item.Type === 'MusicVideo' ? joined([item.Artists?.join(', ')]) : null }
  }
}

const playerOf = (wire: SessionWire, dialect: Dialect): ObservedSession['player'] => {
  const address = bareAddress(wire.RemoteEndPoint ?? '')
  const product = clip(wire.Client) ?? 'Unknown player'
  return {
    name: clip(wire.DeviceName) ?? product,
    product,
    platform: dialect.platformOf(product),
    address,
    location: address === null ? null : isHomeAddress(address) ? 'lan' : 'wan',
  }
}

/** What the item's library is remembered under: its series, album or folder, so that one look-up serves them all. */
export const libraryKeyOf = (item: ItemWire): string | null =>
  mediaTypeOf(item) === 'live' ? null : (item.SeriesId ?? item.AlbumId ?? item.ParentId ?? item.Id ?? null)

/** The session and the item together: the session's id is the device's, and stays over everything it plays. */
export const refOf = (wire: SessionWire): string => JSON.stringify([wire.Id, wire.NowPlayingItem?.Id ?? ''])

/** Null when the session plays nothing, as that of somebody who browses, or of our own socket. */
export const toObservedSession = (
  wire: SessionWire,
  library: string | null,
  dialect: Dialect,
): ObservedSession | null => {
  const item = wire.NowPlayingItem
  if (!item?.Id) return null
  const playState = wire.PlayState
  const durationMs = toMs(item.RunTimeTicks)
  const positionMs = toMs(playState?.PositionTicks) ?? 0
  return {
    key: refOf(wire),
    ref: refOf(wire),
    ids: {
      ...{ item: item.Id, series: item.SeriesId ?? null },
      ...{ viewer: wire.UserId ?? null, device: wire.DeviceId ?? null },
    },
    state: playState?.IsPaused ? 'paused' : 'playing',
    user: clip(wire.UserName) ?? 'Unknown',
    ...namesOf(item),
    mediaType: mediaTypeOf(item),
    library: clip(library),
    year: item.ProductionYear == null ? null : Math.trunc(item.ProductionYear),
    positionMs: durationMs ? Math.min(positionMs, durationMs) : positionMs,
    durationMs: durationMs || null,
    player: playerOf(wire, dialect),
    stream: streamOf(item, playState, wire.TranscodingInfo, dialect),
    canTerminate: dialect.canControl(wire),
  }
}
