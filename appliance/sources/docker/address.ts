import { AppError } from '#protocol/errors.ts'
import type { Target } from '../http.ts'

const refuse = (sentence: string) => new AppError('invalid_request', `url: ${sentence}`)

/** IANA: 2376 is the port of a Docker engine over TLS, 2375 of one without. */
const tlsPort = '2376'

/** The URL as it is kept. Takes unix:///path and tcp://host[:port]; throws AppError with a sentence on others. */
export const parseUrl = (text: string): string => {
  if (!URL.canParse(text)) {
    throw refuse('Write unix:///var/run/docker.sock for this machine, or tcp://host:2376 for another one.')
  }
  const url = new URL(text)
  if (url.protocol === 'ssh:') throw refuse('Engines over SSH cannot be added yet. Use tcp:// with certificates.')
  if (url.protocol === 'unix:') return parseUnix(url)
  if (url.protocol !== 'tcp:') throw refuse('A Docker engine is reached at unix:///path or tcp://host:port.')
  if (!url.hostname) throw refuse('The name or address of the host is missing.')
  if (url.username || url.password) throw refuse('A Docker engine has no user and password: give it certificates.')
  if (url.search || url.hash) throw refuse('Nothing may stand behind the port.')
  return `tcp://${url.hostname}:${url.port || tlsPort}${url.pathname.replace(/\/+$/, '')}`
}

const parseUnix = (url: URL): string => {
  if (url.host) throw refuse('Write three slashes: unix:///var/run/docker.sock.')
  if (url.pathname.length < 2) throw refuse('The path of the socket is missing.')
  return `unix://${url.pathname}`
}

export interface Access {
  credentials: { ca?: string | undefined; cert?: string | undefined; key?: string | undefined }
  fingerprint: string | null
  tls: boolean | undefined
}

/** Where the HTTP client goes. TLS with certificates, a pinned fingerprint, on port 2376, or when it is asked for. */
export const targetOf = (url: string, { credentials, fingerprint, tls }: Access): Target => {
  const parsed = new URL(url)
  if (parsed.protocol === 'unix:') {
    return { baseUrl: new URL('http://localhost'), socketPath: decodeURIComponent(parsed.pathname) }
  }
  const { ca, cert, key } = credentials
  const secure = tls ?? Boolean(cert || fingerprint || parsed.port === tlsPort)
  const clientTls = { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) }
  return {
    baseUrl: new URL(`${secure ? 'https' : 'http'}://${parsed.host}${parsed.pathname}`),
    fingerprint,
    ...(secure ? { clientTls } : {}),
  }
}
