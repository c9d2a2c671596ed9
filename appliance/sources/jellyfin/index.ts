import type { z } from 'zod'
import type { Adapter, Identity } from '../adapter.ts'
import { createHttpClient } from '../http.ts'
import { createConnection } from '../mediabrowser/connection.ts'
import { Credentials, Options, urlParser } from '../mediabrowser/settings.ts'
import { UpstreamError } from '../upstream-error.ts'
import { createJellyfinClient, type JellyfinClient } from './client.ts'
import { dialect } from './normalise.ts'
import { createJellyfinPush } from './push.ts'

type JellyfinAdapter = Adapter<z.infer<typeof Credentials>, z.infer<typeof Options>>

const identify = async (client: JellyfinClient, signal: AbortSignal): Promise<Identity> => {
  const info = await client.publicInfo(signal)
  if (!info.ProductName && /^[34]\./.test(info.Version)) {
    const reason = `This is an Emby server, version ${info.Version}, and not Jellyfin.`
    throw new UpstreamError('degraded', 'upstream_refused', reason)
  }
  await client.prove(signal)
  return { id: info.Id, name: info.ServerName?.slice(0, 200) || 'Jellyfin', version: info.Version }
}

const connect: JellyfinAdapter['connect'] = ({ url, credentials: { apiKey }, fingerprint }, deps) => {
  const { log, deviceId } = deps
  const baseUrl = new URL(url)
  const http = createHttpClient({ baseUrl, fingerprint })
  const client = createJellyfinClient({ http, apiKey, deviceId })
  const push = createJellyfinPush({ http, client, baseUrl, apiKey, deviceId, log })
  return createConnection({ ...deps, http, client, push, dialect, identify: (signal) => identify(client, signal) })
}

export const jellyfin = {
  kind: 'jellyfin',
  label: 'Jellyfin',
  credentials: Credentials,
  options: Options,
  parseUrl: urlParser('Jellyfin', 'http://jellyfin.local:8096'),
  connect,
} satisfies JellyfinAdapter
