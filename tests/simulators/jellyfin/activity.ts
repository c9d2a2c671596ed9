import { EMPTY_ID } from './ids.ts'

export interface ActivityEntry {
  Id: number
  Name: string
  ShortOverview: string | null
  Type: string
  ItemId: string | null
  at: number
  UserId: string
  Severity: 'Information' | 'Error'
}

export interface NewEntry {
  name: string
  type: string
  userId?: string | null
  itemId?: string
  overview?: string
  severity?: 'Information' | 'Error'
}

export interface Activity {
  add(entry: NewEntry): void
  /** Newest first. */
  list(): ActivityEntry[]
}

export function createActivity(now: () => number): Activity {
  const entries: ActivityEntry[] = []
  return {
    list: () => [...entries].reverse(),
    add(entry) {
      entries.push({
        Id: entries.length + 1,
        Name: entry.name,
        ShortOverview: entry.overview ?? null,
        Type: entry.type,
        ItemId: entry.itemId ?? null,
        at: now(),
        UserId: entry.userId ?? EMPTY_ID,
        Severity: entry.severity ?? 'Information',
      })
    },
  }
}
