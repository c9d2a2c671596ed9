import { expect, test } from 'vitest'
import { conditionOf, memoryShare } from '../../../ui/containers/condition.ts'
import { aContainer } from '../things.ts'

const gigabyte = 2 ** 30
const exited = (exitCode: number | null) => conditionOf(aContainer({ state: 'exited', exitCode }))

test('a container that runs is fine and says what it uses', () => {
  expect(conditionOf(aContainer())).toEqual({ state: 'fine', word: 'Running', fact: 'Running, 1 GB' })
  expect(conditionOf(aContainer({ memory: { used: null } })).fact).toBe('Running')
})

test('a container near a limit that holds asks for attention', () => {
  const memory = { used: 7.5 * gigabyte, limit: 8 * gigabyte }
  expect(conditionOf(aContainer({ memory }))).toEqual({
    ...{ state: 'attention', word: 'Near its limit', fact: 'Memory 94 % of its limit, 7.5 of 8 GB' },
  })
})

test('a limit that the engine does not enforce is no limit', () => {
  const container = aContainer({ memory: { used: 8 * gigabyte, limit: 8 * gigabyte, enforced: false } })
  expect(memoryShare(container)).toBeNull()
  expect(conditionOf(container).state).toBe('fine')
})

test('a failing health check weighs more than the memory', () => {
  const container = aContainer({ health: 'unhealthy', memory: { used: gigabyte, limit: gigabyte } })
  expect(conditionOf(container)).toMatchObject({ state: 'attention', word: 'Unhealthy' })
  expect(conditionOf(aContainer({ health: 'starting' })).state).toBe('busy')
})

test('a container that was told to stop is off, one that ended by itself asks for attention', () => {
  expect([0, 137, 143, null].map((code) => exited(code).state)).toEqual(['off', 'off', 'off', 'off'])
  expect(exited(3)).toEqual({ state: 'attention', word: 'Stopped, exit 3', fact: 'Stopped by itself, exit 3' })
})

test('a container that ran out of memory is in trouble, whatever its exit code', () => {
  expect(conditionOf(aContainer({ state: 'exited', exitCode: 137, oomKilled: true })).state).toBe('trouble')
})

test('a restart or two are under way, more are trouble', () => {
  expect(conditionOf(aContainer({ state: 'restarting', restarts: 2 })).state).toBe('busy')
  expect(conditionOf(aContainer({ state: 'restarting', restarts: 3 }))).toMatchObject({
    state: 'trouble',
    fact: 'Restarted 3 times, does not stay up',
  })
})

test('every other state has its word', () => {
  const words = (['paused', 'removing', 'dead', 'created'] as const).map((state) => conditionOf(aContainer({ state })))
  expect(words.map(({ state }) => state)).toEqual(['off', 'busy', 'trouble', 'off'])
  expect(words.map(({ word }) => word)).toEqual(['Paused', 'Being removed', 'Dead', 'Not started'])
})
