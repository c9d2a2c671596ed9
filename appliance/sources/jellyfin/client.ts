import { z } from 'zod'
import type { HttpClient, HttpRequest } from '../http.ts'
import { UpstreamError } from '../upstream-error.ts'
import { Ancestors, PublicInfo, parseSessions, type SessionWire, SystemInfo } from './wire.ts'

/** A play queue of thousands of entries makes an answer of megabytes. */
const sessionsMaxBytes = 16e6

export interface JellyfinClient {
  publicInfo(signal: AbortSignal): Promise<PublicInfo>
  /** Throws unless the key is good. */
  prove(signal: AbortSignal): Promise<void>
  sessions(signal: AbortSignal): Promise<SessionWire[]>
  /** Name of the library that an item lies in; null when it lies in none. */
  libraryOf(itemId: string, signal: AbortSignal): Promise<string | null>
  message(sessionId: string, text: string, signal: AbortSignal): Promise<void>
  /** Sends the command. That it was sent says nothing about what the player does. */
  stop(sessionId: string, signal: AbortSignal): Promise<void>
  /** Takes every token of the device back, which also ends what it plays. */
  signOut(deviceId: string, signal: AbortSignal): Promise<void>
  /** Headers that prove who we are, in the form that this server takes. */
  authorization(): Record<string, string>
  isLegacy(): boolean
}

const segment = encodeURIComponent

const modernHeader = (apiKey: string, deviceId: string): Record<string, string> => {
  const fields = { Token: apiKey, Client: 'Belfry', Device: 'Belfry', DeviceId: deviceId, Version: '1' }
  // The server URL-decodes the values.
  const parts = Object.entries(fields).map(([name, value]) => `${name}="${encodeURIComponent(value)}"`)
  return { authorization: `MediaBrowser ${parts.join(', ')}` }
}

export const createJellyfinClient = (deps: { http: HttpClient; apiKey: string; deviceId: string }): JellyfinClient => {
  const { http, apiKey, deviceId } = deps
  const forms = { modern: modernHeader(apiKey, deviceId), legacy: { 'x-emby-token': apiKey } }
  let form: keyof typeof forms = 'modern'
  let isKnown = false

  /** The header of 10.10 to 12 first; the old one only where the server refuses that and takes this. */
  const authorised = async <T>(request: HttpRequest, run: (request: HttpRequest) => Promise<T>): Promise<T> => {
    const attempt = async (name: keyof typeof forms) => {
      const answer = await run({ ...request, headers: { ...request.headers, ...forms[name] } })
      form = name
      isKnown = true
      return answer
    }
    try {
      return await attempt(form)
    } catch (cause) {
      const refused = cause instanceof UpstreamError && cause.status === 401
      if (!refused || isKnown) throw cause
      return await attempt('legacy').catch(() => {
        throw cause
      })
    }
  }

  const json = <T>(request: HttpRequest, schema: z.ZodType<T>) => authorised(request, (full) => http.json(full, schema))
  const send = async (request: HttpRequest) => void (await authorised(request, http.send))

  return {
    authorization: () => forms[form],
    isLegacy: () => form === 'legacy',
    publicInfo: (signal) => http.json({ path: '/System/Info/Public', signal }, PublicInfo),
    prove: async (signal) => void (await json({ path: '/System/Info', signal }, SystemInfo)),
    sessions: async (signal) =>
      parseSessions(await json({ path: '/Sessions', maxBytes: sessionsMaxBytes, signal }, z.unknown())),
    libraryOf: async (itemId, signal) => {
      const ancestors = await json({ path: `/Items/${segment(itemId)}/Ancestors`, signal }, Ancestors)
      return ancestors.find((one) => one.Type === 'CollectionFolder')?.Name ?? null
    },
    message: (sessionId, text, signal) => {
      const body = { Header: 'Belfry', Text: text, TimeoutMs: 15_000 }
      return send({ method: 'POST', path: `/Sessions/${segment(sessionId)}/Message`, body, signal })
    },
    stop: (sessionId, signal) => send({ method: 'POST', path: `/Sessions/${segment(sessionId)}/Playing/Stop`, signal }),
    signOut: (id, signal) => send({ method: 'DELETE', path: '/Devices', query: { id }, signal }),
  }
}
