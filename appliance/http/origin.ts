import type { BlockList } from 'node:net'
import { isIP } from 'node:net'

/** What the server adapter knows of the connection that a request came on. */
export interface Connection {
  address: string
  secure: boolean
}

/** Where a request came from, as far as it can be trusted. */
export interface Origin {
  /** The client's address; a forwarded one only when every hop behind it is a trusted proxy. */
  address: string
  secure: boolean
  /** Host with port, as the browser wrote it. */
  host: string
}

const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '')

const trusts = (proxies: BlockList | null, address: string): boolean => {
  const family = isIP(address)
  return Boolean(proxies && family && proxies.check(address, family === 6 ? 'ipv6' : 'ipv4'))
}

/** X-Forwarded-For is read from the right, and only as far as the hops are trusted: the left end is anybody's word. */
const clientOf = (forwardedFor: string | null, connected: string, proxies: BlockList | null): string => {
  const hops = (forwardedFor ?? '')
    .split(',')
    .map((hop) => plain(hop.trim()))
    .filter((hop) => isIP(hop))
  let address = connected
  while (trusts(proxies, address) && hops.length > 0) address = hops.pop() as string
  return address
}

export const originOf = (headers: Headers, connection: Connection, proxies: BlockList | null): Origin => {
  const connected = plain(connection.address)
  const proxied = trusts(proxies, connected)
  const forwarded = (name: string) => (proxied ? (headers.get(name)?.split(',')[0]?.trim() ?? null) : null)
  return {
    address: clientOf(headers.get('x-forwarded-for'), connected, proxies),
    secure: (forwarded('x-forwarded-proto') ?? (connection.secure ? 'https' : 'http')) === 'https',
    host: (forwarded('x-forwarded-host') ?? headers.get('host') ?? '').toLowerCase(),
  }
}

const nameOf = (host: string): string =>
  host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')

/**
 * A foreign name that points here is DNS rebinding: only our own names are answered. An address cannot be
 * rebound, so every address is fine.
 */
export const isOwnHost = (host: string, names: ReadonlySet<string>): boolean => {
  const name = nameOf(host)
  return isIP(name) > 0 || names.has(name)
}

/**
 * Browsers say where a write or a WebSocket comes from; what is not a browser says nothing and carries no
 * cookie. Refused: an Origin that is not the host it asks, and a cross-site request without one.
 */
export const isOwnOrigin = (headers: Headers, host: string, publicUrl: URL | null): boolean => {
  const origin = headers.get('origin')
  if (origin === null) return headers.get('sec-fetch-site') !== 'cross-site'
  if (!URL.canParse(origin)) return false
  const { host: from, origin: whole } = new URL(origin)
  const standard = (text: string) => text.replace(/:(80|443)$/, '')
  return standard(from) === standard(host) || whole === publicUrl?.origin
}
