import { expect, test } from 'vitest'
import { engineOf, people, port, seen, setup } from './harness.ts'

test('what is seen for the first time is told, and after that only what changed', () => {
  const { containers, take } = setup({})
  containers.observe('one', engineOf([seen('web'), seen('db')]))
  expect(take()).toEqual(['container:changed one:web', 'container:changed one:db', 'engine:changed one'])
  containers.observe('one', engineOf([seen('web'), seen('db')]))
  expect(take()).toEqual([])
  containers.observe('one', engineOf([seen('web', { health: 'unhealthy' }), seen('db')]))
  expect(take()).toEqual(['container:changed one:web'])
})

test('a container that is gone is told, and the engine counts one less', () => {
  const { containers, told, take } = setup({})
  containers.observe('one', engineOf([seen('web'), seen('db', { state: 'exited' })]))
  take()
  containers.observe('one', engineOf([seen('db', { state: 'exited' })]))
  expect(told).toMatchObject([
    { event: 'container:removed', data: { id: 'one:web', sourceId: 'one' } },
    { event: 'engine:changed', data: { containers: { total: 1, running: 0, paused: 0, stopped: 1 } } },
  ])
})

test('an engine that fails keeps what was seen of it', () => {
  const { containers, take } = setup({})
  containers.observe('one', engineOf([seen('web')]))
  containers.sourceState('one', 'ok')
  take()
  containers.sourceState('one', 'unreachable')
  expect(take()).toEqual(['engine:changed one'])
  expect(containers.current()).toMatchObject({
    engines: [{ id: 'one', name: 'Engine one', state: 'unreachable', hostname: 'nas' }],
    containers: [{ id: 'one:web' }],
  })
})

test('an engine that never answered is there with nothing known of it', () => {
  const { containers } = setup({ engines: { one: port({}) } })
  containers.sourceState('one', 'unreachable')
  containers.sourceState('jellyfin', 'ok')
  expect(containers.current().engines).toMatchObject([{ id: 'one', version: null, containers: { total: 0 } }])
})

test('a source that is forgotten takes its containers with it', () => {
  const { containers, take } = setup({})
  containers.observe('one', engineOf([seen('web')]))
  take()
  containers.forget('one')
  expect(take()).toEqual(['container:removed one:web'])
  expect(containers.current()).toEqual({ engines: [], containers: [] })
})

test('a limit that the engine cannot hold is said not to be enforced', () => {
  const { containers } = setup({})
  const web = seen('web', { memoryLimit: 64e6 })
  containers.observe('one', engineOf([web], { memoryLimits: false }))
  expect(containers.current().containers[0]?.memory).toEqual({ used: null, limit: 64e6, enforced: false })
})

test('everybody sees their own, and an engine only with what they see on it', () => {
  const { containers } = setup({})
  containers.observe('one', engineOf([seen('web', { owner: 'ines' }), seen('db')]))
  containers.observe('two', engineOf([seen('other')]))
  const { engines, containers: all } = containers.current()
  const ids = (name: keyof typeof people) =>
    all.filter((one) => containers.seenBy(people[name], one)).map(({ id }) => id)
  expect(ids('nora')).toEqual(['one:web', 'one:db', 'two:other'])
  expect(ids('theo')).toEqual(['one:web', 'one:db'])
  expect(ids('ines')).toEqual(['one:web'])
  expect(engines.flatMap((engine) => containers.engineSeenBy(people.ines, engine) ?? [])).toMatchObject([
    { id: 'one', warnings: [], containers: { total: 1, running: 1, stopped: 0 } },
  ])
})

test('who saw a container is told that it is gone, and nobody else', () => {
  const whoKnew: string[] = []
  const made = setup({})
  made.containers.observe('one', engineOf([seen('mine', { owner: 'ines' }), seen('theirs')]))
  made.onTold(({ event, data }) => {
    if (event === 'container:removed' && made.containers.idSeenBy(people.ines, data)) whoKnew.push(data.id)
  })
  made.containers.observe('one', engineOf([]))
  expect(whoKnew).toEqual(['one:mine'])
})
