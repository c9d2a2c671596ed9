import type { PlayRecord } from '../plays/play.ts'
import { keysOf } from '../plays/running-play.ts'
import type { NativeIds } from '../ports.ts'

/** A play as another program's file tells of it. */
export type Told = Omit<PlayRecord, 'sourceId' | 'source' | 'viewerKey' | 'itemKey' | 'deviceKey'> & {
  ids: NativeIds
}

/** The same as a record of ours, under the keys that it would have had here. */
export const recordFrom = ({ ids, ...play }: Told, source: { id: string; name: string }): PlayRecord => ({
  ...{ ...play, sourceId: source.id, source: source.name },
  ...keysOf(play, ids),
})
