import { expect, test } from 'vitest'
import type { Person } from '#protocol/person.ts'
import { createRouter } from '../../appliance/http/router.ts'
import { createLog } from '../../appliance/lib/log.ts'
import { UpstreamError } from '../../appliance/sources/upstream-error.ts'
import { observed, person, start } from './harness.ts'

const people: Record<string, Person> = { admin: person('admin'), viewer: person('viewer', 'maya') }

/** What the tests read of an answer, whichever it is. */
interface Body {
  items: { title: string }[]
  next: string | null
  points: unknown[]
}

const setup = (overrides: Parameters<typeof start>[0] = {}) => {
  const running = start(overrides)
  const rows: { action: string; outcome: string; target: unknown; details: unknown }[] = []
  const router = createRouter({
    routes: [running.media.routes],
    identify: async (token, from) => {
      const who = people[token]
      if (!who) throw new Error('no such person')
      return { person: who, ...from, signInId: 's', scope: 'full', via: 'access-token' }
    },
    can: (who, action, thing) => {
      if (who.role === 'admin') return true
      return action === 'view-sessions' && thing.kind === 'source' && thing.visibleToViewers === true
    },
    audit: {
      open: (row) => rows.push({ action: row.action, outcome: 'requested', target: null, details: null }) - 1,
      complete: (id, outcome, more) => {
        const row = rows[id]
        if (row) Object.assign(row, { outcome, target: more?.target ?? null, details: more?.details ?? null })
      },
    },
    hostNames: () => new Set(['localhost']),
    publicUrl: null,
    trustedProxies: null,
    log: createLog('fatal', { write: () => undefined }),
    now: () => running.clock.now,
  })
  const ask = async (path: string, as = 'admin', body?: unknown) => {
    const headers: Record<string, string> = { host: 'localhost', authorization: `Bearer ${as}` }
    const post = {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { ...headers, 'content-type': 'application/json' },
    }
    const request = new Request(`http://localhost/api/v1${path}`, body === undefined ? { headers } : post)
    const answer = await router.fetch(request, { address: '192.168.1.5', secure: false })
    return { status: answer.status, body: (await answer.json()) as Body }
  }
  const idOf = (title = 'Tears of Steel') => running.media.current().find((one) => one.title === title)?.id ?? ''
  return { ...running, ask, rows, idOf }
}

const titles = ({ body }: { body: Body }) => body.items.map(({ title }) => title)

test('sessions are listed newest first, page by page', async () => {
  const { media, ask, clock } = setup()
  const seen = ['Sintel', 'Metropolis', 'Nosferatu'].map((title) => observed(title, { title }))
  for (let i = 1; i <= seen.length; i++) {
    media.observe('jelly', 'jellyfin', seen.slice(0, i))
    clock.now += 1000
  }
  const first = await ask('/sessions?limit=2')
  expect(titles(first)).toEqual(['Nosferatu', 'Metropolis'])
  const second = await ask(`/sessions?limit=2&cursor=${first.body.next}`)
  expect(titles(second)).toEqual(['Sintel'])
  expect(second.body.next).toBeNull()
})

test('sessions are filtered by source, state, decision and words', async () => {
  const { media, ask } = setup()
  media.observe('jelly', 'jellyfin', [
    observed('a', { title: 'Sintel', state: 'paused' }),
    observed('b', { title: 'Metropolis', stream: { decision: 'transcode' } }),
  ])
  media.observe('attic', 'jellyfin', [observed('c', { title: 'Nosferatu', user: 'lena' })])
  expect(titles(await ask('/sessions?sourceId=attic'))).toEqual(['Nosferatu'])
  expect(titles(await ask('/sessions?state=paused'))).toEqual(['Sintel'])
  expect(titles(await ask('/sessions?decision=transcode'))).toEqual(['Metropolis'])
  expect(titles(await ask('/sessions?q=LENA'))).toEqual(['Nosferatu'])
  expect((await ask('/sessions?colour=red')).status).toBe(400)
})

test('a viewer gets visible servers only, masked, and cannot search for what is masked', async () => {
  const { media, ask } = setup()
  media.observe('jelly', 'jellyfin', [observed('a')])
  media.observe('attic', 'jellyfin', [observed('b', { title: 'Hidden' })])
  const { body } = await ask('/sessions', 'viewer')
  expect(body.items).toMatchObject([{ title: 'Tears of Steel', user: 'j***', player: { address: null } }])
  expect(titles(await ask('/sessions?q=jonas', 'viewer'))).toEqual([])
})

test('one session is there, hidden, or not at all', async () => {
  const { media, ask, idOf } = setup()
  media.observe('jelly', 'jellyfin', [observed('a')])
  media.observe('attic', 'jellyfin', [observed('b', { title: 'Hidden' })])
  expect(await ask(`/sessions/${idOf()}`)).toMatchObject({ status: 200, body: { user: 'jonas' } })
  expect(await ask(`/sessions/${idOf()}`, 'viewer')).toMatchObject({ status: 200, body: { user: 'j***' } })
  expect((await ask(`/sessions/${idOf('Hidden')}`, 'viewer')).status).toBe(403)
  expect(await ask('/sessions/nowhere')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } })
})

test('ending a session answers the true outcome, audits it and reads the source again', async () => {
  const asked: unknown[] = []
  const terminate = async (ref: string, options: unknown) => {
    asked.push(ref, options)
    return 'ignored' as const
  }
  const { media, ask, idOf, rows, refreshed } = setup({ terminate })
  media.observe('jelly', 'jellyfin', [observed('a')])
  expect(await ask(`/sessions/${idOf()}/terminate`, 'admin', { reason: ' Bed time ' })).toEqual({
    status: 200,
    body: { outcome: 'ignored' },
  })
  expect(asked).toEqual(['ref a', { reason: 'Bed time', force: false }])
  expect(refreshed).toEqual(['jelly'])
  expect(rows).toMatchObject([
    {
      action: 'session.terminate',
      outcome: 'ignored',
      target: { kind: 'session', id: idOf(), name: 'Tears of Steel' },
      details: { source: 'Jelly', user: 'jonas', reason: 'Bed time', force: false },
    },
  ])
  expect(media.current()).toHaveLength(1)
})

test('a player that takes no commands is a conflict with a code', async () => {
  const { media, ask, idOf, rows } = setup({ terminate: async () => 'not-controllable' })
  media.observe('jelly', 'jellyfin', [observed('a')])
  const answer = await ask(`/sessions/${idOf()}/terminate`, 'admin', {})
  expect(answer).toMatchObject({ status: 409, body: { error: { code: 'not_controllable' } } })
  expect(rows).toMatchObject([{ outcome: 'not_controllable', target: { kind: 'session' } }])
})

test('a server that is away or refuses is a gateway error with its sentence', async () => {
  const away = new UpstreamError('unreachable', 'upstream_unreachable', 'Connection refused.')
  const { media, ask, idOf, rows } = setup({ terminate: async () => Promise.reject(away) })
  media.observe('jelly', 'jellyfin', [observed('a')])
  const answer = await ask(`/sessions/${idOf()}/terminate`, 'admin', {})
  expect(answer).toMatchObject({ status: 502, body: { error: { message: 'Connection refused.' } } })
  expect(rows).toMatchObject([{ outcome: 'upstream_unreachable' }])
})

test('a read that fails afterwards does not change the answer', async () => {
  const { media, ask, idOf } = setup({ refresh: async () => Promise.reject(new Error('away')) })
  media.observe('jelly', 'jellyfin', [observed('a')])
  expect(await ask(`/sessions/${idOf()}/terminate`, 'admin', {})).toMatchObject({ body: { outcome: 'ended' } })
})

test('a viewer may not end anything, and nobody sends what is not asked for', async () => {
  const { media, ask, idOf } = setup()
  media.observe('jelly', 'jellyfin', [observed('a')])
  expect((await ask(`/sessions/${idOf()}/terminate`, 'viewer', {})).status).toBe(403)
  expect((await ask(`/sessions/${idOf()}/terminate`, 'admin', { hard: true })).status).toBe(400)
  expect((await ask('/sessions/nowhere/terminate', 'admin', {})).status).toBe(404)
})

test('the bandwidth is a list of points with their step', async () => {
  const { media, ask } = setup()
  media.observe('jelly', 'jellyfin', [observed('a')])
  const { body } = await ask('/bandwidth', 'viewer')
  expect(body).toMatchObject({ stepMs: 5000 })
  expect(body.points.at(-1)).toMatchObject({ wanKbps: 8000, sources: { jelly: 8000 } })
})
