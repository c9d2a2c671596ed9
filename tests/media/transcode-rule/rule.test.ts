import { expect, test } from 'vitest'
import type { Session } from '#protocol/session.ts'
import { isExempt, isShrunk4k } from '../../../appliance/media/transcode-rule/rule.ts'
import { shrunk } from './harness.ts'

const target = (width: number | null, height: number | null) => ({ width, height, codec: 'h264' })
const film = (stream: Partial<Session['stream']> = {}) => shrunk('a', { stream }).stream

test.each([
  ['4K to 1080p', film(), true],
  ['4K to 720p', film({ target: target(1280, 720) }), true],
  ['scope 4K to 1920x800', film({ target: target(1920, 800) }), true],
  ['cinema 4K to 2048x1080', film({ target: target(2048, 1080) }), true],
  ['4K to 1080 lines rounded up to blocks', film({ target: target(1920, 1088) }), true],
  ['4K to a height alone', film({ target: target(null, 1080) }), true],
  ['4K to a width alone', film({ target: target(1920, null) }), true],
  ['scope 4K to 1440p, whose lines are few', film({ target: target(2560, 1067) }), false],
  ['4K to 1440p', film({ target: target(2560, 1440) }), false],
  ['4K to 4K with another codec', film({ target: target(3840, 2160) }), false],
  ['4K to a size that is not told', film({ target: target(null, null) }), false],
  ['4K to nothing that is told', film({ target: null }), false],
  ['4K of which audio alone is transcoded', film({ video: 'direct', audio: 'transcode' }), false],
  ['4K in another container', film({ decision: 'direct-stream', video: 'direct' }), false],
  [
    '1080p to 720p',
    film({
      source: { width: 1920, height: 1080, codec: 'hevc', range: 'SDR', is4k: false },
      target: target(1280, 720),
    }),
    false,
  ],
])('%s', (_, stream, expected) => {
  expect(isShrunk4k(stream)).toBe(expected)
})

test('a viewer is exempt by name, however it is written', () => {
  expect(isExempt({ exempt: ['Jonas'] }, ' jonas')).toBe(true)
  expect(isExempt({ exempt: ['Jonas'] }, 'jon')).toBe(false)
})
