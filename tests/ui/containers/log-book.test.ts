import { expect, test } from 'vitest'
import type { LogLine } from '#protocol/container.ts'
import { clean, createLogBook, createRepeatFilter, textOf } from '../../../ui/containers/log/book.ts'
import { at } from '../things.ts'

const line = (text: string, seconds = 0, stream: LogLine['stream'] = 'out'): LogLine => ({
  at: at(seconds),
  stream,
  text,
})
const lines = (count: number, from = 0) => Array.from({ length: count }, (_, n) => line(`line ${from + n}`, from + n))

test('a book keeps ten thousand lines', () => {
  const book = createLogBook()
  book.add(lines(10_000))
  expect([book.lines.length, book.first()]).toEqual([10_000, 0])
})

test('a book that is full drops its oldest lines, and knows how many', () => {
  const book = createLogBook()
  book.add(lines(10_000))
  book.add(lines(1, 10_000))
  expect(book.lines.length).toBeLessThanOrEqual(10_000)
  expect(book.first() + book.lines.length).toBe(10_001)
  expect(book.lines[0]?.text).toBe(`line ${book.first()}`)
  expect(book.lines.at(-1)?.text).toBe('line 10000')
})

test('more lines at once than a book keeps leave the newest', () => {
  const book = createLogBook()
  book.add(lines(25_000))
  expect(book.lines.length).toBeLessThanOrEqual(10_000)
  expect(book.lines.at(-1)?.text).toBe('line 24999')
  expect(book.first() + book.lines.length).toBe(25_000)
})

test('a search finds text whatever its case, and what is written later too', () => {
  const book = createLogBook()
  book.add([line('started'), line('Error: disk'), line('fine')])
  book.look('ERROR')
  expect(book.hits.value).toEqual([1])
  book.add([line('one more error')])
  expect(book.hits.value).toEqual([1, 3])
  book.look('')
  expect(book.hits.value).toEqual([])
})

test('hits stay at their lines when older ones are dropped', () => {
  const book = createLogBook()
  book.add([...lines(9999), line('needle')])
  book.look('needle')
  book.add(lines(1))
  expect(book.hits.value.map((hit) => book.lines[hit]?.text)).toEqual(['needle'])
})

test('streams are told apart only while both are there', () => {
  const book = createLogBook()
  book.add([line('a', 0, 'err')])
  expect(book.isMixed()).toBe(false)
  book.add(lines(1))
  expect(book.isMixed()).toBe(true)
  book.add(lines(10_000))
  expect(book.isMixed()).toBe(false)
})

test('a book that was emptied goes on counting', () => {
  const book = createLogBook()
  book.add(lines(3))
  book.clear()
  expect([book.lines.length, book.first(), book.mark(), book.isMixed()]).toEqual([0, 3, null, false])
})

test('after a break the lines of the last moment are not shown twice', () => {
  const book = createLogBook()
  book.add([line('a', 1), line('b', 2), line('c', 2)])
  expect(book.mark()).toEqual({ at: at(2), count: 2 })
  const isNew = createRepeatFilter(book.mark())
  const answer = [line('b', 2), line('c', 2), line('d', 2), line('e', 3)]
  expect(answer.filter(isNew).map(({ text }) => text)).toEqual(['d', 'e'])
})

test('colours and titles that were meant for a terminal are left out', () => {
  expect(clean('\u001b[31mred\u001b[0m \u001b]0;title\u0007text\u0000')).toBe('red text')
  expect(clean('\tindented')).toBe('    indented')
})

test('of a progress bar only its last state is shown', () => {
  expect(clean('10 %\r50 %\r100 %\r')).toBe('100 %')
})

test('a line of megabytes is cut', () => {
  expect(clean('x'.repeat(1_000_000))).toHaveLength(8000)
})

test('a book is saved with its times and streams', () => {
  expect(textOf([line('ready', 0, 'err'), { at: null, stream: 'out', text: '' }])).toBe(`${at(0)} err ready\n- out \n`)
})
