import { onTestFinished } from 'vitest'
import { createJellyfinSimulator, type Simulator, type Started } from '../simulators/jellyfin/index.ts'
import type { SimulatorOptions } from '../simulators/jellyfin/world.ts'
import { type Appliance, claimCode, type StartOptions, startAppliance, temporaryData } from './appliance.ts'
import type { Signed } from './client.ts'

export interface Claimed {
  app: Appliance
  owner: Signed
}

/** An appliance of the running test, ended with it. */
export const startInTest = async (options: StartOptions = {}): Promise<Appliance> => {
  const app = await startAppliance(options)
  onTestFinished(async () => void (await app.kill()))
  return app
}

/** A data folder of the running test, removed after it. */
export const dataInTest = (): string => {
  const { folder, remove } = temporaryData()
  onTestFinished(remove)
  return folder
}

/** A claimed appliance with its owner signed in, ended with the running test. */
export const claimedInTest = async (options: StartOptions = {}): Promise<Claimed> => {
  const app = await startInTest(options)
  return { app, owner: await app.claim(claimCode) }
}

/** A claimed appliance for all tests of a file: call it in `beforeAll`, and answer its `end` there. */
export const claimedForFile = async (options: StartOptions = {}): Promise<Claimed & { end(): Promise<void> }> => {
  const app = await startAppliance(options)
  const end = async () => void (await app.kill())
  try {
    return { app, owner: await app.claim(claimCode), end }
  } catch (cause) {
    await end()
    throw cause
  }
}

export interface RunningJellyfin extends Simulator, Started {}

let seeds = 100

/** A Jellyfin of the running test, with an identity of its own. */
export const jellyfinInTest = async (options: SimulatorOptions = {}, port = 0): Promise<RunningJellyfin> => {
  seeds += 1
  const simulator = createJellyfinSimulator({ seed: seeds, stopDelayMs: 0, ...options })
  const started = await simulator.start(port)
  onTestFinished(() => simulator.stop())
  return { ...simulator, ...started }
}
