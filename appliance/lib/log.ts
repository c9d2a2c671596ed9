import { pino, stdSerializers } from 'pino'

export type Log = {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
  child(bindings: Record<string, unknown>): Log
}

const secretNames = [
  'password',
  'next',
  'current',
  'totp',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'apiKey',
  'api_key',
  'authorization',
  'cookie',
  'credentials',
  'privateKey',
  'tokenSecret',
  'key',
  'code',
  'authToken',
]
const inText = [
  /((?:X-Plex-Token|X-Emby-Token|api_?key|ticket|token|access_token)=)[^&\s"']+/gi,
  /(Token=\\?")[^"\\]+/gi,
  /((?:Bearer|PVEAPIToken=\S+?=)\s*)[\w.~+/-]{8,}=*/gi,
]

/** Takes tokens out of a text that goes into the log: query arguments and authorization headers of every upstream. */
export const redactText = (text: string): string =>
  inText.reduce((left, pattern) => left.replace(pattern, '$1***'), text)

const redactError = (error: Error) => {
  const plain = stdSerializers.err(error)
  return { ...plain, message: redactText(plain.message), stack: redactText(plain.stack) }
}

/** JSON lines to `destination` (standard output by default), with secrets replaced by `***`. */
export const createLog = (level: string, destination?: { write(line: string): void }): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: redactError, url: (url: unknown) => redactText(String(url)) },
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '***' },
    },
    destination ?? pino.destination({ fd: 1, sync: true }),
  )
