import { z } from 'zod'
import type { Thing } from '#protocol/access.ts'
import type { Routes } from '#protocol/api.ts'
import { AppError } from '#protocol/errors.ts'
import { Id, type List, listOf, PageQuery } from '#protocol/list.ts'
import type { Person } from '#protocol/person.ts'
import { Bandwidth, Session, TerminateBody, TerminateOutcome } from '#protocol/session.ts'
import type { Monitor } from './monitor.ts'
import type { TerminateSession } from './terminate-session.ts'

const SessionsQuery = PageQuery.extend({
  sourceId: Id.optional(),
  state: Session.shape.state.optional(),
  decision: Session.shape.stream.shape.decision.optional(),
  /** Found in title, subtitle, viewer, player and library. */
  q: z.string().trim().max(200).optional(),
})
type SessionsQuery = z.infer<typeof SessionsQuery>

const Params = z.strictObject({ id: Id })

const matches = (session: Session, query: SessionsQuery): boolean => {
  const { title, subtitle, user, player, library } = session
  const text = [title, subtitle, user, player.name, player.product, library].join('\n').toLowerCase()
  return (
    (!query.sourceId || session.sourceId === query.sourceId) &&
    (!query.state || session.state === query.state) &&
    (!query.decision || session.stream.decision === query.decision) &&
    (!query.q || text.includes(query.q.toLowerCase()))
  )
}

/** Newest first; sessions that began in the same moment by id. */
const place = ({ startedAt, id }: Session) => `${startedAt}|${id}`

const pageOf = (sessions: Session[], { limit, cursor }: SessionsQuery): List<Session> => {
  const after = cursor === undefined ? null : Buffer.from(cursor, 'base64url').toString()
  const rest = sessions
    .sort((a, b) => (place(a) < place(b) ? 1 : -1))
    .filter((session) => after === null || place(session) < after)
  const items = rest.slice(0, limit)
  const last = items.at(-1)
  const next = last && rest.length > items.length ? Buffer.from(place(last)).toString('base64url') : null
  return { items, next }
}

const gone = () => new AppError('not_found', 'This session has ended, or was never there.')

export const createMediaRoutes = (deps: {
  monitor: Monitor
  source(sourceId: string): { name: string; visibleToViewers: boolean } | undefined
  seenBy(person: Person, session: Session): Session | null
  bandwidth(person: Person): Bandwidth
  terminate: TerminateSession
}): Routes => {
  const { monitor, seenBy } = deps

  const must = (id: string) => {
    const tracked = monitor.find(id)
    if (!tracked) throw gone()
    return tracked
  }
  const thing = ({ params }: { params: { id: string } }): Thing | null => {
    const sourceId = monitor.find(params.id)?.session.sourceId
    const source = sourceId === undefined ? undefined : deps.source(sourceId)
    if (sourceId === undefined || !source) return null
    return { kind: 'source', id: sourceId, visibleToViewers: source.visibleToViewers }
  }

  return (api) => {
    api.get(
      '/sessions',
      {
        summary: 'What plays now on every media server',
        detail: 'Newest first. A viewer sees servers made visible to them, and the names of others masked.',
        access: 'signed-in',
        query: SessionsQuery,
        answer: listOf(Session),
      },
      ({ query, person }) => {
        // Searched as it is seen: a search must not find out a masked name.
        const seen = monitor.current().flatMap((session) => seenBy(person(), session) ?? [])
        return pageOf(
          seen.filter((session) => matches(session, query)),
          query,
        )
      },
    )

    api.get(
      '/sessions/:id',
      { summary: 'One session', access: 'view-sessions', thing, params: Params, answer: Session },
      ({ params, person }) => {
        const session = seenBy(person(), must(params.id).session)
        if (!session) throw gone()
        return session
      },
    )

    api.post(
      '/sessions/:id/terminate',
      {
        summary: 'End a session',
        detail:
          'Shows the reason on the player where it can, stops it, and looks again after 1, 3 and 8 s. The outcome is ' +
          'what was seen then. With force the player is signed out when it does not stop.',
        access: 'terminate',
        thing,
        params: Params,
        body: TerminateBody,
        answer: z.object({ outcome: TerminateOutcome }),
        audit: 'session.terminate',
        example: { reason: 'The server restarts in five minutes.' },
      },
      async ({ params, body, note, outcome }) => {
        const tracked = must(params.id)
        const { id, title, user, sourceId, player } = tracked.session
        const { reason, force = false } = body
        const source = deps.source(sourceId)?.name ?? sourceId
        note({ kind: 'session', id, name: title }, { source, user, player: player.name, reason, force })
        const result = await deps.terminate(tracked, { reason: reason || undefined, force })
        outcome(result)
        return { outcome: result }
      },
    )

    api.get(
      '/bandwidth',
      {
        summary: 'What the media servers send, over the last minutes',
        access: 'signed-in',
        answer: Bandwidth,
      },
      ({ person }) => deps.bandwidth(person()),
    )
  }
}
