import type { z } from 'zod'
import type { Adapter, Identity } from '../adapter.ts'
import { createHttpClient } from '../http.ts'
import type { MediaBrowserClient } from '../mediabrowser/calls.ts'
import { createConnection } from '../mediabrowser/connection.ts'
import { Credentials, Options, urlParser } from '../mediabrowser/settings.ts'
import { UpstreamError } from '../upstream-error.ts'
import { createEmbyClient } from './client.ts'
import { dialect } from './normalise.ts'
import { createEmbyPush } from './push.ts'

type EmbyAdapter = Adapter<z.infer<typeof Credentials>, z.infer<typeof Options>>

const identify = async (client: MediaBrowserClient, signal: AbortSignal): Promise<Identity> => {
  const info = await client.publicInfo(signal)
  if (/jellyfin/i.test(info.ProductName ?? '') || /^\d\d/.test(info.Version)) {
    const reason = `This is a Jellyfin server, version ${info.Version}, and not Emby.`
    throw new UpstreamError('degraded', 'upstream_refused', reason)
  }
  await client.prove(signal)
  return { id: info.Id, name: info.ServerName?.slice(0, 200) || 'Emby', version: info.Version }
}

const connect: EmbyAdapter['connect'] = ({ url, credentials: { apiKey }, fingerprint }, deps) => {
  const { log, deviceId } = deps
  const baseUrl = new URL(url)
  const http = createHttpClient({ baseUrl, fingerprint })
  const client = createEmbyClient({ http, baseUrl, apiKey })
  const push = createEmbyPush({ http, baseUrl, apiKey, deviceId, log })
  return createConnection({ ...deps, http, client, push, dialect, identify: (signal) => identify(client, signal) })
}

export const emby = {
  kind: 'emby',
  label: 'Emby',
  credentials: Credentials,
  options: Options,
  parseUrl: urlParser('Emby', 'http://emby.local:8096'),
  connect,
} satisfies EmbyAdapter
