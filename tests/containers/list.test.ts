import { expect, test } from 'vitest'
import { ContainersQuery, pageOf } from '../../appliance/containers/list.ts'
import { engineOf, seen, setup } from './harness.ts'

const { containers } = setup({})
const names = ['delta', 'alpha', 'charlie', 'bravo', 'echo']
containers.observe(
  'one',
  engineOf(
    names.map((name, n) => seen(`c${n}`, { name, image: n > 2 ? 'redis' : 'nginx', state: n ? 'running' : 'exited' })),
  ),
)
const all = containers.current().containers.map((one, n) => ({ ...one, cpu: n === 1 ? null : n }))
const page = (query: object) => pageOf(all, ContainersQuery.parse(query))
const namesOf = (query: object) => page(query).items.map(({ name }) => name)

test('containers come by name unless told otherwise', () => {
  expect(namesOf({})).toEqual(['alpha', 'bravo', 'charlie', 'delta', 'echo'])
  expect(namesOf({ sort: '-name' })[0]).toBe('echo')
})

test('what is not known comes last in either direction', () => {
  expect(namesOf({ sort: 'cpu' })).toEqual(['delta', 'charlie', 'bravo', 'echo', 'alpha'])
  expect(namesOf({ sort: '-cpu' })).toEqual(['echo', 'bravo', 'charlie', 'delta', 'alpha'])
})

test.each(['name', '-name', 'cpu', '-cpu', 'state', 'memory'])('pages by %s have every container once', (sort) => {
  const found: string[] = []
  let cursor: string | undefined
  do {
    const { items, next } = page({ sort, limit: 2, ...(cursor ? { cursor } : {}) })
    found.push(...items.map(({ id }) => id))
    cursor = next ?? undefined
  } while (cursor)
  expect(found.toSorted()).toEqual(all.map(({ id }) => id).toSorted())
})

test('the next page is the same when a container of the page before is gone', () => {
  const { next } = page({ limit: 2 })
  const left = all.filter(({ name }) => name !== 'bravo')
  expect(pageOf(left, ContainersQuery.parse({ limit: 2, cursor: next })).items[0]?.name).toBe('charlie')
})

test('they are filtered by engine, state and words', () => {
  expect(namesOf({ state: 'exited' })).toEqual(['delta'])
  expect(namesOf({ sourceId: 'two' })).toEqual([])
  expect(namesOf({ q: 'REDIS' })).toEqual(['bravo', 'echo'])
  expect(namesOf({ q: 'c2' })).toEqual(['charlie'])
})

test('a cursor that is none is refused', () => {
  expect(() => page({ cursor: 'nonsense' })).toThrow(expect.objectContaining({ code: 'invalid_request' }))
})
