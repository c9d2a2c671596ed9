import { historyNode } from './history.ts'
import { container } from './node.ts'
import { answered, type Call, type PlexRoute, refused, windowOf } from './routes.ts'
import { sessionNode } from './session-wire.ts'
import type { Session } from './sessions.ts'
import type { World } from './world.ts'

export function sessionRoutes(world: World): PlexRoute[] {
  const { sessions, history, catalogue, statistics, settings } = world
  return [
    {
      methods: ['GET'],
      pattern: '/status/sessions',
      access: 'owner',
      handle(call) {
        const nodes = sessions.list().map((session) => sessionNode(session, world.now()))
        return answered(call, container(nodes), { strings: true, flags: settings.flags })
      },
    },
    {
      methods: ['GET', 'POST', 'DELETE'],
      pattern: '/status/sessions/terminate',
      access: 'owner',
      handle: (call) => terminate(world, call),
    },
    {
      methods: ['GET'],
      pattern: '/status/sessions/history/all',
      access: 'owner',
      handle(call) {
        const all = history.find(call.query)
        const { start, page } = windowOf(call, all)
        const nodes = page.map((entry) => historyNode(entry, catalogue, statistics.device(entry.session).id))
        return answered(call, container(nodes, { offset: start, totalSize: all.length }))
      },
    },
  ]
}

/** Tells the player to stop; that says nothing about whether it will. */
function terminate(world: World, { query }: Call) {
  const { settings, sessions, events } = world
  if (!settings.plexPass) return refused(401)
  const id = query.get('sessionId') ?? ''
  if (id === '') return refused(403)
  const session = sessions.byId(id)
  if (session === null) return refused(404)
  const reason = query.get('reason') ?? ''
  events.emit('terminate', session.key, { reason })
  const run = () => obey(world, session, reason)
  if (settings.stopDelayMs === 0) run()
  else world.later(settings.stopDelayMs, run)
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: '' }
}

function obey({ sessions, events }: World, session: Session, reason: string): void {
  if (session.ignoresStop || sessions.find(session.key) !== session) return
  session.messages.push(reason)
  events.emit('message', session.key, { reason })
  sessions.end(session)
}
