import { setTimeout as pause } from 'node:timers/promises'
import { busy } from '../simulators/jellyfin/busy.ts'
import { createJellyfinSimulator, type Simulator, type Started } from '../simulators/jellyfin/index.ts'
import { type Appliance, claimCode, startAppliance } from '../system/appliance.ts'
import type { Signed } from '../system/client.ts'

export type Server = Simulator & Started & { sourceId: string }

export interface Home {
  app: Appliance
  owner: Signed
  servers: Server[]
  end(): Promise<void>
}

export interface HomeOptions {
  servers?: number
  /** People who start, pause and end things all the time, five to a server. */
  lively?: boolean
  /** Players that just play, on each server. */
  playing?: number
}

const startServer = async (seed: number, playing: number): Promise<Simulator & Started> => {
  const simulator = createJellyfinSimulator({ seed, serverName: `Server ${seed}`, stopDelayMs: 0 })
  const started = await simulator.start()
  for (let index = 0; index < playing; index += 1) {
    simulator.play({ user: `viewer ${index}`, deviceId: `player ${index}`, device: `Screen ${index}` })
  }
  return { ...simulator, ...started }
}

/** A claimed appliance that watches simulated media servers, each with its push established. */
export const createHome = async (options: HomeOptions = {}): Promise<Home> => {
  const { servers: count = 0, lively = false, playing = 0 } = options
  const app = await startAppliance()
  const owner = await app.claim(claimCode)
  const servers: Server[] = []
  const households: { stop(): void }[] = []
  for (let index = 0; index < count; index += 1) {
    const simulator = await startServer(20 + index, playing)
    const subscribed = simulator.next('subscribe')
    const { id } = await app.addJellyfin(owner, `Server ${index + 1}`, simulator)
    await subscribed
    servers.push({ ...simulator, sourceId: id })
    if (lively) households.push(busy(simulator, { seed: 7 + index }))
  }
  return {
    app,
    owner,
    servers,
    end: async () => {
      for (const household of households) household.stop()
      await app.stop()
      await Promise.all(servers.map((server) => server.stop()))
    },
  }
}

/** Lets the time pass in which something is counted. */
export const forSeconds = (seconds: number): Promise<void> => pause(seconds * 1000)
