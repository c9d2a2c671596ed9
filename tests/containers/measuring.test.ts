import { expect, test } from 'vitest'
import type { EnginePort, Measurement } from '../../appliance/containers/ports.ts'
import { timedOut } from '../../appliance/sources/upstream-error.ts'
import { engineOf, measured, port, seen, serving, setup } from './harness.ts'

/** An engine whose measurements a test sends by hand. */
const scripted = () => {
  const state = { running: 0, started: Promise.withResolvers<void>(), ended: Promise.withResolvers<void>() }
  let send: (all: Measurement[]) => void = () => undefined
  const measure: EnginePort['measure'] = (onMeasured, signal) => {
    state.running += 1
    send = onMeasured
    state.started.resolve()
    return new Promise((resolve) =>
      signal.addEventListener('abort', () => {
        state.running -= 1
        state.ended.resolve()
        resolve()
      }),
    )
  }
  return { engine: port({ measure }), state, send: (...all: Measurement[]) => send(all) }
}

const watched = () => {
  const script = scripted()
  const made = setup({ engines: { one: script.engine }, now: () => Date.parse('2026-11-20T10:00:03Z') })
  made.containers.observe('one', engineOf([seen('web'), seen('old', { state: 'exited' })]))
  made.containers.sourceState('one', 'ok')
  made.take()
  return { ...script, ...made }
}

test('an engine is measured only while somebody looks', async () => {
  const { containers, state } = watched()
  expect(state.running).toBe(0)
  containers.startMeasuring()
  expect(state.running).toBe(1)
  containers.stopMeasuring()
  await state.ended.promise
  expect(state.running).toBe(0)
})

test('measurements are told by themselves and stand in the containers until nobody looks', () => {
  const { containers, send, take } = watched()
  containers.startMeasuring()
  send(measured('web', 0.5), measured('unknown', 1))
  expect(take()).toEqual(['container:stats one:web'])
  const web = () => containers.current().containers.find(({ id }) => id === 'one:web')
  expect(web()).toMatchObject({ cpu: 0.5, memory: { used: 100 } })
  containers.stopMeasuring()
  expect(web()).toMatchObject({ cpu: null, memory: { used: null } })
})

test('an engine that comes while somebody looks is measured, and one that goes is not', async () => {
  const { containers, state } = watched()
  containers.sourceState('one', 'unreachable')
  containers.startMeasuring()
  expect(state.running).toBe(0)
  containers.sourceState('one', 'ok')
  expect(state.running).toBe(1)
  containers.forget('one')
  await state.ended.promise
  expect(state.running).toBe(0)
})

test('what a container uses is answered at once while it is measured, with the last minutes', async () => {
  const { containers, send } = watched()
  containers.startMeasuring()
  send(measured('web', null, '2026-11-20T09:40:00.000Z'))
  send(measured('web', 0.1, '2026-11-20T10:00:00.000Z'))
  send(measured('web', 0.2))
  const { ask } = serving(containers)
  const { body } = await ask('nora', '/containers/one:web/stats')
  expect(body.current).toMatchObject({ id: 'one:web', cpu: 0.2 })
  expect(body.history.map(({ cpu }: { cpu: number }) => cpu)).toEqual([0.1, 0.2])
  containers.stop()
})

test('a single question is measured for, with the CPU that takes two samples', async () => {
  const { containers, send, state } = watched()
  const { ask } = serving(containers)
  const answer = ask('nora', '/containers/one:web/stats')
  await state.started.promise
  send(measured('web', null))
  send(measured('web', 0.7))
  expect((await answer).body.current).toMatchObject({ cpu: 0.7 })
  containers.stop()
  await state.ended.promise
})

test('a container that does not run uses nothing that could be measured', async () => {
  const { containers, state } = watched()
  const { ask } = serving(containers)
  expect((await ask('nora', '/containers/one:old/stats')).body).toEqual({ current: null, history: [] })
  expect(state.running).toBe(0)
})

test('an engine that cannot measure is the reason in the answer', async () => {
  const measure = () => Promise.reject(timedOut(10_000))
  const { containers } = setup({ engines: { one: port({ measure }) } })
  containers.observe('one', engineOf([seen('web')]))
  containers.sourceState('one', 'ok')
  expect((await serving(containers).ask('nora', '/containers/one:web/stats')).status).toBe(504)
  containers.stop()
})
