import { z } from 'zod'
import type { Caller } from '#protocol/access.ts'
import type { Routes } from '#protocol/api.ts'
import { AppError } from '#protocol/errors.ts'
import { createRouter } from '../../appliance/http/router.ts'
import { readableLog } from '../store/data-folder.ts'

const person = (id: string, role: 'admin' | 'member'): Caller['person'] => ({
  id,
  username: id,
  email: null,
  role,
  grants: { box: [], sources: {}, deviceGroups: {} },
  mustChangePassword: false,
  disabled: false,
  secondFactor: { totp: false, passkeys: 0, required: false, graceEndsAt: null },
  createdAt: '2026-01-01T00:00:00.000Z',
  lastSignInAt: null,
})
const people: Record<string, Caller['person']> = { admin: person('nora', 'admin'), member: person('ines', 'member') }

const Answer = z.looseObject({
  name: z.string().default(''),
  bytes: z.number().default(0),
  siteName: z.string().optional(),
  restartNeeded: z.boolean().optional(),
  items: z.array(z.unknown()).optional(),
})

export interface AuditRow {
  action: string
  outcome: string
  details?: Record<string, unknown> | undefined
}

/** Only admins may do anything. */
export const adminsOnly = (who: Caller['person']): boolean => who.role === 'admin'

/** A feature's routes behind the real router, with an admin and a member who are signed in. */
export const serveRoutes = (routes: Routes) => {
  const rows: AuditRow[] = []
  const router = createRouter({
    routes: [routes],
    identify: async (token, from) => {
      const who = people[token]
      if (!who) throw new AppError('unauthorized', 'Sign in first.')
      return { person: who, scope: 'full', signInId: 's', via: 'access-token', ...from }
    },
    can: adminsOnly,
    audit: {
      open: ({ action, details }) => rows.push({ action, outcome: 'requested', details }) - 1,
      complete: (id, outcome, more) => void Object.assign(rows[id] ?? {}, { outcome, details: more?.details }),
    },
    hostNames: () => new Set(['localhost']),
    publicUrl: null,
    trustedProxies: null,
    log: readableLog().log,
    now: Date.now,
  })
  const ask = (method: string, path: string, init: { as?: string; body?: unknown; type?: string } = {}) => {
    const headers = new Headers({ host: 'localhost:8080', 'content-type': init.type ?? 'application/json' })
    if (init.as) headers.set('authorization', `Bearer ${init.as}`)
    const body = init.body instanceof Uint8Array || init.body === undefined ? init.body : JSON.stringify(init.body)
    const request = new Request(`http://localhost:8080/api/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: body as string }),
    })
    return router.fetch(request, { address: '192.168.1.5', secure: false })
  }
  const json = async (...args: Parameters<typeof ask>) => {
    const answer = await ask(...args)
    return { status: answer.status, body: Answer.parse(answer.status === 204 ? {} : await answer.json()) }
  }
  return { ask, json, rows }
}
