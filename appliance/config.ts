import { BlockList, isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { BootError } from './lib/boot-error.ts'

export interface Config {
  dataFolder: string
  host: string
  port: number
  httpsPort: number | null
  tls: { cert: string; key: string } | null
  publicUrl: URL | null
  /** Networks whose X-Forwarded-* headers count; null = none. */
  trustedProxies: BlockList | null
  contentPort: number | null
  mqttPort: number
  mqttLocalPort: number | null
  mqttUrl: string | null
  masterKeyFile: string
  claimCode: string | null
  /** Ask the local networks for media servers. */
  discovery: boolean
  logLevel: string
  notifySocket: string | null
  watchdogMs: number | null
}

const port = z.coerce.number('must be a port number').int().min(0).max(65535)
const absent = (value: unknown) => (value === '' ? undefined : value)
const optional = <T extends z.ZodType>(type: T) => z.preprocess(absent, type.optional())
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an address such as https://belfry.example.org' })

const networks = z.string().transform((text, context) => {
  const list = new BlockList()
  for (const entry of text.split(/[\s,]+/).filter(Boolean)) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address)
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix)
    if (!family || !Number.isInteger(bits) || bits < 0 || bits > (family === 6 ? 128 : 32)) {
      context.addIssue({ code: 'custom', message: `has ${entry}, which is not a network such as 10.0.0.0/8` })
      return z.NEVER
    }
    list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4')
  }
  return list
})

const Environment = z.object({
  BELFRY_DATA: optional(z.string()),
  BELFRY_HOST: optional(z.string()),
  BELFRY_PORT: optional(port),
  BELFRY_HTTPS_PORT: optional(port),
  BELFRY_TLS_CERT: optional(z.string()),
  BELFRY_TLS_KEY: optional(z.string()),
  BELFRY_PUBLIC_URL: optional(httpUrl),
  BELFRY_TRUSTED_PROXIES: optional(networks),
  BELFRY_CONTENT_PORT: optional(port),
  BELFRY_MQTT_PORT: optional(port),
  BELFRY_MQTT_LOCAL_PORT: optional(port),
  BELFRY_MQTT_URL: optional(
    z.url({ protocol: /^(mqtts?|wss?)$/, error: 'must be an address such as mqtts://broker:8883' }),
  ),
  BELFRY_MASTER_KEY_FILE: optional(z.string()),
  BELFRY_CLAIM_CODE: optional(z.string().regex(/^[0-9A-Za-z -]{6,64}$/, 'must have 6 to 64 letters and digits')),
  BELFRY_LOG: optional(z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])),
  BELFRY_DISCOVERY: optional(z.enum(['on', 'off'])),
  NOTIFY_SOCKET: optional(z.string()),
  WATCHDOG_USEC: optional(z.coerce.number().positive()),
})

/** Reads the environment once. Throws BootError with a sentence that names the variable. */
export const loadConfig = (env: Record<string, string | undefined> = process.env): Config => {
  const parsed = Environment.safeParse(env)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new BootError(`The environment is not right: ${issue?.path.join('.')} ${issue?.message}.`)
  }
  const e = parsed.data
  if (Boolean(e.BELFRY_TLS_CERT) !== Boolean(e.BELFRY_TLS_KEY)) {
    throw new BootError('BELFRY_TLS_CERT and BELFRY_TLS_KEY go together: set both or neither.')
  }
  const dataFolder = resolve(e.BELFRY_DATA ?? './data')
  return {
    dataFolder,
    host: e.BELFRY_HOST ?? '0.0.0.0',
    port: e.BELFRY_PORT ?? 8080,
    httpsPort: e.BELFRY_HTTPS_PORT ?? null,
    tls: e.BELFRY_TLS_CERT && e.BELFRY_TLS_KEY ? { cert: e.BELFRY_TLS_CERT, key: e.BELFRY_TLS_KEY } : null,
    publicUrl: e.BELFRY_PUBLIC_URL ? new URL(e.BELFRY_PUBLIC_URL) : null,
    trustedProxies: e.BELFRY_TRUSTED_PROXIES ?? null,
    contentPort: e.BELFRY_CONTENT_PORT ?? null,
    mqttPort: e.BELFRY_MQTT_PORT ?? 8883,
    mqttLocalPort: e.BELFRY_MQTT_LOCAL_PORT ?? null,
    mqttUrl: e.BELFRY_MQTT_URL ?? null,
    masterKeyFile: resolve(e.BELFRY_MASTER_KEY_FILE ?? `${dataFolder}/master.key`),
    claimCode: e.BELFRY_CLAIM_CODE ?? null,
    discovery: e.BELFRY_DISCOVERY !== 'off',
    logLevel: e.BELFRY_LOG ?? 'info',
    notifySocket: e.NOTIFY_SOCKET ?? null,
    watchdogMs: e.WATCHDOG_USEC ? e.WATCHDOG_USEC / 1000 : null,
  }
}
