import type { Person } from '#protocol/person.ts'
import type { TranscodeRule } from '#protocol/transcode-rule.ts'
import { createRouter } from '../../../appliance/http/router.ts'
import { createLog } from '../../../appliance/lib/log.ts'
import type { ObservedSession } from '../../../appliance/media/ports.ts'
import { can } from '../../../appliance/people/can.ts'
import { observed, person, start } from '../harness.ts'

type Changes = Parameters<typeof observed>[1]

/** A 4K film whose picture is made 1080p. */
export const shrunk = (key: string, { stream, ...changes }: NonNullable<Changes> = {}): ObservedSession =>
  observed(key, {
    ...changes,
    stream: {
      ...{ decision: 'transcode', video: 'transcode', audio: 'direct' },
      source: { width: 3840, height: 2160, codec: 'hevc', range: 'HDR10', is4k: true },
      target: { width: 1920, height: 1080, codec: 'h264' },
      ...stream,
    },
  })

export interface Row {
  actor: { id: string | null; name: string; via: string }
  action: string
  outcome: string
  target: unknown
  details: Record<string, unknown>
}

const staff = (grants: Person['grants']['sources']): Person => ({
  ...person('staff', 'sam'),
  grants: { box: [], sources: grants, deviceGroups: {} },
})

const people: Record<string, Person> = {
  admin: person('admin'),
  support: person('support', 'sue'),
  viewer: person('viewer', 'maya'),
  manager: staff({ jelly: ['manage', 'view-sessions'] }),
  ender: staff({ jelly: ['view-sessions', 'terminate'] }),
  looker: staff({ jelly: ['view-sessions'] }),
}

const recordingAudit = () => {
  const rows: Row[] = []
  let completed = Promise.withResolvers<Row>()
  const audit: NonNullable<Parameters<typeof start>[0]>['audit'] = {
    open: ({ actor, action, target = null, details = {} }) =>
      rows.push({ actor, action, outcome: 'requested', target, details }) - 1,
    complete: (id, outcome, { target, details = {} } = {}) => {
      const row = rows[id]
      if (!row) return
      Object.assign(row, { outcome, target: target ?? row.target, details: { ...row.details, ...details } })
      completed.resolve(row)
      completed = Promise.withResolvers<Row>()
    },
  }
  /** The next row that is completed. */
  const nextRow = () => completed.promise
  return { rows, audit, nextRow }
}

export const setup = (overrides: Parameters<typeof start>[0] = {}) => {
  const recording = recordingAudit()
  const { rows, nextRow } = recording
  const { audit = recording.audit } = overrides
  const running = start({ ...overrides, can, audit })
  const router = createRouter({
    routes: [running.media.routes],
    identify: async (token, from) => {
      const who = people[token]
      if (!who) throw new Error('no such person')
      return { person: who, ...from, signInId: 's', scope: 'full', via: 'access-token' }
    },
    ...{ can, audit, publicUrl: null, trustedProxies: null },
    hostNames: () => new Set(['localhost']),
    log: createLog('fatal', { write: () => undefined }),
    now: () => running.clock.now,
  })
  const ask = async <T>(method: string, path: string, body?: unknown, as = 'admin') => {
    const headers = { host: 'localhost', authorization: `Bearer ${as}`, 'content-type': 'application/json' }
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const request = new Request(`http://localhost/api/v1${path}`, { method, headers, ...sent })
    const answer = await router.fetch(request, { address: '192.168.1.5', secure: false })
    return { status: answer.status, body: (await answer.json()) as T }
  }
  const rule = async (changes: Partial<TranscodeRule>) => {
    const { status } = await ask('PUT', '/transcode-rule', { sourceId: 'jelly', enabled: true, ...changes })
    if (status !== 200) throw new Error(`the rule was refused with ${status}`)
    rows.splice(0)
  }
  return { ...running, rows, nextRow, ask, rule }
}
