import { networkInterfaces } from 'node:os'

const toNumber = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const toText = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')

/** The broadcast address of every IPv4 network of this machine; the general one reaches only the first of them. */
export const broadcastAddresses = (interfaces = networkInterfaces()): string[] => {
  const own = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address, netmask }) => toText((toNumber(address) | ~toNumber(netmask)) >>> 0))
  return [...new Set(['255.255.255.255', ...own])]
}
