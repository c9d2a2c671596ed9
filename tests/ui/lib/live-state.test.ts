import { effect } from '@preact/signals'
import { expect, test } from 'vitest'
import type { LiveEventName, LiveEvents, LiveFrame, Snapshot } from '#protocol/live.ts'
import { createLiveState } from '../../../ui/lib/model/live-state.ts'
import { aContainer, anEngineSource, aSession, aSource, aSystem, at, noon, someStats, someVitals } from '../things.ts'

const snapshot = (change: Partial<Snapshot> = {}): LiveFrame => ({
  event: 'snapshot',
  data: {
    ...{ at: noon, sources: [], sessions: [], bandwidth: null, engines: [], containers: [], system: null },
    ...change,
  },
})
const household = snapshot({
  sources: [aSource(), anEngineSource()],
  sessions: [aSession()],
  containers: [aContainer(), aContainer({ id: 'db', name: 'db', state: 'exited', cpu: null })],
  system: aSystem({ vitals: someVitals() }),
})
const stateWith = (...frames: LiveFrame[]) => {
  const state = createLiveState(() => undefined)
  state.apply(frames)
  return state
}
const told = <E extends LiveEventName>(event: E, data: LiveEvents[E]) => ({ event, data, id: 1 }) as LiveFrame
const bandwidth = (seconds: number) =>
  told('bandwidth', { at: at(seconds), lanKbps: 1, wanKbps: 0, totalKbps: 1, sources: {} })

test('nothing is known before the first snapshot', () => {
  const state = stateWith()
  expect(state.known.value).toBe(false)
  expect(state.sourceList.value).toEqual([])
})

test('a snapshot tells everything and the time', () => {
  const times: string[] = []
  const state = createLiveState((time) => times.push(time))
  state.apply([household])
  expect(state.known.value).toBe(true)
  expect(times).toEqual([noon])
  expect(state.containerList.value.map(({ id }) => id)).toEqual(['db', 'web'])
})

test('a second snapshot leaves nothing of the first', () => {
  const state = stateWith(household, snapshot({ sources: [aSource()] }))
  expect(state.sourceList.value.map(({ id }) => id)).toEqual(['jelly'])
  expect(state.sessionList.value).toEqual([])
  expect(state.system.value).toBeNull()
})

test('sources are listed as people count', () => {
  const sources = ['Box 10', 'Box 2'].map((name) => aSource({ id: name, name }))
  expect(stateWith(snapshot({ sources })).sourceList.value.map(({ name }) => name)).toEqual(['Box 2', 'Box 10'])
})

test('a session starts, changes and ends', () => {
  const state = stateWith(household, told('session:started', aSession({ id: 'two', startedAt: at(5) })))
  expect(state.sessionList.value.map(({ id }) => id)).toEqual(['one', 'two'])
  state.apply([told('session:changed', aSession({ state: 'paused' }))])
  expect(state.sessions.value.get('one')?.state).toBe('paused')
  state.apply([told('session:ended', { id: 'one', sourceId: 'jelly', endedAt: at(9) })])
  expect(state.sessionList.value.map(({ id }) => id)).toEqual(['two'])
})

test('many frames at once are one change for whoever looks, and leave what was seen before as it was', () => {
  const state = stateWith(household)
  const before = state.containers.value
  let runs = 0
  effect(() => {
    void state.containers.value
    runs += 1
  })
  const frames = ['a', 'b', 'c'].map((id) => told('container:changed', aContainer({ id })))
  state.apply(frames)
  expect(runs).toBe(2)
  expect([before.size, state.containers.value.size]).toEqual([2, 5])
})

test('frames that contradict each other within one batch end with the last', () => {
  const removed = told('container:removed', { id: 'web', sourceId: 'dock' })
  const changed = told('container:changed', aContainer())
  const stats = told('container:stats', someStats())
  expect(stateWith(household, changed, removed).containers.value.has('web')).toBe(false)
  expect(stateWith(household, removed, changed).containers.value.has('web')).toBe(true)
  expect(stateWith(household, changed, removed, stats).containers.value.has('web')).toBe(false)
})

test('a measurement changes the container that it is of', () => {
  const stats = someStats({ cpu: 1.5, memory: { used: 7, limit: null } })
  const state = stateWith(household, told('container:stats', stats))
  expect(state.containers.value.get('web')).toMatchObject({ cpu: 1.5, memory: { used: 7, enforced: true } })
  expect(state.trails.of('web').value).toEqual([0.5, 1.5])
})

test('a measurement without a figure leaves the one before', () => {
  const stats = someStats({ cpu: null, memory: { used: null, limit: null } })
  const state = stateWith(household, told('container:stats', stats))
  expect(state.containers.value.get('web')).toMatchObject({ cpu: 0.5, memory: { used: 2 ** 30 } })
})

test('what belongs to a source goes with it, and nothing else does', () => {
  const state = stateWith(household, told('source:removed', { id: 'dock' }))
  expect(state.sourceList.value.map(({ id }) => id)).toEqual(['jelly'])
  expect(state.containerList.value).toEqual([])
  expect(state.sessionList.value).toHaveLength(1)
})

test('the bandwidth of five minutes is kept, the newest last', () => {
  const points = Array.from({ length: 70 }, (_, n) => bandwidth(n * 5))
  const state = stateWith(household, ...points)
  expect(state.bandwidth.value).toHaveLength(60)
  expect(state.bandwidth.value?.at(-1)?.at).toBe(at(345))
})

test('a paused session has no rate in its trail', () => {
  const state = stateWith(household, told('session:changed', aSession({ state: 'paused' })), bandwidth(5))
  expect(state.trails.of('one').value).toEqual([8000, 0])
})

test('the same measurement of this box counts once', () => {
  const vitals = told('system', someVitals())
  const state = stateWith(household, vitals, told('system', someVitals({ at: at(5), cpu: 50 })))
  expect(state.vitals.value.map(({ cpu }) => cpu)).toEqual([5, 50])
  expect(state.system.value?.vitals?.cpu).toBe(50)
})

test('an answer of the box is taken in before the wire tells of it', () => {
  const state = stateWith(household)
  state.put({ source: aSource({ id: 'new', name: 'New' }) })
  expect(state.sources.value.has('new')).toBe(true)
  state.removeSource('new')
  expect(state.sources.value.has('new')).toBe(false)
})

test('nothing is left when somebody signs out', () => {
  const state = stateWith(household, bandwidth(5))
  state.clear()
  expect(state.known.value).toBe(false)
  expect([state.sources, state.sessions, state.containers, state.stats].map(({ value }) => value.size)).toEqual([
    ...[0, 0, 0, 0],
  ])
  expect([state.bandwidth.value, state.system.value, state.vitals.value]).toEqual([null, null, []])
  expect(state.trails.of('web').value).toEqual([])
})
