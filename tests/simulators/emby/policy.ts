import type { Body } from '../jellyfin/http.ts'
import type { Policy } from '../jellyfin/policy.ts'

/** Every field of the original's policy, as it is when a policy leaves it out. */
const DEFAULTS = {
  IsAdministrator: false,
  IsHidden: false,
  IsHiddenRemotely: false,
  IsHiddenFromUnusedDevices: false,
  IsDisabled: false,
  LockedOutDate: 0,
  AllowTagOrRating: false,
  BlockedTags: [],
  IsTagBlockingModeInclusive: false,
  IncludeTags: [],
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
  EnableContentDeletion: false,
  RestrictedFeatures: [],
  EnableContentDeletionFromFolders: [],
  EnableContentDownloading: true,
  EnableSubtitleDownloading: false,
  EnableSubtitleManagement: false,
  EnableSyncTranscoding: true,
  EnableMediaConversion: true,
  EnabledChannels: [],
  EnableAllChannels: true,
  EnabledFolders: [],
  EnableAllFolders: true,
  InvalidLoginAttemptCount: 0,
  EnablePublicSharing: true,
  RemoteClientBitrateLimit: 0,
  AuthenticationProviderId: 'Emby.Server.Implementations.Library.DefaultAuthenticationProvider',
  ExcludedSubFolders: [],
  SimultaneousStreamLimit: 0,
  EnabledDevices: [],
  EnableAllDevices: true,
  AllowCameraUpload: true,
  AllowSharingPersonalItems: false,
} satisfies Record<string, unknown>

export const embyDefaults = (): Record<string, unknown> => structuredClone(DEFAULTS)

export function policyWire(policy: Policy): Record<string, unknown> {
  return Object.fromEntries(Object.entries(DEFAULTS).map(([field, absent]) => [field, policy[field] ?? absent]))
}

const isGuid = (value: unknown): boolean =>
  typeof value === 'string' && /^[0-9a-f]{32}$/i.test(value.replaceAll('-', ''))

/** The posted policy with every absent field reset, or the name of the first field that is wrong. */
export function readPolicy(body: Body): { policy: Record<string, unknown> } | { wrong: string } {
  const policy = embyDefaults()
  for (const [field, absent] of Object.entries(DEFAULTS)) {
    const sent = body.value(field)
    if (sent === undefined) continue
    const fits = Array.isArray(absent) ? Array.isArray(sent) : typeof sent === typeof absent
    if (!fits) return { wrong: field }
    policy[field] = sent
  }
  // The ids that folders have elsewhere are taken without a word, and mean nothing here.
  policy['EnabledFolders'] = (policy['EnabledFolders'] as unknown[]).filter(isGuid)
  return { policy }
}
