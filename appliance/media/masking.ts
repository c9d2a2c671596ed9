import type { Can } from '#protocol/access.ts'
import type { Person } from '#protocol/person.ts'
import type { BandwidthPoint, Session } from '#protocol/session.ts'
import type { Flow } from './bandwidth.ts'
import { pointOf } from './bandwidth.ts'

/** First letter and asterisks; always three, so that the length tells nothing. */
export const maskName = (name: string): string => `${Array.from(name)[0] ?? ''}***`

const same = (a: string, b: string) => a.localeCompare(b, undefined, { sensitivity: 'accent' }) === 0

/** A player is often named after its owner. */
const maskPlayer = ({ user, player }: Session): Session['player'] => {
  const tells = user !== '' && player.name.toLowerCase().includes(user.toLowerCase())
  return { ...player, name: tells ? player.product : player.name, address: null }
}

/** What a viewer may see of somebody's session: no name but their own, and no address at all. */
export const maskSession = (session: Session, viewer: Pick<Person, 'username'>): Session => {
  if (same(session.user, viewer.username)) return { ...session, player: { ...session.player, address: null } }
  return { ...session, user: maskName(session.user), player: maskPlayer(session) }
}

export interface Sight {
  /** The session as this person may see it, or null. */
  session(person: Person, session: Session): Session | null
  /** Whether this person sees what plays there. */
  source(person: Person, sourceId: string): boolean
  /** The flow of the sources that this person may see. */
  bandwidth(person: Person, flow: Flow): BandwidthPoint
}

export const createSight = (deps: {
  can: Can
  source(sourceId: string): { visibleToViewers: boolean } | undefined
}): Sight => {
  const sees = (person: Person, sourceId: string): boolean => {
    const source = deps.source(sourceId)
    if (!source) return false
    return deps.can(person, 'view-sessions', {
      kind: 'source',
      id: sourceId,
      visibleToViewers: source.visibleToViewers,
    })
  }
  return {
    source: sees,
    session: (person, session) => {
      if (!sees(person, session.sourceId)) return null
      return person.role === 'viewer' ? maskSession(session, person) : session
    },
    bandwidth: (person, flow) => pointOf(flow, (sourceId) => sees(person, sourceId)),
  }
}
