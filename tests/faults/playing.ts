import type { Source } from '#protocol/source.ts'
import { type Claimed, jellyfinInTest, type RunningJellyfin } from '../system/running.ts'

export interface Playing {
  jelly: RunningJellyfin
  /** The player's id at the simulator. */
  id: string
  source: Source
}

/** A media server on which Ada watches something, as a source of the appliance. */
export const addPlaying = async ({ app, owner }: Claimed, name: string): Promise<Playing> => {
  const jelly = await jellyfinInTest()
  const { id } = jelly.play({ user: 'ada' })
  return { jelly, id, source: await app.addJellyfin(owner, name, jelly) }
}
