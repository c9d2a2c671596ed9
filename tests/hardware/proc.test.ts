import { describe, expect, it } from 'vitest'
import { parseDev, parseOsRelease, parseRoute, parseRoute6, parseStat } from '../../appliance/hardware/proc.ts'

describe('the kernel’s files', () => {
  it('give busy and whole time without counting guests twice, and without waiting for the disk', () => {
    expect(parseStat('cpu  10 1 5 80 4 0 0 0 7 0\ncpu0 10 1 5 80 4 0 0 0 7 0\n')).toEqual({ busy: 16, total: 100 })
  })

  it('give the default route with the lowest metric', () => {
    const head = 'Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n'
    const route = (name: string, to: string, metric: number, mask: string) =>
      `${name}\t${to}\t0100000A\t0003\t0\t0\t${metric}\t${mask}\t0\t0\t0\n`
    const wlan = route('wlan0', '00000000', 600, '00000000')
    const eth = route('eth0', '00000000', 100, '00000000')
    expect(parseRoute(head + wlan + eth + route('eth0', '0000000A', 1, '00FFFFFF'))).toBe('eth0')
    expect(parseRoute(head)).toBeNull()
    expect(parseRoute('')).toBeNull()
  })

  it('give the IPv6 default route, and never the loopback’s', () => {
    const zero = '0'.repeat(32)
    const line = (name: string, metric: string) =>
      `${zero} 00 ${zero} 00 ${zero} ${metric} 00000001 00000000 00000003 ${name}`
    expect(parseRoute6([line('lo', 'ffffffff'), line('eth1', '00000400'), line('eth0', '00000064')].join('\n'))).toBe(
      'eth0',
    )
    expect(parseRoute6('')).toBeNull()
  })

  it('give an interface’s counters, also where they stand right behind its name', () => {
    const text = 'Inter-| Receive\n face |bytes\n  eth0:123 1 0 0 0 0 0 0 456 2 0 0 0 0 0 0\n'
    expect(parseDev(text, 'eth0')).toEqual({ rx: 123, tx: 456 })
    expect(parseDev(text, 'eth')).toBeNull()
  })

  it('give the name of the system', () => {
    expect(parseOsRelease('ID=debian\nPRETTY_NAME="Debian GNU/Linux 13 (trixie)"\n')).toBe(
      'Debian GNU/Linux 13 (trixie)',
    )
    expect(parseOsRelease('')).toBeNull()
  })
})
