import { expect, test } from 'vitest'
import { type Column, sorted } from '../../../ui/components/table.ts'

interface Row {
  name: string
  size: number | null
}
const columns: Column<Row>[] = [
  { key: 'name', title: 'Name', by: ({ name }) => name, cell: ({ name }) => name },
  { key: 'size', title: 'Size', by: ({ size }) => size, cell: ({ size }) => size },
  { key: 'acts', title: 'Actions', cell: () => null },
]
const rows: Row[] = [
  { name: 'web 10', size: 3 },
  { name: 'Web 2', size: null },
  { name: 'api', size: 20 },
]
const names = (key: string, down: boolean) => sorted(rows, columns, { key, down }).map(({ name }) => name)

test('names are sorted as people count, whatever their case', () => {
  expect(names('name', false)).toEqual(['api', 'Web 2', 'web 10'])
  expect(names('name', true)).toEqual(['web 10', 'Web 2', 'api'])
})

test('numbers are sorted by size', () => {
  expect(names('size', false)).toEqual(['web 10', 'api', 'Web 2'])
})

test('what has no value stands last in either direction', () => {
  expect(names('size', true)).toEqual(['api', 'web 10', 'Web 2'])
})

test('a column that cannot be sorted, or is none, leaves the order as it was', () => {
  expect(names('acts', false)).toEqual(['web 10', 'Web 2', 'api'])
  expect(names('nothing', true)).toEqual(['web 10', 'Web 2', 'api'])
})

test('sorting leaves the list that it was given alone', () => {
  names('name', false)
  expect(rows[0]?.name).toBe('web 10')
})
