import { z } from 'zod'
import type { HttpClient, HttpRequest } from '../http.ts'
import { UpstreamError } from '../upstream-error.ts'
import { Identity, type MediaWire, Metadata, parseSessions, Root, type SessionWire } from './wire.ts'

const sessionsMaxBytes = 16e6

export interface PlexClient {
  /** Asked without the token. */
  identity(signal: AbortSignal): Promise<{ machineIdentifier: string; version: string }>
  /** Its friendly name. Throws unless the token is good for anything at all. */
  name(signal: AbortSignal): Promise<string | null>
  /** Throws unless the token is the owner's. */
  sessions(signal: AbortSignal): Promise<SessionWire[]>
  /** Every version of an item, as its files are. */
  versionsOf(ratingKey: string, signal: AbortSignal): Promise<MediaWire[]>
  /** Sends the command, with the reason that the player shows. That it was sent says nothing about the player. */
  terminate(by: 'POST' | 'GET', sessionId: string, reason: string | undefined, signal: AbortSignal): Promise<void>
  /** Headers that say who we are and prove it. */
  authorization(): Record<string, string>
}

const isJwt = (token: string): boolean => /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/.test(token)

const wrongToken = (token: string) =>
  isJwt(token)
    ? 'This is a token of plex.tv itself, which no server takes. The server’s own token is needed.'
    : 'Plex does not accept the token: it is wrong, or was taken back.'

const notOwner = 'Plex knows the token but shows its sessions only to the owner of the server: use the owner’s token.'

const refusal = (cause: UpstreamError, sentence: string) => {
  const { status, body } = cause
  const more = status === null ? { body, cause } : { status, body, cause }
  return new UpstreamError('unauthorized', 'upstream_unauthorized', sentence, more)
}

const anotherServer = (cause: UpstreamError) =>
  new UpstreamError('degraded', 'upstream_refused', 'Something answers there, but it is no Plex server.', { cause })

const isRefused = (cause: unknown): cause is UpstreamError =>
  cause instanceof UpstreamError && (cause.status === 401 || cause.status === 403)

/** An answer of 401 or 403, in the words of what it means here; anything else as it is. */
const asRefusal = (cause: unknown, sentenceOf: (status: number | null) => string): unknown =>
  isRefused(cause) ? refusal(cause, sentenceOf(cause.status)) : cause

export const createPlexClient = (deps: { http: HttpClient; token: string; deviceId: string }): PlexClient => {
  const { http, token, deviceId } = deps
  const self = {
    'x-plex-client-identifier': deviceId,
    'x-plex-product': 'Belfry',
    'x-plex-version': '1',
    'x-plex-device-name': 'Belfry',
  }
  const authorization = () => ({ ...self, 'x-plex-token': token })
  const authorised = (request: HttpRequest): HttpRequest => ({ ...request, headers: authorization() })
  const json = <T>(request: HttpRequest, schema: z.ZodType<T>) => http.json(authorised(request), schema)

  const name: PlexClient['name'] = async (signal) => {
    try {
      return (await json({ path: '/', signal }, Root)).MediaContainer.friendlyName ?? null
    } catch (cause) {
      throw asRefusal(cause, (status) => (status === 401 ? wrongToken(token) : notOwner))
    }
  }

  return {
    authorization,
    identity: async (signal) => {
      try {
        return (await http.json({ path: '/identity', headers: self, signal }, Identity)).MediaContainer
      } catch (cause) {
        throw cause instanceof UpstreamError && cause.status === 404 ? anotherServer(cause) : cause
      }
    },
    name,
    sessions: async (signal) => {
      try {
        return parseSessions(await json({ path: '/status/sessions', maxBytes: sessionsMaxBytes, signal }, z.unknown()))
      } catch (cause) {
        // A token that was taken back is refused everywhere, one of somebody else only here.
        if (isRefused(cause)) await name(signal)
        throw asRefusal(cause, () => notOwner)
      }
    },
    versionsOf: async (ratingKey, signal) => {
      const path = `/library/metadata/${encodeURIComponent(ratingKey)}`
      const { Metadata: items, Video } = (await json({ path, timeoutMs: 5000, signal }, Metadata)).MediaContainer
      return [...items, ...Video].flatMap((item) => item.Media)
    },
    terminate: async (method, sessionId, reason, signal) => {
      const query = { sessionId, reason }
      await http.send(authorised({ method, path: '/status/sessions/terminate', query, signal }))
    },
  }
}
