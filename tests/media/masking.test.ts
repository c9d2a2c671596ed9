import { expect, test } from 'vitest'
import { maskName } from '../../appliance/media/masking.ts'
import { observed, person, start } from './harness.ts'

const only = (seen: ReturnType<typeof observed>, sourceId = 'jelly') => {
  const { media } = start()
  media.observe(sourceId, 'jellyfin', [seen])
  const [session] = media.current()
  if (!session) throw new Error('nothing is held')
  return { media, session }
}

test.each([
  ['jonas', 'j***'],
  ['Jo', 'J***'],
  ['🦊fox', '🦊***'],
  ['', '***'],
])('the name %s is masked as %s, which does not tell its length', (name, masked) => {
  expect(maskName(name)).toBe(masked)
})

test('a viewer sees others masked, without an address and without a player that is named after them', () => {
  const { media, session } = only(observed('a', { player: { name: 'Jonas’ Pixel 8' } }))
  expect(media.seenBy(person('viewer', 'maya'), session)).toMatchObject({
    user: 'j***',
    player: { name: 'Jellyfin Android', address: null, location: 'wan' },
  })
})

test('a viewer sees their own name', () => {
  const { media, session } = only(observed('a'))
  expect(media.seenBy(person('viewer', 'Jonas'), session)).toMatchObject({ user: 'jonas', player: { address: null } })
})

test('a viewer sees nothing of a server that is not made visible', () => {
  const { media, session } = only(observed('a'), 'attic')
  expect(media.seenBy(person('viewer', 'maya'), session)).toBeNull()
})

test('an admin sees it as it is', () => {
  const { media, session } = only(observed('a'), 'attic')
  expect(media.seenBy(person('admin'), session)).toBe(session)
})
