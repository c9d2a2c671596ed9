import type { Item } from '../jellyfin/catalogue.ts'
import { isoOf } from '../jellyfin/ids.ts'
import { positionOf, transcodedPercent } from '../jellyfin/position.ts'
import { activeAt, type Playback, type Session } from '../jellyfin/sessions.ts'
import type { User } from '../jellyfin/users.ts'
import { policyWire } from './policy.ts'
import { embyStream } from './streams.ts'
import type { World } from './world.ts'

const TICKS_PER_MS = 10_000
const COMMANDS = ['DisplayMessage', 'SetVolume', 'Mute', 'Unmute', 'ToggleMute', 'PlayState', 'PlayNext', 'Play']

/** Only SupportsRemoteControl says that a player takes commands, and nothing says when it was paused. */
export function sessionWire(session: Session, world: World): Record<string, unknown> {
  const { playback } = session
  const now = world.now()
  return {
    PlayState: playStateWire(playback, now),
    AdditionalUsers: [],
    RemoteEndPoint: session.remoteEndPoint,
    Protocol: 'HTTP/1.1',
    PlayableMediaTypes: session.isPlayer ? ['Audio', 'Video'] : [],
    PlaylistIndex: 0,
    PlaylistLength: session.queue.length || (playback === null ? 0 : 1),
    Id: session.id,
    ServerId: world.keys.serverId,
    UserId: session.userId,
    UserName: session.userName,
    Client: session.client,
    LastActivityDate: isoOf(activeAt(session, now)),
    DeviceName: session.deviceName,
    NowPlayingItem: playback === null ? null : itemWire(playback.item, world),
    NowViewingItem: session.viewing === null ? null : itemWire(session.viewing, world),
    InternalDeviceId: Number(world.numberOf(session.deviceId)),
    DeviceId: session.deviceId,
    ApplicationVersion: session.appVersion,
    SupportedCommands: session.isPlayer ? COMMANDS : [],
    TranscodingInfo: playback === null ? null : transcodingWire(playback, now),
    SupportsRemoteControl: session.remoteControl,
  }
}

function playStateWire(playback: Playback | null, now: number): Record<string, unknown> {
  const idle = { CanSeek: false, IsPaused: false, IsMuted: false, RepeatMode: 'RepeatNone', Shuffle: false }
  if (playback === null) return { ...idle, SubtitleOffset: 0, PlaybackRate: 1 }
  return {
    PositionTicks: positionOf(playback, now) * TICKS_PER_MS,
    ...idle,
    CanSeek: playback.item.runtimeMs !== null,
    IsPaused: playback.pausedAt !== null,
    VolumeLevel: 100,
    AudioStreamIndex: playback.item.mediaType === 'Video' ? 1 : 0,
    MediaSourceId: sourceIdOf(playback.item),
    PlayMethod: playback.method,
    SubtitleOffset: 0,
    PlaybackRate: 1,
  }
}

function transcodingWire(playback: Playback, now: number): Record<string, unknown> | null {
  if (playback.transcoding === null) return null
  return {
    SubProtocol: 'hls',
    CompletionPercentage: transcodedPercent(playback, now),
    CurrentThrottle: 0,
    VideoPipelineInfo: [],
    SubtitlePipelineInfos: [],
    ...playback.transcoding,
  }
}

const sourceIdOf = (item: Item): string => `mediasource_${item.id}`

export function itemWire(item: Item, world: World): Record<string, unknown> {
  const video = item.streams.find((stream) => stream.Type === 'Video')
  return {
    Name: item.name,
    ServerId: world.keys.serverId,
    Id: item.id,
    Container: item.container,
    ProductionYear: item.year,
    RunTimeTicks: item.runtimeMs === null ? null : item.runtimeMs * TICKS_PER_MS,
    Bitrate: item.streams.reduce((sum, stream) => sum + Number(stream['BitRate'] ?? 0), 0) || null,
    IsFolder: false,
    Type: item.type,
    MediaType: item.mediaType,
    MediaStreams: item.streams.map(embyStream),
    ImageTags: {},
    BackdropImageTags: [],
    ...(video === undefined ? {} : { Width: video['Width'], Height: video['Height'] }),
    ...item.more,
  }
}

export function userWire(user: User, world: World): Record<string, unknown> {
  const hasPassword = user.password !== ''
  return {
    Name: user.name,
    ServerId: world.keys.serverId,
    Prefix: user.name.slice(0, 1).toUpperCase(),
    Id: user.id,
    HasPassword: hasPassword,
    HasConfiguredPassword: hasPassword,
    LastLoginDate: user.lastLoginAt === null ? null : isoOf(user.lastLoginAt),
    LastActivityDate: user.lastActivityAt === null ? null : isoOf(user.lastActivityAt),
    Configuration: { PlayDefaultAudioTrack: true, SubtitleMode: 'Smart', EnableNextEpisodeAutoPlay: true },
    Policy: policyWire(user.policy),
  }
}
