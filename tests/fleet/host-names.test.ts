import { expect, test } from 'vitest'
import { namesOf, passingIn } from '../../appliance/fleet/host-names.ts'

const info = (address: string) => ({
  address,
  family: address.includes(':') ? ('IPv6' as const) : ('IPv4' as const),
  netmask: '',
  mac: '00:00:00:00:00:00',
  internal: false,
  cidr: null,
  scopeid: 0,
})
const facts = (addresses: Record<string, string[]>, hostname = 'Belfry') => ({
  hostname,
  interfaces: Object.fromEntries(Object.entries(addresses).map(([name, list]) => [name, list.map(info)])),
  passing: new Set<string>(),
})

test('the box is called by its name, its mDNS name, localhost and the addresses it has now', () => {
  expect(namesOf(facts({ lo: ['127.0.0.1', '::1'], eth0: ['192.168.1.7', 'fd12::7'] }), null)).toEqual(
    ['belfry', 'belfry.local', 'localhost', '127.0.0.1', '::1', '192.168.1.7', 'fd12::7'].sort(),
  )
})

test('a name with a domain counts in full and in short', () => {
  const names = namesOf(facts({}, 'tower.home.arpa'), null)
  expect(names).toEqual(expect.arrayContaining(['tower.home.arpa', 'tower', 'tower.local']))
})

test.each([
  ['https://belfry.example.org:8443/x', 'belfry.example.org'],
  ['https://[fd00::5]/', 'fd00::5'],
  ['https://bücher.example/', 'xn--bcher-kva.example'],
])('the public address %s adds %s', (url, name) => {
  expect(namesOf(facts({}), new URL(url))).toContain(name)
})

test('bridges of engines and addresses of one link only are left out', () => {
  const names = namesOf(
    facts({ docker0: ['172.17.0.1'], 'br-1f': ['172.18.0.1'], eth0: ['fe80::1', '169.254.3.4'] }),
    null,
  )
  expect(names).toEqual(['127.0.0.1', '::1', 'belfry', 'belfry.local', 'localhost'])
})

test('an IPv6 address that is replaced every day does not count, the lasting one does', () => {
  const table = `
20010db8000000000211aafffe3344cc 02 40 00 00     eth0
20010db80000000091c2000000000abc 02 40 00 01     eth0
`
  const seen = {
    ...facts({ eth0: ['2001:db8::211:aaff:fe33:44cc', '2001:db8::91c2:0:0:abc'] }),
    passing: passingIn(table),
  }
  expect(namesOf(seen, null)).toContain('2001:db8::211:aaff:fe33:44cc')
  expect(namesOf(seen, null)).not.toContain('2001:db8::91c2:0:0:abc')
})

test('a host name that no certificate can carry is left out', () => {
  expect(namesOf(facts({}, 'my box!'), null)).toEqual(['127.0.0.1', '::1', 'localhost'])
})
