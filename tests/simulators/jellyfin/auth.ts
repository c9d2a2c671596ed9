import type { IncomingHttpHeaders } from 'node:http'
import type { Query } from './http.ts'
import type { User, Users } from './users.ts'

/** What a request says about itself before anybody believes it. */
export interface Claims {
  token: string | null
  client: string | null
  device: string | null
  deviceId: string | null
  version: string | null
}

export interface Identity {
  token: string
  isApiKey: boolean
  isAdmin: boolean
  user: User | null
  client: string
  device: string
  deviceId: string
  version: string
}

export interface Keys {
  apiKey: string
  apiKeyName: string
  serverId: string
  version: string
}

export function readClaims(headers: IncomingHttpHeaders, query: Query, legacy: boolean): Claims {
  const parts = readAuthorization(headers, legacy)
  const candidates = [
    parts.get('Token'),
    legacy ? header(headers, 'x-emby-token') : null,
    legacy ? header(headers, 'x-mediabrowser-token') : null,
    query.get('ApiKey'),
    legacy ? query.get('api_key') : null,
  ]
  return {
    token: candidates.find((candidate) => candidate) ?? null,
    client: parts.get('Client') ?? null,
    device: parts.get('Device') ?? null,
    deviceId: parts.get('DeviceId') ?? null,
    version: parts.get('Version') ?? null,
  }
}

/** null: no token was sent. 'refused': one that is unknown or belongs to a disabled user. */
export function identify(claims: Claims, users: Users, keys: Keys): Identity | 'refused' | null {
  const { token } = claims
  if (token === null || token.trim() === '') return null
  if (token === keys.apiKey) return identityOfKey(claims, token, keys)
  const device = users.deviceOfToken(token)
  const user = device === null ? null : users.find(device.userId)
  if (device === null || user === null || user.policy.IsDisabled) return 'refused'
  return {
    token,
    isApiKey: false,
    isAdmin: user.policy.IsAdministrator,
    user,
    client: claims.client || device.appName,
    device: claims.device || device.deviceName,
    deviceId: claims.deviceId || device.deviceId,
    version: claims.version || device.appVersion,
  }
}

function identityOfKey(claims: Claims, token: string, keys: Keys): Identity {
  return {
    token,
    isApiKey: true,
    isAdmin: true,
    user: null,
    client: keys.apiKeyName,
    device: claims.device || 'Jellyfin Server',
    deviceId: claims.deviceId || keys.serverId,
    version: claims.version || keys.version,
  }
}

function readAuthorization(headers: IncomingHttpHeaders, legacy: boolean): Map<string, string> {
  const sent = headers.authorization || (legacy ? header(headers, 'x-emby-authorization') : null)
  const space = sent?.indexOf(' ') ?? -1
  if (!sent || space === -1) return new Map()
  const scheme = sent.slice(0, space).toLowerCase()
  if (scheme !== 'mediabrowser' && !(legacy && scheme === 'emby')) return new Map()
  return readParts(sent.slice(space + 1))
}

/** `Name="value", Other="value"`: commas and equal signs inside quotes are part of the value, and values are URL-decoded. */
export function readParts(text: string): Map<string, string> {
  const parts = new Map<string, string>()
  for (const part of text.match(/(?:"[^"]*"|[^,"])+/g) ?? []) {
    const equals = part.indexOf('=')
    if (equals === -1) continue
    const value = part.slice(equals + 1).replace(/^"+|"+$/g, '')
    parts.set(part.slice(0, equals).trim(), urlDecode(value))
  }
  return parts
}

function urlDecode(value: string): string {
  const spaced = value.replaceAll('+', ' ')
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}

function header(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name]
  return typeof value === 'string' ? value : null
}
