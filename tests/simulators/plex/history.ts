import type { Catalogue } from './catalogue.ts'
import { type Node, node } from './node.ts'
import type { Session } from './sessions.ts'

interface Entry {
  id: number
  session: Session
  viewedAt: number
}

export interface History {
  /** Keeps what was seen to the end; a play that was broken off leaves no trace. */
  note(session: Session, positionMs: number): void
  /** A play of long ago, put there as if somebody had seen it. */
  add(session: Session, viewedAtS: number): void
  find(query: URLSearchParams): Entry[]
}

const SEEN_SHARE = 0.9

export function createHistory(now: () => number): History {
  const entries: Entry[] = []
  const add = (session: Session, viewedAt: number) => void entries.push({ id: entries.length + 1, session, viewedAt })
  return {
    add,
    note(session, positionMs) {
      const { durationMs, isLive } = session.item
      if (durationMs === null || isLive || positionMs < durationMs * SEEN_SHARE) return
      add(session, Math.floor(now() / 1000))
    },
    find(query) {
      const number = (name: string) => (query.has(name) ? Number(query.get(name)) : null)
      const [from, after, account, section] = ['viewedAt>', 'viewedAt>>', 'accountID', 'librarySectionID'].map(number)
      const found = entries.filter(
        (entry) =>
          entry.viewedAt >= (from ?? 0) &&
          entry.viewedAt > (after ?? -1) &&
          (account === null || entry.session.account.id === account) &&
          (section === null || entry.session.item.section?.key === section),
      )
      const isFalling = query.get('sort')?.endsWith(':desc') ?? false
      return found.sort((a, b) => (isFalling ? b.viewedAt - a.viewedAt : a.viewedAt - b.viewedAt))
    },
  }
}

/** No name of the account and no time really watched; what was removed since has no ratingKey either. */
export function historyNode({ id, session, viewedAt }: Entry, catalogue: Catalogue, deviceId: number): Node {
  const { item, account } = session
  const { grandparentTitle, parentTitle, index, parentIndex } = item.more
  const isKnown = catalogue.item(item.ratingKey) !== null
  const attributes = {
    historyKey: `/status/sessions/history/${id}`,
    key: isKnown ? item.key : null,
    ratingKey: isKnown ? item.ratingKey : null,
    librarySectionID: item.section === null ? null : String(item.section.key),
    title: item.title,
    grandparentTitle,
    parentTitle,
    index,
    parentIndex,
    type: item.type,
    thumb: isKnown ? `${item.key}/thumb/${item.addedAt}` : null,
    viewedAt,
    accountID: account.id,
    deviceID: deviceId,
  }
  const tag = item.type === 'track' ? 'Track' : item.type === 'photo' ? 'Photo' : 'Video'
  return node(tag, attributes, [], { name: 'Metadata' })
}
