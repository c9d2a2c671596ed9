import type { Body } from './http.ts'

export interface Policy {
  IsAdministrator: boolean
  IsHidden: boolean
  IsDisabled: boolean
  EnableAllFolders: boolean
  EnabledFolders: string[]
  EnableMediaPlayback: boolean
  EnableRemoteControlOfOtherUsers: boolean
  EnableSharedDeviceControl: boolean
  MaxActiveSessions: number
  RemoteClientBitrateLimit: number
  InvalidLoginAttemptCount: number
  LoginAttemptsBeforeLockout: number
  AuthenticationProviderId: string
  PasswordResetProviderId: string
  [field: string]: unknown
}

const AUTHENTICATION = 'Jellyfin.Server.Implementations.Users.DefaultAuthenticationProvider'
const RESET = 'Jellyfin.Server.Implementations.Users.DefaultPasswordResetProvider'

/** What a field becomes that a policy leaves out; note IsHidden. */
export function defaultPolicy(): Policy {
  return {
    IsAdministrator: false,
    IsHidden: true,
    EnableCollectionManagement: false,
    EnableSubtitleManagement: false,
    EnableLyricManagement: false,
    IsDisabled: false,
    BlockedTags: [],
    AllowedTags: [],
    EnableUserPreferenceAccess: true,
    AccessSchedules: [],
    BlockUnratedItems: [],
    EnableRemoteControlOfOtherUsers: false,
    EnableSharedDeviceControl: true,
    EnableRemoteAccess: true,
    EnableLiveTvManagement: true,
    EnableLiveTvAccess: true,
    EnableMediaPlayback: true,
    EnableAudioPlaybackTranscoding: true,
    EnableVideoPlaybackTranscoding: true,
    EnablePlaybackRemuxing: true,
    ForceRemoteSourceTranscoding: false,
    EnableContentDeletion: false,
    EnableContentDeletionFromFolders: [],
    EnableContentDownloading: true,
    EnableSyncTranscoding: true,
    EnableMediaConversion: true,
    EnabledDevices: [],
    EnableAllDevices: true,
    EnabledChannels: [],
    EnableAllChannels: true,
    EnabledFolders: [],
    EnableAllFolders: true,
    InvalidLoginAttemptCount: 0,
    LoginAttemptsBeforeLockout: -1,
    MaxActiveSessions: 0,
    EnablePublicSharing: true,
    BlockedMediaFolders: [],
    BlockedChannels: [],
    RemoteClientBitrateLimit: 0,
    AuthenticationProviderId: AUTHENTICATION,
    PasswordResetProviderId: RESET,
    SyncPlayAccess: 'CreateAndJoinGroups',
  }
}

/** The posted policy with every absent field reset, or the name of the first field that is wrong. */
export function readPolicy(body: Body): { policy: Policy } | { wrong: string } {
  for (const required of ['AuthenticationProviderId', 'PasswordResetProviderId']) {
    if (!body.text(required)) return { wrong: required }
  }
  const policy = defaultPolicy()
  for (const field of Object.keys(policy)) {
    const sent = body.value(field)
    if (sent === undefined) continue
    const fits = Array.isArray(policy[field]) ? Array.isArray(sent) : typeof sent === typeof policy[field]
    if (!fits) return { wrong: field }
    policy[field] = sent
  }
  return { policy }
}
