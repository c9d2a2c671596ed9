import type { HttpClient, HttpRequest } from '../http.ts'
import { createCalls, type MediaBrowserClient, messageTimeoutMs, segment } from '../mediabrowser/calls.ts'
import { UpstreamError } from '../upstream-error.ts'

export interface JellyfinClient extends MediaBrowserClient {
  /** Headers that prove who we are, in the form that this server takes. */
  authorization(): Record<string, string>
  isLegacy(): boolean
}

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

  const send = async (request: HttpRequest) => void (await authorised(request, http.send))

  return {
    ...createCalls({
      askAnyone: http.json,
      ask: (request, schema) => authorised(request, (full) => http.json(full, schema)),
      send,
    }),
    authorization: () => forms[form],
    isLegacy: () => form === 'legacy',
    message: (sessionId, text, signal) => {
      const body = { Header: 'Belfry', Text: text, TimeoutMs: messageTimeoutMs }
      return send({ method: 'POST', path: `/Sessions/${segment(sessionId)}/Message`, body, signal })
    },
    signOut: (id, signal) => send({ method: 'DELETE', path: '/Devices', query: { id }, signal }),
  }
}
