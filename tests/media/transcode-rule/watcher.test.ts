import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ObservedSession } from '../../../appliance/media/ports.ts'
import { memoryDatabase } from '../../store/memory.ts'
import { observed } from '../harness.ts'
import { setup, shrunk } from './harness.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const direct = { decision: 'transcode', video: 'direct', audio: 'transcode' } as const

const watching = async (overrides: Parameters<typeof setup>[0] = {}, changes = {}) => {
  const ended: { ref: string; reason: string | undefined; force: boolean }[] = []
  const terminate = async (ref: string, options: { reason: string | undefined; force: boolean }) => {
    ended.push({ ref, ...options })
    return 'ended' as const
  }
  const running = setup({ terminate, ...overrides })
  const { clock, media } = running
  clock.steady = 5000
  await running.rule({ message: 'Original quality, please.', ...changes })
  const pass = async (ms: number) => {
    clock.now += ms
    clock.steady = (clock.steady ?? 0) + ms
    await vi.advanceTimersByTimeAsync(ms)
  }
  const see = (...sessions: ObservedSession[]) => media.observe('jelly', 'jellyfin', sessions)
  const waits = () => media.current().map(({ rule }) => rule && Date.parse(rule.endsAt) - clock.now)
  return { ...running, ended, pass, see, waits }
}

test('a session that shrinks 4K is ended after the grace, with the message and an entry in the audit log', async () => {
  const { see, pass, ended, waits, rows } = await watching()
  see(shrunk('a'))
  expect(waits()).toEqual([5000])
  await pass(4999)
  expect(ended).toEqual([])
  await pass(1)
  expect(ended).toEqual([{ ref: 'ref a', reason: 'Original quality, please.', force: false }])
  expect(rows).toMatchObject([
    {
      actor: { id: null, name: 'belfry', via: 'rule' },
      action: 'session.terminate',
      outcome: 'ended',
      target: { kind: 'session', name: 'Tears of Steel' },
      details: { source: 'Jelly', user: 'jonas', graceMs: 5000 },
    },
  ])
})

test('it is asked for in the audit log before it is done', async () => {
  const seen: string[] = []
  const running = await watching({
    terminate: async () => {
      seen.push(...running.rows.map(({ outcome }) => outcome))
      return 'ended'
    },
  })
  running.see(shrunk('a'))
  await running.pass(5000)
  expect(seen).toEqual(['requested'])
})

test('a session that changes within the grace is left alone, and its grace begins anew', async () => {
  const { see, pass, ended, waits } = await watching()
  see(shrunk('a'))
  await pass(4000)
  see(shrunk('a', { stream: direct }))
  expect(waits()).toEqual([null])
  await pass(60_000)
  see(shrunk('a'))
  expect(waits()).toEqual([5000])
  expect(ended).toEqual([])
})

test('what the server says at the end of the grace decides, not what was pushed before', async () => {
  const running = await watching({ refresh: async () => running.see(shrunk('a', { stream: direct })) })
  running.see(shrunk('a'))
  await running.pass(60_000)
  expect(running.ended).toEqual([])
})

test('nothing is ended while the server cannot be asked', async () => {
  let isAway = true
  const running = await watching({ refresh: async () => (isAway ? Promise.reject(new Error('away')) : undefined) })
  running.see(shrunk('a'))
  await running.pass(20_000)
  expect(running.ended).toEqual([])
  isAway = false
  await running.pass(5000)
  expect(running.ended).toHaveLength(1)
})

test('a source that was away begins its grace anew', async () => {
  const { see, pass, ended, media, waits } = await watching()
  see(shrunk('a'))
  await pass(4000)
  media.sourceState('jelly', 'unreachable')
  expect(waits()).toEqual([null])
  await pass(60_000)
  media.sourceState('jelly', 'ok')
  see(shrunk('a'))
  expect(waits()).toEqual([5000])
  await pass(4000)
  expect(ended).toEqual([])
})

test('a clock that jumps changes nothing but the time that is told', async () => {
  const { see, pass, ended, waits, clock } = await watching()
  see(shrunk('a'))
  clock.now += 3_600_000
  await pass(2000)
  see(shrunk('a'))
  expect(waits()).toEqual([3000])
  clock.now -= 86_400_000
  see(shrunk('a'))
  expect(waits()).toEqual([3000])
  expect(ended).toEqual([])
  await pass(3000)
  expect(ended).toHaveLength(1)
})

test('a restart begins the grace anew, and the rule is still there', async () => {
  const db = memoryDatabase()
  const first = await watching({ db })
  first.see(shrunk('a'))
  await first.pass(4000)
  first.media.stop()
  const second = await watching({ db })
  second.see(shrunk('a'))
  expect(second.waits()).toEqual([5000])
  await second.pass(4000)
  expect([...first.ended, ...second.ended]).toEqual([])
})

test('a player that ignores it is asked again only after the cooldown', async () => {
  const asked: string[] = []
  const terminate = async (ref: string) => {
    asked.push(ref)
    return 'ignored' as const
  }
  const { see, pass, rows, waits } = await watching({ terminate }, { cooldownMs: 60_000 })
  see(shrunk('a'))
  await pass(5000)
  expect(rows).toMatchObject([{ outcome: 'ignored' }])
  expect(waits()).toEqual([60_000])
  see(shrunk('a'))
  await pass(59_999)
  expect(asked).toHaveLength(1)
  await pass(1)
  expect(asked).toHaveLength(2)
})

test('who starts the same again at once waits for the cooldown, another viewer does not', async () => {
  const { see, pass, ended, waits } = await watching()
  see(shrunk('a'))
  await pass(5000)
  see()
  see(shrunk('again'), shrunk('other', { user: 'lena' }))
  expect(waits()).toEqual([300_000, 5000])
  await pass(5000)
  expect(ended.map(({ ref }) => ref)).toEqual(['ref a', 'ref other'])
})

test('a server that fails is written down, and cools down all the same', async () => {
  const asked: string[] = []
  const terminate = async (ref: string) => {
    asked.push(ref)
    return Promise.reject(Object.assign(new Error('no'), { code: 'upstream_refused' }))
  }
  const { see, pass, rows } = await watching({ terminate })
  see(shrunk('a'))
  await pass(60_000)
  expect(asked).toHaveLength(1)
  expect(rows).toMatchObject([{ action: 'session.terminate', outcome: 'upstream_refused' }])
})

test('a session that somebody is ending is not ended twice at once', async () => {
  const done = Promise.withResolvers<'ended'>()
  const asked: (string | undefined)[] = []
  const terminate = async (_: string, { reason }: { reason: string | undefined }) => {
    asked.push(reason)
    return done.promise
  }
  const { see, pass, media, ask, rows } = await watching({ terminate })
  see(shrunk('a'))
  const [session] = media.current()
  const byPerson = ask('POST', `/sessions/${session?.id}/terminate`, { reason: 'Bed time' })
  await pass(6000)
  expect(asked).toEqual(['Bed time'])
  done.resolve('ended')
  see()
  await pass(10_000)
  expect(await byPerson).toMatchObject({ status: 200, body: { outcome: 'ended' } })
  expect(asked).toEqual(['Bed time'])
  expect(rows.map(({ actor }) => actor.via)).toEqual(['access-token'])
})

test('a paused session counts; exempt viewers, players without commands and other sessions do not', async () => {
  const { see, pass, ended } = await watching({}, { exempt: ['Lena'] })
  see(
    shrunk('paused', { state: 'paused' }),
    shrunk('exempt', { user: 'lena' }),
    shrunk('deaf', { canTerminate: false }),
    shrunk('audio', { stream: direct }),
    observed('plain'),
  )
  await pass(600_000)
  expect(ended.map(({ ref }) => ref)).toContain('ref paused')
  expect(new Set(ended.map(({ ref }) => ref)).size).toBe(1)
})

test('a rule that is switched off or changed holds at once', async () => {
  const { see, pass, ended, waits, ask } = await watching()
  see(shrunk('a'))
  await pass(1000)
  await ask('PUT', '/transcode-rule', { sourceId: 'jelly', graceMs: 120_000 })
  expect(waits()).toEqual([119_000])
  await ask('PUT', '/transcode-rule', { sourceId: 'jelly', enabled: false })
  expect(waits()).toEqual([null])
  await pass(600_000)
  expect(ended).toEqual([])
})

test('other sources have their own rule, which is off until somebody switches it on', async () => {
  const { media, pass, ended } = await watching()
  media.observe('attic', 'jellyfin', [shrunk('a')])
  await pass(600_000)
  expect(ended).toEqual([])
})
