import type { z } from 'zod'
import type { HttpClient, HttpRequest } from '../http.ts'
import { createCalls, type MediaBrowserClient, messageTimeoutMs, segment } from '../mediabrowser/calls.ts'
import type { PublicInfo } from '../mediabrowser/wire.ts'
import { UpstreamError } from '../upstream-error.ts'
import { Devices } from './wire.ts'

const asQuery = (fields: Record<string, string | number>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')

const isRefused = (cause: unknown): cause is UpstreamError =>
  cause instanceof UpstreamError && cause.state === 'degraded'

const isUnknownPath = (cause: unknown) => isRefused(cause) && (cause.status === 404 || cause.status === 405)

/** The API stands below /emby; a proxy may have put it elsewhere, and then the address says so already. */
const createPrefix = (baseUrl: URL) => {
  let prefix = /\/emby\/?$/i.test(baseUrl.pathname) ? '' : '/emby'
  return {
    below: (request: HttpRequest): HttpRequest => ({ ...request, path: `${prefix}${request.path}` }),
    /** Does without it where that is refused and this is not. */
    settle: async (run: () => Promise<PublicInfo>): Promise<PublicInfo> => {
      try {
        return await run()
      } catch (cause) {
        if (prefix === '' || !isRefused(cause)) throw cause
        const before = prefix
        prefix = ''
        return await run().catch(() => {
          prefix = before
          throw cause
        })
      }
    },
  }
}

export const createEmbyClient = (deps: { http: HttpClient; baseUrl: URL; apiKey: string }): MediaBrowserClient => {
  const { http, baseUrl, apiKey } = deps
  const prefix = createPrefix(baseUrl)
  const proven = (request: HttpRequest): HttpRequest => ({
    ...prefix.below(request),
    headers: { ...request.headers, 'x-emby-token': apiKey },
  })
  const ask = <T>(request: HttpRequest, schema: z.ZodType<T>) => http.json(proven(request), schema)
  const send = async (request: HttpRequest) => void (await http.send(proven(request)))
  const calls = createCalls({ askAnyone: (request, schema) => http.json(prefix.below(request), schema), ask, send })

  /** The server's own ids of a device: it may be known under one for each of its apps. */
  const idsOf = async (deviceId: string, signal: AbortSignal): Promise<string[]> => {
    const { Items } = await ask({ path: '/Devices', signal }, Devices).catch((cause: unknown) => {
      if (isRefused(cause)) return { Items: [] }
      throw cause
    })
    const ids = Items.flatMap(({ Id, ReportedDeviceId }) => (Id && ReportedDeviceId === deviceId ? [Id] : []))
    return ids.length > 0 ? ids : [deviceId]
  }

  /** By POST, since proxies may let no DELETE through; servers without that twin take the other. */
  const forget = async (id: string, signal: AbortSignal) => {
    const query = asQuery({ Id: id })
    try {
      await send({ method: 'POST', path: `/Devices/Delete?${query}`, signal })
    } catch (cause) {
      if (!isUnknownPath(cause)) throw cause
      await send({ method: 'DELETE', path: `/Devices?${query}`, signal })
    }
  }

  return {
    ...calls,
    publicInfo: (signal) => prefix.settle(() => calls.publicInfo(signal)),
    message: (sessionId, text, signal) => {
      const query = asQuery({ Text: text, Header: 'Belfry', TimeoutMs: messageTimeoutMs })
      return send({ method: 'POST', path: `/Sessions/${segment(sessionId)}/Message?${query}`, signal })
    },
    signOut: async (deviceId, signal) => {
      for (const id of await idsOf(deviceId, signal)) await forget(id, signal)
    },
  }
}
