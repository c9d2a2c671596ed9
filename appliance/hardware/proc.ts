/** Busy and whole time of all cores, in ticks, from /proc/stat. Waiting for the disk is not being busy. */
export const parseStat = (text: string): { busy: number; total: number } => {
  const [, line = ''] = /^cpu +(.*)$/m.exec(text) ?? []
  // Guest time is counted in user time already.
  const ticks = line.split(' ').slice(0, 8).map(Number)
  const total = ticks.reduce((sum, one) => sum + one, 0)
  return { busy: total - (ticks[3] ?? 0) - (ticks[4] ?? 0), total }
}

/** The interface of the IPv4 default route with the lowest metric, from /proc/net/route. */
export const parseRoute = (text: string): string | null => {
  const routes = text
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, destination, , , , , , mask]) => destination === '00000000' && mask === '00000000')
    .sort((a, b) => Number(a[6]) - Number(b[6]))
  return routes[0]?.[0] ?? null
}

/** The interface of the IPv6 default route with the lowest metric, from /proc/net/ipv6_route. */
export const parseRoute6 = (text: string): string | null => {
  const routes = text
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([to, length, , , , , , , , name]) => /^0{32}$/.test(to ?? '') && length === '00' && name !== 'lo')
    .sort((a, b) => Number.parseInt(a[5] ?? '', 16) - Number.parseInt(b[5] ?? '', 16))
  return routes[0]?.[9] ?? null
}

/** Bytes received and sent on one interface, from /proc/net/dev. */
export const parseDev = (text: string, name: string): { rx: number; tx: number } | null => {
  const line = text.split('\n').find((one) => one.trim().startsWith(`${name}:`))
  if (!line) return null
  const fields = line
    .slice(line.indexOf(':') + 1)
    .trim()
    .split(/\s+/)
    .map(Number)
  return { rx: fields[0] ?? 0, tx: fields[8] ?? 0 }
}

/** The name that /etc/os-release gives the system. */
export const parseOsRelease = (text: string): string | null => /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(text)?.[1] ?? null
