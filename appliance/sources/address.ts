import { BlockList, isIP } from 'node:net'

const home = new BlockList()
for (const [network, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
] as const)
  home.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [
  ['fc00::', 7],
  ['fe80::', 10],
  ['::1', 128],
] as const)
  home.addSubnet(network, bits, 'ipv6')

/** The bare address in what a server calls an end point: without port, brackets and zone, a mapped one as IPv4. */
export const bareAddress = (endPoint: string): string | null => {
  const text = endPoint.trim()
  const inBrackets = /^\[([^\]]+)\]/.exec(text)?.[1]
  const candidate = (inBrackets ?? (isIP(text) ? text : text.replace(/:\d+$/, ''))).replace(/%.*$/, '')
  const address = candidate.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '')
  return isIP(address) ? address : null
}

/** True for private, link-local and loopback networks. Takes a bare address. */
export const isHomeAddress = (address: string): boolean => home.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
