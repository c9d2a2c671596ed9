import { expect, test } from 'vitest'
import { oneTimePassword } from '../../../ui/people/one-time-password.ts'

test('a one-time password is four groups of letters and digits that cannot be mixed up', () => {
  for (let round = 0; round < 50; round += 1)
    expect(oneTimePassword()).toMatch(/^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/)
})

test('no two one-time passwords are the same', () => {
  expect(new Set(Array.from({ length: 200 }, oneTimePassword)).size).toBe(200)
})
