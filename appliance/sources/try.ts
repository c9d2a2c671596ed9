import type { SourceBody, SourceTest } from '#protocol/source.ts'
import type { Log } from '../lib/log.ts'
import { peekFingerprint } from './http.ts'
import { adapters } from './registry.ts'
import { fromNetwork } from './upstream-error.ts'

const tryForMs = 12_000

const isWeb = (url: string) => url.startsWith('https:') || url.startsWith('tcp:')

const peek = (url: string) =>
  isWeb(url) ? peekFingerprint(new URL(url.replace(/^tcp:/, 'https:'))) : Promise.resolve(null)

/** Asks an upstream who it is and reads it once, keeping nothing. Never throws for what the upstream does. */
export const trySource = async (
  body: SourceBody,
  deps: { log: Log; deviceId: string; now: () => number },
): Promise<SourceTest> => {
  const adapter = adapters[body.kind]
  if (!adapter) return { ok: false, state: 'unreachable', reason: 'Belfry does not know this kind yet.' }
  const settings = {
    url: body.url,
    credentials: adapter.credentials.parse(body.credentials),
    options: adapter.options.parse(body.options),
    fingerprint: body.fingerprint ?? null,
  }
  const connection = adapter.connect(settings, deps)
  const signal = AbortSignal.timeout(tryForMs)
  try {
    const { id, name, version } = await connection.identify(signal)
    await connection.read(signal)
    const shown = await peek(body.url)
    return {
      ok: true,
      state: 'ok',
      reason: null,
      identity: { id, name },
      version,
      ...(shown ? { fingerprint: shown } : {}),
    }
  } catch (cause) {
    const error = fromNetwork(cause)
    const shown = await peek(body.url)
    return { ok: false, state: error.state, reason: error.message, ...(shown ? { fingerprint: shown } : {}) }
  } finally {
    connection.close()
  }
}
