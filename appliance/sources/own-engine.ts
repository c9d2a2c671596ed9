import { existsSync } from 'node:fs'
import { hostname } from 'node:os'
import type { Log } from '../lib/log.ts'
import type { Sources } from './index.ts'

const socket = '/var/run/docker.sock'

/** A docker socket on this very machine is watched from the first start on; who removes it is not asked again. */
export const addOwnEngine = async (deps: {
  sources: Pick<Sources, 'add' | 'known'>
  facts: { remember(name: string, value: unknown): void; recall(name: string): unknown }
  log: Log
}): Promise<void> => {
  const { sources, facts, log } = deps
  if (!existsSync(socket) || facts.recall('own-engine-offered')) return
  facts.remember('own-engine-offered', true)
  if (sources.known().some(({ url }) => url === `unix://${socket}`)) return
  const name = hostname().split('.')[0] || 'This box'
  await sources
    .add({ kind: 'docker', name, url: `unix://${socket}`, credentials: {}, options: {} })
    .catch((err: unknown) => log.info({ err }, 'the engine of this machine was not added'))
}
