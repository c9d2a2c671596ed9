import { expect, test } from 'vitest'
import { matchOf, type Route } from '../../../ui/lib/router.ts'

const route = (path: string): Route => ({ path, title: path, load: () => Promise.reject(new Error('not asked for')) })
const routes = ['/', '/sessions/:id?', '/containers', '/containers/:id', '/audit'].map(route)
const found = (path: string) => {
  const { route, params } = matchOf(routes, path)
  return [route?.path ?? null, params]
}

test('a path is found by its parts, with or without a slash at its end', () => {
  expect(found('/')).toEqual(['/', {}])
  expect(found('/audit')).toEqual(['/audit', {}])
  expect(found('/audit/')).toEqual(['/audit', {}])
})

test('a part with a question mark may be left out', () => {
  expect(found('/sessions')).toEqual(['/sessions/:id?', {}])
  expect(found('/sessions/a1')).toEqual(['/sessions/:id?', { id: 'a1' }])
})

test('one path may be the beginning of another', () => {
  expect(found('/containers')).toEqual(['/containers', {}])
  expect(found('/containers/web')).toEqual(['/containers/:id', { id: 'web' }])
})

test('an id comes out as it was before it was put into an address', () => {
  expect(found(`/containers/${encodeURIComponent('dock:a/b é')}`)).toEqual(['/containers/:id', { id: 'dock:a/b é' }])
})

test('a path that nobody knows has no page', () => {
  for (const path of ['/nothing', '/audit/more', '/sessions/a/b', '/Audit']) expect(found(path)).toEqual([null, {}])
})

test('an address that was cut in the middle of a character has no page, and breaks none', () => {
  expect(found('/containers/%E4%')[0]).toBeNull()
})
