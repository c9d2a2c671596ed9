import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname, type NetworkInterfaceInfo, networkInterfaces } from 'node:os'

/** What the operating system says about its names and addresses. */
export interface HostFacts {
  hostname: string
  interfaces: Record<string, NetworkInterfaceInfo[] | undefined>
  /** IPv6 addresses that are replaced every day or so (RFC 8981), written in full as 32 hex digits. */
  passing: ReadonlySet<string>
}

// Bridges of container and VM engines come and go with what runs, and nobody on the network reaches them.
const bridges = /^(docker|br-|veth|virbr|podman|cni|flannel|tap|fwbr|fwpr|fwln)/
const dnsName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/
const temporaryFlag = 0x01

/** Reads `/proc/net/if_inet6`: address, index, prefix, scope, flags, name; all numbers in hex. */
export const passingIn = (table: string): Set<string> =>
  new Set(
    table
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => (Number.parseInt(columns[4] ?? '0', 16) & temporaryFlag) !== 0)
      .map((columns) => columns[0] ?? ''),
  )

const passingNow = () => {
  try {
    return passingIn(readFileSync('/proc/net/if_inet6', 'utf8'))
  } catch {
    // Only Linux has this table; elsewhere no address is known to be a passing one.
    return new Set<string>()
  }
}

/** All 32 hex digits of an IPv6 address. */
const inFull = (address: string) => {
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => (text ? text.split(':') : [])
  const left = groups(head)
  const right = groups(tail ?? '')
  const middle = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0')
  return [...left, ...middle, ...right].map((group) => group.padStart(4, '0')).join('')
}

const isLasting = ({ address, family }: NetworkInterfaceInfo, passing: ReadonlySet<string>) =>
  family === 'IPv4' ? !address.startsWith('169.254.') : !/^fe[89ab]/.test(address) && !passing.has(inFull(address))

const addressesOf = ({ interfaces, passing }: HostFacts) =>
  Object.entries(interfaces)
    .filter(([name]) => !bridges.test(name))
    .flatMap(([, infos]) => infos ?? [])
    .filter((info) => isLasting(info, passing))
    .map(({ address }) => address)

/** The names and addresses by which this box may be called, sorted. `publicUrl` adds its host. */
export const namesOf = (facts: HostFacts, publicUrl: URL | null): string[] => {
  const host = facts.hostname.toLowerCase().replace(/\.$/, '')
  const short = host.split('.')[0] ?? ''
  const called = [host, short, `${short}.local`, publicUrl?.hostname.replace(/^\[|\]$/g, '') ?? '']
  const known = ['localhost', '127.0.0.1', '::1', ...called, ...addressesOf(facts)]
  return [...new Set(known)].filter((name) => isIP(name) > 0 || dnsName.test(name)).sort()
}

/** `namesOf` this machine at this moment. */
export const hostNames = (publicUrl: URL | null): string[] =>
  namesOf({ hostname: hostname(), interfaces: networkInterfaces(), passing: passingNow() }, publicUrl)
