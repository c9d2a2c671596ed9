import type { Connection } from '../../../appliance/sources/adapter.ts'
import { docker } from '../../../appliance/sources/docker/index.ts'
import type { Engine } from '../../engines/engine.ts'

const log = { debug() {}, info() {}, warn() {}, error() {}, child: () => log }

/** The adapter's connection to whatever answers at `url`. */
export const connect = (
  url: string,
  more: { credentials?: object; options?: object; fingerprint?: string | null; now?: () => number } = {},
): Connection =>
  docker.connect(
    {
      url: docker.parseUrl(url),
      credentials: docker.credentials.parse(more.credentials ?? {}),
      options: docker.options.parse(more.options ?? {}),
      fingerprint: more.fingerprint ?? null,
    },
    { log, deviceId: 'test', now: more.now ?? Date.now },
  )

export const connectTo = (engine: Engine): Connection => connect(`unix://${engine.socketPath}`)

const images = new WeakMap<Engine, Promise<string>>()

const imageOf = (engine: Engine): Promise<string> => {
  const image = images.get(engine) ?? engine.importBusybox()
  images.set(engine, image)
  return image
}

/** Makes a container of busybox; starts it unless told otherwise. */
export const addContainer = async (
  engine: Engine,
  name: string,
  settings: Record<string, unknown> & { start?: boolean },
): Promise<string> => {
  const { start = true, ...rest } = settings
  const Image = await imageOf(engine)
  const made = await engine.api('POST', `/containers/create?name=${name}`, { Image, StopTimeout: 0, ...rest })
  const { Id } = made.body as { Id: string }
  if (start) await engine.api('POST', `/containers/${Id}/start`)
  return Id
}

/** Never aborts. */
export const forever = (): AbortSignal => new AbortController().signal
