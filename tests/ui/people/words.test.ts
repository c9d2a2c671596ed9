import { expect, test } from 'vitest'
import {
  factorOf,
  grantsOf,
  grantsShort,
  maySentences,
  sourceGrantWord,
  standingOf,
  timeLeft,
} from '../../../ui/people/words.ts'
import { anEngineSource, aPerson, aSource, at, noon } from '../things.ts'

const now = Date.parse(noon)
const none = { box: [], sources: {}, deviceGroups: {} }

test('a second factor is named by what it is', () => {
  expect(factorOf(aPerson({ secondFactor: { passkeys: 1 } }), now)).toEqual({
    state: 'fine',
    word: 'App and a passkey',
  })
  expect(factorOf(aPerson({ secondFactor: { totp: false, passkeys: 2 } }), now).word).toBe('Two passkeys')
})

test('who needs a second factor and has none is told apart from who needs none', () => {
  const due = aPerson({ secondFactor: { totp: false, graceEndsAt: at(7 * 3600 + 900) } })
  expect(factorOf(due, now)).toEqual({ state: 'attention', word: 'None, due in 7 h' })
  const late = aPerson({ secondFactor: { totp: false, graceEndsAt: at(-1) } })
  expect(factorOf(late, now).word).toBe('None, asked at sign-in')
  const free = aPerson({ role: 'support', secondFactor: { totp: false, required: false } })
  expect(factorOf(free, now)).toEqual({ state: 'off', word: 'None' })
})

test('the time that is left is told in the largest unit', () => {
  expect([86_400_000, 25_200_000, 720_000].map(timeLeft)).toEqual(['a day', '7 h', '12 min'])
})

test('an account that is switched off is just that', () => {
  expect(standingOf(aPerson({ disabled: true, mustChangePassword: true })).word).toBe('Switched off')
})

test('a one-time password that was never used means that somebody was not here yet', () => {
  expect(standingOf(aPerson({ mustChangePassword: true, lastSignInAt: null })).word).toBe('Not here yet')
  expect(standingOf(aPerson({ mustChangePassword: true })).word).toBe('New password due')
  expect(standingOf(aPerson()).word).toBe('Active')
})

test('grants are told short', () => {
  expect(grantsShort(none)).toBe('no grants yet')
  expect(grantsShort({ ...none, sources: { a: ['manage'], b: [] }, box: ['view-audit'] })).toBe(
    'one source and the audit log',
  )
})

test('what staff may do is told source by source', () => {
  const grants = { ...none, sources: { jelly: ['view-sessions', 'terminate'], dock: ['manage'] } as const }
  const held = { ...grants, sources: { jelly: [...grants.sources.jelly], dock: [...grants.sources.dock] } }
  expect(maySentences('maya', 'staff', held, [aSource(), anEngineSource()])).toEqual([
    'On Jelly, maya may see what plays and end sessions.',
    'On Dock, maya may start, stop and change them.',
    'Maya may not delete people, nor change roles and grants.',
  ])
})

test('an engine offers the grants that mean something there', () => {
  expect(grantsOf('docker')).toEqual(['view-sessions', 'manage'])
  expect(sourceGrantWord('docker', 'view-sessions')).toBe('see its containers')
  expect(sourceGrantWord('plex', 'view-sessions')).toBe('see what plays')
})
