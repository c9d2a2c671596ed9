import { createCatalogue } from '../jellyfin/catalogue.ts'
import { createWorld as createKin, type World as Kin } from '../jellyfin/world.ts'

export interface EmbyOptions {
  version?: string
  serverName?: string
  /** Makes ids, tokens and codes repeat. */
  seed?: number
  apiKey?: string
  /** The name that the key was made under: the Client of the sessions that it leaves behind. */
  apiKeyName?: string
  now?: () => number
  /** How often the server looks whether a frame is due; 0 leaves that to `tick()`. */
  tickMs?: number
  /** How long a player takes to obey Stop, Pause and the like. */
  stopDelayMs?: number
  /** A UDP port for discovery, 7359 at the original; 0 picks a free one. */
  discovery?: number
  /** How many of a socket's first subscriptions are lost. */
  dropSubscribes?: number
  /** Tells admins' sockets of starts and ends at once, besides the frames of its clock. */
  announces?: boolean
}

export interface World extends Kin {
  options: Required<Pick<EmbyOptions, 'dropSubscribes' | 'announces'>>
  /** The server's own number of a device. */
  numberOf(deviceId: string): string
}

export function createWorld(options: EmbyOptions): World {
  const { version = '4.9.1.90', serverName = 'Cabin', dropSubscribes = 0, announces = false } = options
  const kin = createKin({ ...options, version, serverName })
  return {
    ...kin,
    options: { dropSubscribes, announces },
    catalogue: createCatalogue(options.seed ?? 1, counter(3)),
    numberOf: remembered(counter(11)),
  }
}

function counter(first: number): () => string {
  let next = first
  return () => {
    next += 1
    return String(next - 1)
  }
}

function remembered(make: () => string): (key: string) => string {
  const known = new Map<string, string>()
  return (key) => {
    const made = known.get(key) ?? make()
    known.set(key, made)
    return made
  }
}
