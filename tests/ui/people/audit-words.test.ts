import { expect, test } from 'vitest'
import type { AuditEntry } from '#protocol/audit.ts'
import { actorOf, deedOf, outcomeChoices, outcomeOf, targetOf, viaOf } from '../../../ui/people/audit/words.ts'
import { noon } from '../things.ts'

const entry = (change: Partial<AuditEntry> = {}): AuditEntry => ({
  ...{ id: 1, at: noon, address: '10.0.4.2', agent: '', action: 'person.sign-in', target: null, outcome: 'success' },
  ...{ completedAt: noon, details: {}, hash: '', actor: { id: 'p1', name: 'nora', via: 'access-token' } },
  ...change,
})

test('an action that has no words shows its own', () => {
  expect(deedOf('container.restart')).toBe('Restart a container')
  expect(deedOf('machine.wake-up')).toBe('Machine wake up')
})

test('an outcome that has no words shows its own, and claims neither good nor bad', () => {
  expect(outcomeOf('success')).toEqual({ state: 'fine', word: 'Done' })
  expect(outcomeOf('half_way')).toEqual({ state: 'unknown', word: 'Half way' })
})

test('what was never finished is not told as done', () => {
  expect(outcomeOf('requested')).toEqual({ state: 'unknown', word: 'Not finished' })
})

test('before a sign-in nobody is known', () => {
  expect(actorOf(entry({ actor: { id: null, name: 'nobody', via: 'public' } }))).toBe('Nobody yet')
  expect(actorOf(entry())).toBe('nora')
})

test('a person who is called nobody keeps that name', () => {
  expect(actorOf(entry({ actor: { id: 'p2', name: 'nobody', via: 'access-token' } }))).toBe('nobody')
})

test('how somebody came in is said, and nothing where it says nothing', () => {
  const via = (name: string) => viaOf(entry({ actor: { id: null, name: 'x', via: name } }))
  expect(['access-token', 'api-key', 'cli', 'public', 'new-way'].map(via)).toEqual([
    ...['signed in', 'by a key', 'on the box itself', '', 'new-way'],
  ])
})

test('what was done to the box itself is said so', () => {
  expect(targetOf(entry())).toBeNull()
  expect(targetOf(entry({ target: { kind: 'settings', id: 'x', name: null } }))).toEqual({ name: 'This box', kind: '' })
})

test('a thing that has no name is told by its id', () => {
  expect(targetOf(entry({ target: { kind: 'api-key', id: 'k1', name: null } }))).toEqual({ name: 'k1', kind: 'key' })
})

test('an outcome that came by a link can be chosen, and taken back', () => {
  const values = (chosen: string) => outcomeChoices(chosen).map(({ value }) => value)
  expect(values('conflict')).toContain('conflict')
  expect(values('')).not.toContain('conflict')
  expect(values('')[0]).toBe('')
})
