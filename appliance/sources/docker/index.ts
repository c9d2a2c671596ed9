import { z } from 'zod'
import type { EnginePort } from '../../containers/ports.ts'
import type { Adapter, Connection } from '../adapter.ts'
import { createHttpClient } from '../http.ts'
import { UpstreamError } from '../upstream-error.ts'
import { createAct, gone } from './act.ts'
import { parseUrl, targetOf } from './address.ts'
import { createDockerClient } from './client.ts'
import { createListen } from './events.ts'
import { createLogs } from './logs.ts'
import { createMeasure } from './measure.ts'
import { toDetail } from './normalise.ts'
import { createReader } from './read.ts'
import { InspectWire } from './wire.ts'

const pem = (what: string) =>
  z
    .string()
    .max(100_000)
    .refine((text) => text.includes('-----BEGIN '), `The ${what} is not in PEM: it begins with -----BEGIN.`)

const Credentials = z
  .strictObject({
    ca: pem('authority').optional(),
    cert: pem('certificate').optional(),
    key: pem('key').optional(),
  })
  .refine(({ cert, key }) => Boolean(cert) === Boolean(key), 'A certificate and its key belong together.')
type Credentials = z.infer<typeof Credentials>

const Options = z.strictObject({
  /** Forces or forbids TLS where certificates, fingerprint and port do not tell. */
  tls: z.boolean().optional(),
})
type Options = z.infer<typeof Options>

const rest = { pushMs: 60_000, pollMs: 10_000, idleMs: 10_000 }

const connect: Adapter<Credentials, Options>['connect'] = (settings, { now }): Connection => {
  const { url, credentials, options, fingerprint } = settings
  const client = createDockerClient(createHttpClient(targetOf(url, { credentials, fingerprint, tls: options.tls })))
  const reader = createReader({ client, now })
  const closed = new AbortController()
  const until = (signal: AbortSignal) => AbortSignal.any([signal, closed.signal])
  let listening = new AbortController()

  const listen = createListen({ client, touched: reader.touched, up: reader.up, down: reader.down })
  const logs = createLogs(client)
  const measure = createMeasure({ client, host: reader.host, now })
  const act = createAct(client)

  const engine: EnginePort = {
    inspect: async (containerId, signal) => {
      const path = `/containers/${encodeURIComponent(containerId)}/json`
      const wire = await client.json({ path, signal: until(signal) }, InspectWire).catch((cause) => {
        throw cause instanceof UpstreamError && cause.status === 404 ? gone() : cause
      })
      return toDetail(wire)
    },
    act: (containerId, action, signal) => act(containerId, action, until(signal)),
    logs: (containerId, wanted, signal) => logs(containerId, wanted, until(signal)),
    measure: (onMeasured, signal) => measure(onMeasured, until(signal)),
  }

  return {
    identify: (signal) => {
      client.forget()
      return reader.identify(until(signal))
    },
    read: async (signal) => {
      try {
        return { engine: await reader.read(until(signal)) }
      } catch (cause) {
        // The stream may hang on a host that has vanished: it is opened anew when the engine is back.
        listening.abort(cause)
        throw cause
      }
    },
    listen: (to, signal) => {
      listening = new AbortController()
      return listen(to, AbortSignal.any([signal, closed.signal, listening.signal]))
    },
    rest,
    engine,
    close: () => {
      closed.abort()
      client.close()
    },
  }
}

/** A Docker engine at a unix socket or over TCP, with or without certificates. */
export const docker = {
  kind: 'docker',
  label: 'Docker',
  credentials: Credentials,
  options: Options,
  parseUrl,
  connect,
} satisfies Adapter<Credentials, Options>
