import type { Item } from './catalogue.ts'
import { EMPTY_ID, isoOf, NEVER } from './ids.ts'
import { checkInOf, positionOf, transcodedPercent } from './position.ts'
import { activeAt, type Playback, type Session } from './sessions.ts'
import type { User } from './users.ts'

const TICKS_PER_MS = 10_000
const COMMANDS = ['DisplayMessage', 'SetVolume', 'Mute', 'Unmute', 'ToggleMute', 'PlayState', 'PlayNext', 'Play']

export interface WireContext {
  now: number
  serverId: string
  serverName: string
  /** The transcoder that the server is set to, whether a session uses it or not. */
  hardware: string
  queueFullItems: boolean
  item(id: string): Item | null
}

export function sessionWire(session: Session, context: WireContext): Record<string, unknown> {
  const { playback } = session
  return {
    PlayState: playStateWire(playback, context.now),
    AdditionalUsers: [],
    Capabilities: capabilitiesWire(session),
    RemoteEndPoint: session.remoteEndPoint,
    PlayableMediaTypes: session.isPlayer ? ['Audio', 'Video'] : [],
    Id: session.id,
    UserId: session.userId ?? EMPTY_ID,
    UserName: session.userName,
    Client: session.client,
    LastActivityDate: isoOf(activeAt(session, context.now)),
    LastPlaybackCheckIn: playback === null ? NEVER : isoOf(checkInOf(playback, context.now)),
    LastPausedDate: playback === null || playback.pausedAt === null ? null : isoOf(playback.pausedAt),
    DeviceName: session.deviceName,
    NowPlayingItem: playback === null ? null : itemWire(playback.item, context.serverId),
    NowViewingItem: session.viewing === null ? null : itemWire(session.viewing, context.serverId),
    DeviceId: session.deviceId,
    ApplicationVersion: session.appVersion,
    TranscodingInfo: playback === null ? null : transcodingWire(playback, context),
    IsActive: true,
    SupportsMediaControl: session.remoteControl,
    SupportsRemoteControl: session.remoteControl,
    NowPlayingQueue: session.queue,
    ...(context.queueFullItems ? { NowPlayingQueueFullItems: [] } : {}),
    HasCustomDeviceName: false,
    ServerId: context.serverId,
    SupportedCommands: session.isPlayer ? COMMANDS : [],
  }
}

/** What the socket sent before 10.11.7: the server's inner object, queue with whole items, no capabilities for a visitor. */
export function rawSessionWire(session: Session, context: WireContext): Record<string, unknown> {
  const { Capabilities, NowPlayingQueueFullItems: _, ...rest } = sessionWire(session, context)
  const known = session.queue.map((entry) => context.item(entry.Id)).filter((item) => item !== null)
  return {
    ...rest,
    ...(session.isPlayer ? { Capabilities } : {}),
    NowPlayingQueueFullItems: known.map((item) => itemWire(item, context.serverId)),
  }
}

function playStateWire(playback: Playback | null, now: number): Record<string, unknown> {
  const idle = { CanSeek: false, IsPaused: false, IsMuted: false, RepeatMode: 'RepeatNone', PlaybackOrder: 'Default' }
  if (playback === null) return idle
  const hasVideo = playback.item.mediaType === 'Video'
  return {
    PositionTicks: positionOf(playback, now) * TICKS_PER_MS,
    ...idle,
    CanSeek: playback.item.runtimeMs !== null,
    IsPaused: playback.pausedAt !== null,
    VolumeLevel: 100,
    AudioStreamIndex: hasVideo ? 1 : 0,
    SubtitleStreamIndex: hasVideo ? -1 : null,
    MediaSourceId: playback.item.id,
    PlayMethod: playback.method,
    LiveStreamId: playback.liveStreamId,
  }
}

function transcodingWire(playback: Playback, context: WireContext): Record<string, unknown> | null {
  // The original drops TranscodingInfo at every progress report that is not of a transcode.
  if (playback.transcoding === null || playback.method !== 'Transcode') return null
  return {
    HardwareAccelerationType: context.hardware,
    CompletionPercentage: transcodedPercent(playback, context.now),
    ...playback.transcoding,
  }
}

function capabilitiesWire(session: Session): Record<string, unknown> {
  return {
    PlayableMediaTypes: session.isPlayer ? ['Audio', 'Video'] : [],
    SupportedCommands: session.isPlayer ? COMMANDS : [],
    SupportsMediaControl: session.remoteControl,
    SupportsPersistentIdentifier: session.isPlayer,
  }
}

export function itemWire(item: Item, serverId: string): Record<string, unknown> {
  return {
    Name: item.name,
    ServerId: serverId,
    Id: item.id,
    Container: item.container,
    ProductionYear: item.year,
    RunTimeTicks: item.runtimeMs === null ? null : item.runtimeMs * TICKS_PER_MS,
    IsFolder: false,
    Type: item.type,
    MediaType: item.mediaType,
    MediaStreams: item.streams,
    ImageTags: {},
    BackdropImageTags: [],
    LocationType: 'FileSystem',
    ...sizeOf(item),
    ...item.more,
  }
}

function sizeOf(item: Item): Record<string, unknown> {
  const video = item.streams.find((stream) => stream.Type === 'Video')
  return video === undefined ? {} : { Width: video['Width'], Height: video['Height'] }
}

export function userWire(user: User, serverId: string): Record<string, unknown> {
  return {
    Name: user.name,
    ServerId: serverId,
    Id: user.id,
    HasPassword: true,
    HasConfiguredPassword: true,
    HasConfiguredEasyPassword: false,
    EnableAutoLogin: false,
    LastLoginDate: user.lastLoginAt === null ? null : isoOf(user.lastLoginAt),
    LastActivityDate: user.lastActivityAt === null ? null : isoOf(user.lastActivityAt),
    Configuration: { PlayDefaultAudioTrack: true, SubtitleMode: 'Default', EnableNextEpisodeAutoPlay: true },
    Policy: user.policy,
  }
}
