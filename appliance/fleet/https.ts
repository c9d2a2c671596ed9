import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { BootError } from '../lib/boot-error.ts'
import type { Log } from '../lib/log.ts'
import { every } from '../lib/poll.ts'
import type { Ca } from './ca.ts'
import type { ServerPair } from './keyring.ts'

interface Files {
  cert: string
  key: string
}

export interface Certificates {
  /** Hands over the first pair. Throws BootError when the files given cannot be used. */
  start(): Promise<void>
  stop(): Promise<void>
}

const lookEveryMs = 30_000
const askEveryMs = 3_600_000

const attempt = <T>(run: () => T, sentence: string): T => {
  try {
    return run()
  } catch (cause) {
    throw new BootError(sentence, { cause })
  }
}
const textOf = (name: string, path: string) =>
  attempt(() => readFileSync(path, 'utf8'), `${name} names ${path}, which cannot be read.`)

/** Reads and checks a certificate (leaf first, PEM) and its key. Throws BootError with what is wrong. */
export const readPair = (files: Files): ServerPair => {
  const cert = textOf('BELFRY_TLS_CERT', files.cert)
  const key = textOf('BELFRY_TLS_KEY', files.key)
  const leaf = attempt(() => new X509Certificate(cert), `BELFRY_TLS_CERT: ${files.cert} holds no certificate in PEM.`)
  const privateKey: KeyObject = attempt(
    () => createPrivateKey(key),
    `BELFRY_TLS_KEY: ${files.key} holds no private key in PEM that opens without a passphrase.`,
  )
  if (!leaf.checkPrivateKey(privateKey)) {
    throw new BootError(`The key in ${files.key} does not belong to the certificate in ${files.cert}.`)
  }
  return { cert, key, notAfter: leaf.validToDate.getTime(), fingerprint: leaf.fingerprint256 }
}

/**
 * Keeps the pair for HTTPS right: looks every 30 s whether the names of the box or the given files changed, asks the
 * CA once an hour whether it is time to renew, and calls `onChange` with every new pair. A pair that cannot be
 * replaced stays in use.
 */
export const createCertificates = (deps: {
  ca: Pick<Ca, 'serverCertificate'>
  names: () => string[]
  files?: Files | null
  now: () => number
  log: Log
  onChange: (pair: ServerPair) => void
  everyMs?: number
}): Certificates => {
  const { ca, files, log, now } = deps
  const stopping = new AbortController()
  let current: ServerPair | null = null
  let asked = { names: '', at: Number.NEGATIVE_INFINITY }
  let complaint = ''
  let loop: Promise<void> = Promise.resolve()

  const fromCa = async (): Promise<ServerPair> => {
    const names = deps.names()
    const isKnown = names.join() === asked.names && Math.abs(now() - asked.at) < askEveryMs
    if (current && isKnown) return current
    const pair = await ca.serverCertificate(names)
    asked = { names: names.join(), at: now() }
    return pair
  }
  const check = async () => {
    const pair = files ? readPair(files) : await fromCa()
    complaint = ''
    if (stopping.signal.aborted || (pair.cert === current?.cert && pair.key === current.key)) return
    current = pair
    const facts = { fingerprint: pair.fingerprint, notAfter: new Date(pair.notAfter).toISOString() }
    if (pair.notAfter < now()) log.warn(facts, 'the certificate for HTTPS has expired')
    else log.info(facts, 'certificate for HTTPS')
    deps.onChange(pair)
  }
  const complain = (cause: unknown) => {
    const sentence = cause instanceof Error ? cause.message : String(cause)
    if (sentence !== complaint)
      log.error({ err: cause }, 'the certificate for HTTPS was not renewed, the last one stays')
    complaint = sentence
  }

  return {
    start: async () => {
      await check()
      const everyMs = deps.everyMs ?? lookEveryMs
      loop = every({ everyMs, signal: stopping.signal, run: check, onError: complain })
    },
    stop: async () => {
      stopping.abort()
      await loop
    },
  }
}
