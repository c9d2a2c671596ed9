import { expect, it } from 'vitest'
import { createThrottle, networkOf } from '../../appliance/people/throttle.ts'
import { minute } from './box.ts'

const counted = (key: string) => ({ key, free: 2, maxWaitMs: 15 * minute })
const open = (maxKeys?: number) => {
  const clock = { at: 1_000_000 }
  const throttle = createThrottle({ now: () => clock.at, ...(maxKeys ? { maxKeys } : {}) })
  const fail = (key: string) => throttle.begin([counted(key)]).failed()
  const waitS = (key: string) => {
    try {
      throttle.begin([counted(key)]).dropped()
      return 0
    } catch (cause) {
      return (cause as { retryAfterS: number }).retryAfterS
    }
  }
  return { clock, throttle, fail, waitS }
}

it('doubles the wait up to its ceiling, and counts no refused attempt', () => {
  const { clock, fail, waitS } = open()
  const waits: number[] = []
  for (let i = 0; i < 12; i++) {
    fail('a')
    waits.push(waitS('a'))
    expect(waitS('a')).toBe(waits.at(-1))
    clock.at += (waits.at(-1) ?? 0) * 1000
  }
  expect(waits).toEqual([0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900])
})

it('forgets after half an hour of silence', () => {
  const { clock, fail, waitS } = open()
  fail('a')
  fail('a')
  clock.at += 30 * minute
  fail('a')
  expect(waitS('a')).toBe(0)
})

it('wipes failures out at a success only where it is told to', () => {
  const { throttle, fail, waitS } = open()
  fail('a')
  fail('b')
  throttle.begin([{ ...counted('a'), clears: true }, counted('b')]).passed()
  fail('a')
  fail('b')
  expect([waitS('a'), waitS('b')]).toEqual([0, 5])
})

it('counts attempts that are still under way, so that a burst is no way around', () => {
  const { throttle } = open()
  const running = []
  for (let i = 0; i < 24; i++) running.push(throttle.begin([counted('a')]))
  expect(() => throttle.begin([counted('a')])).toThrow(expect.objectContaining({ code: 'rate_limited' }))
  for (const one of running) one.dropped()
  throttle.begin([counted('a')]).dropped()
})

it('holds a bounded number of keys, whatever strangers send', () => {
  const { throttle, fail } = open(100)
  for (let i = 0; i < 5000; i++) fail(`key ${i}`)
  expect(throttle.size()).toBeLessThanOrEqual(100)
})

it('takes an IPv6 network for one and every other address for itself', () => {
  expect(networkOf('192.0.2.7')).toBe('192.0.2.7')
  expect(networkOf('2001:db8::1')).toBe(networkOf('2001:0db8:0:0:ffff::2'))
  expect(networkOf('2001:db8:0:1::1')).not.toBe(networkOf('2001:db8::1'))
  expect(networkOf('fe80::1')).not.toBe(networkOf('fe80::2'))
})
