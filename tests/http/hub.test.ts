import { expect, test } from 'vitest'
import type { Caller } from '#protocol/access.ts'
import type { Snapshot } from '#protocol/live.ts'
import { createHub, type LiveSocket } from '../../appliance/http/hub.ts'
import { createLog } from '../../appliance/lib/log.ts'

const caller = (id: string, role: 'admin' | 'viewer' = 'admin') =>
  ({
    person: { id, role },
    signInId: `s-${id}`,
    scope: 'full',
    via: 'access-token',
    address: '',
    agent: '',
  }) as unknown as Caller

const socket = () => {
  const frames: { event: string; data: unknown }[] = []
  const state = { frames, closed: null as number | null, backlog: 0 }
  const end: LiveSocket = {
    send: (text) => void frames.push(JSON.parse(text)),
    close: (code) => {
      state.closed = code
    },
    waiting: () => state.backlog,
  }
  return { end, state }
}

const setup = () => {
  let at = 0
  const watched: [string, boolean][] = []
  const hub = createHub({
    snapshot: () => ({ at: new Date(0).toISOString() }) as Snapshot,
    sight: {
      'session:ended': (_, data) => data,
      system: ({ person }, data) => (person.role === 'admin' ? data : null),
      'container:stats': (_, data) => data,
    },
    onWatched: (event, is) => void watched.push([event, is]),
    now: () => at,
    log: createLog('silent'),
  })
  const later = (ms: number) => {
    at += ms
  }
  return { hub, watched, later }
}

const ended = { id: 'a', sourceId: 's', endedAt: new Date(0).toISOString() }

test('a reader gets a snapshot first, then what changes', () => {
  const { hub } = setup()
  const { end, state } = socket()
  hub.join(end, caller('nora'))
  hub.publish('session:ended', ended)
  expect(state.frames.map(({ event }) => event)).toEqual(['snapshot', 'session:ended'])
})

test('nobody receives an event that they may not see', () => {
  const { hub } = setup()
  const viewer = socket()
  hub.join(viewer.end, caller('lena', 'viewer'))
  hub.publish('system', {} as never)
  hub.publish('bandwidth', {} as never)
  expect(viewer.state.frames.map(({ event }) => event)).toEqual(['snapshot'])
})

test('a reader who falls behind is closed with 4008, and the others notice nothing', () => {
  const { hub } = setup()
  const slow = socket()
  const quick = socket()
  hub.join(slow.end, caller('ada'))
  hub.join(quick.end, caller('nora'))
  slow.state.backlog = 5_000_000
  hub.publish('session:ended', ended)
  expect(slow.state.closed).toBe(4008)
  expect(quick.state.frames).toHaveLength(2)
  expect(hub.readers()).toBe(1)
})

test('a ticket works once and only for 30 seconds', () => {
  const { hub, later } = setup()
  const first = hub.ticket(caller('nora'))
  expect(hub.redeem(first)?.person.id).toBe('nora')
  expect(hub.redeem(first)).toBeNull()
  const second = hub.ticket(caller('nora'))
  later(30_001)
  expect(hub.redeem(second)).toBeNull()
})

test('an upstream is measured only while somebody subscribes', () => {
  const { hub, watched } = setup()
  const one = socket()
  const reader = hub.join(one.end, caller('nora'))
  hub.publish('container:stats', {} as never)
  reader.receive(JSON.stringify({ event: 'subscribe', data: { topics: ['container:stats'] } }))
  hub.publish('container:stats', {} as never)
  reader.left()
  expect(watched).toEqual([
    ['container:stats', true],
    ['container:stats', false],
  ])
  expect(one.state.frames.map(({ event }) => event)).toEqual(['snapshot', 'container:stats'])
})

test('a frame that is not JSON or not known closes that reader only', () => {
  const { hub } = setup()
  const bad = socket()
  hub.join(bad.end, caller('eve')).receive('{{')
  expect(bad.state.closed).toBe(4400)
  const odd = socket()
  hub.join(odd.end, caller('eve')).receive(JSON.stringify({ event: 'subscribe', data: { topics: 'all' } }))
  expect(odd.state.closed).toBe(4400)
})

test('ending a sign-in closes its sockets and voids its tickets', () => {
  const { hub } = setup()
  const one = socket()
  hub.join(one.end, caller('nora'))
  const ticket = hub.ticket(caller('nora'))
  hub.closeWhere(({ signInId }) => signInId === 's-nora', 'signed out')
  expect(one.state.closed).toBe(4001)
  expect(hub.redeem(ticket)).toBeNull()
})
