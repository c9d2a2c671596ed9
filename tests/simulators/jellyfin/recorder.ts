import type { Activity } from './activity.ts'
import type { Item } from './catalogue.ts'
import type { Playback, Session, SessionsDeps } from './sessions.ts'
import type { Users } from './users.ts'

interface RecorderDeps {
  now: () => number
  users: Users
  activity: Activity
}

const SEEN_SHARE = 0.9

/** Writes what is played into the activity log, and what was seen to the end into the viewer's history. */
export function createRecorder({ now, users, activity }: RecorderDeps): Pick<SessionsDeps, 'started' | 'stopped'> {
  const log = (session: Session, item: Item, verb: string, type: string) => {
    if (session.userId === null) return
    const name = `${session.userName} ${verb} ${fullName(item)} on ${session.deviceName}`
    activity.add({ name, type, userId: session.userId, itemId: item.id })
  }
  const remember = (session: Session, { item }: Playback, positionMs: number) => {
    const user = session.userId === null ? null : users.find(session.userId)
    if (user === null || item.runtimeMs === null || positionMs < item.runtimeMs * SEEN_SHARE) return
    user.played.set(item.id, { at: now(), count: (user.played.get(item.id)?.count ?? 0) + 1 })
  }
  return {
    started: (session, { item }) => log(session, item, 'is playing', `${item.mediaType}Playback`),
    stopped(session, playback, positionMs) {
      log(session, playback.item, 'has finished playing', `${playback.item.mediaType}PlaybackStopped`)
      remember(session, playback, positionMs)
    },
  }
}

function fullName(item: Item): string {
  const artists = item.more['Artists']
  const prefix = item.more['SeriesName'] ?? (Array.isArray(artists) ? artists[0] : undefined)
  return typeof prefix === 'string' ? `${prefix} - ${item.name}` : item.name
}
