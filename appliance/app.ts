import { join } from 'node:path'
import { type LiveEventName, type LiveEvents, liveEvents, type Snapshot } from '#protocol/live.ts'
import type { Config } from './config.ts'
import { createContainers } from './containers/index.ts'
import { createCa } from './fleet/ca.ts'
import { hostNames } from './fleet/host-names.ts'
import { createCertificates } from './fleet/https.ts'
import { createCaRoutes } from './fleet/routes.ts'
import { createHardware } from './hardware/index.ts'
import { createHub, type Hub } from './http/hub.ts'
import { createOwnNames } from './http/own-names.ts'
import { portError } from './http/port-error.ts'
import { relyingPartyOf } from './http/relying-party.ts'
import { createRoot } from './http/root.ts'
import { createRouter } from './http/router.ts'
import { createHttpRoutes } from './http/routes.ts'
import { createServer } from './http/server.ts'
import { createStaticFiles } from './http/static.ts'
import { type Bus, createBus } from './lib/bus.ts'
import { createLifecycle, type Lifecycle, type Part } from './lib/lifecycle.ts'
import { createLog, type Log } from './lib/log.ts'
import { createSystemd } from './lib/systemd.ts'
import { createMedia } from './media/index.ts'
import { createPeople } from './people/index.ts'
import { createDiscovery } from './sources/discovery.ts'
import { createSources } from './sources/index.ts'
import { addOwnEngine } from './sources/own-engine.ts'
import { createBackups } from './store/backup.ts'
import { openStore, type Store } from './store/open.ts'
import { createReader } from './store/reader.ts'
import { openVault, type Vault } from './store/vault.ts'
import { createUpkeep } from './upkeep/index.ts'
import { version } from './version.ts'

/** What a test may put in place of the real thing. */
export interface Overrides {
  log?: Log
  now?: () => number
  uiFolder?: string
  /** Stops everything and starts it again, which puts a staged restore in place. */
  restart?: () => void
}

export interface Appliance {
  /** Opens the store and starts everything; rejects with BootError when the box cannot run like this. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Where it answers, once started. */
  url(): string
  /** Null once it is claimed. */
  claimCode(): string | null
}

interface Base {
  config: Config
  log: Log
  now: () => number
  store: Store
  vault: Vault
  events: Bus<LiveEvents>
}

const openBase = (config: Config, overrides: Overrides): Base => {
  const log = overrides.log ?? createLog(config.logLevel)
  const now = overrides.now ?? Date.now
  const store = openStore({ folder: config.dataFolder, log: log.child({ part: 'store' }), now })
  const vault = openVault(store.db, config.masterKeyFile)
  const events = createBus<LiveEvents>((event, err) => log.error({ err, event }, 'a listener failed'))
  return { config, log, now, store, vault, events }
}

/** What every feature is given: a log of its own and the clock. */
const about = ({ log, now }: Base, part: string) => ({ log: log.child({ part }), now })

const createHouse = (base: Base, isSecure: (request: Request) => boolean, restart: () => void) => {
  const { config, store, vault, events } = base
  const { db } = store
  const { dataFolder, masterKeyFile, publicUrl } = config
  const reader = createReader(store.path)
  const people = createPeople({
    ...about(base, 'people'),
    ...{ db, vault, isSecure, claimCode: config.claimCode ?? undefined },
    relyingParty: relyingPartyOf(() => upkeep.siteName(), publicUrl),
    auditKeepDays: () => upkeep.settings.get().auditKeepDays,
  })
  const ca = createCa({ ...about(base, 'ca'), db, vault })
  const hardware = createHardware({
    ...about(base, 'hardware'),
    ...{
      db,
      reads: reader,
      can: people.can,
      bus: events,
      version,
      dataFolder,
      databasePath: store.path,
      recovered: store.recovered,
    },
  })
  const backups = createBackups({ folder: dataFolder, now: base.now, masterKeyFile })
  const upkeep = createUpkeep({
    ...about(base, 'upkeep'),
    ...{ db, backups, folder: dataFolder, can: people.can, restart },
    prune: [({ vitals }) => hardware.prune(vitals)],
  })
  return { reader, people, ca, hardware, upkeep }
}
type House = ReturnType<typeof createHouse>

const createUpstreams = (base: Base, { people, ca, upkeep, reader }: House) => {
  const { store, vault, log, now, config } = base
  const { emit } = base.events
  const { can, audit } = people
  const discovery = createDiscovery({
    ...about(base, 'discovery'),
    known: () => sources.known(),
    enabled: () => config.discovery && upkeep.settings.get().discovery,
  })
  const refresh = (id: string) => sources.refresh(id)
  const media = createMedia({
    ...about(base, 'media'),
    ...{ db: store.db, reads: reader, timeZone: () => upkeep.settings.get().timeZone },
    ...{ folder: config.dataFolder, openFile: createReader },
    ...{ emit, can, audit, refresh, mediaOf: (id) => sources.media(id), source: (id) => sources.mediaFacts(id) },
    sourceIds: () => sources.list().map(({ id }) => id),
  })
  const containers = createContainers({
    ...about(base, 'containers'),
    ...{ emit, can, refresh, engineOf: (id) => sources.engine(id), sourceName: (id) => sources.find(id)?.name ?? id },
  })
  const sources = createSources({
    ...{ db: store.db, vault, log, now, can, discovered: discovery },
    deviceId: () => `belfry-${ca.rootFingerprint().replaceAll(':', '').slice(0, 16).toLowerCase()}`,
    onObserved: (source, seen) => {
      if (seen.sessions) media.observe(source.id, source.kind, seen.sessions)
      if (seen.engine) containers.observe(source.id, seen.engine)
    },
    onChanged: (source) => {
      media.sourceState(source.id, source.status.state)
      containers.sourceState(source.id, source.status.state)
      emit('source:status', source)
    },
    onRemoved: (id) => {
      media.forget(id)
      containers.forget(id)
      emit('source:removed', { id })
    },
  })
  return { discovery, media, containers, sources }
}
type Features = House & ReturnType<typeof createUpstreams>

const nothing: Omit<Snapshot, 'at'> = {
  ...{ sources: [], sessions: [], bandwidth: null, engines: [], containers: [], system: null },
}

/** Each feature says what a reader may see of what is its own. */
const createLive = (base: Base, { people, sources, media, containers, hardware }: Features): Hub => {
  const parts = [sources, media, containers, hardware].map(({ live }) => live)
  const at = () => new Date(base.now()).toISOString()
  const hub = createHub({
    ...about(base, 'live'),
    onWatched: (event, watched) => {
      if (event !== 'container:stats') return
      if (watched) containers.startMeasuring()
      else containers.stopMeasuring()
    },
    snapshot: (caller) => Object.assign({ at: at(), ...nothing }, ...parts.map((part) => part.snapshot(caller))),
    sight: Object.assign({}, ...parts.map(({ sight }) => sight)),
  })
  for (const event of Object.keys(liveEvents) as LiveEventName[]) {
    base.events.on(event, (data) => hub.publish(event, data))
  }
  hub.keepChecking((caller) => !people.isAlive(caller))
  people.onSignInEnded((signInId) => hub.closeWhere((caller) => caller.signInId === signInId, 'this sign-in has ended'))
  people.onPersonChanged((id) => hub.closeWhere((caller) => caller.person.id === id, 'what you may do has changed'))
  return hub
}

const createWeb = (base: Base, features: Features, hub: Hub, uiFolder: string) => {
  const { config, now } = base
  const { people, upkeep, ca } = features
  const bound = { port: config.port, httpsPort: config.httpsPort }
  const startedAt = now()
  const status = () => ({
    claimed: people.isClaimed(),
    siteName: upkeep.siteName(),
    timeZone: upkeep.settings.get().timeZone,
    version,
    certificate: ca.rootFingerprint(),
    httpsPort: bound.httpsPort,
  })
  const root = createRoot({
    declared: () => router.declared,
    version,
    health: () => ({ status: 'ok', version, uptimeMs: now() - startedAt }),
    pages: createStaticFiles(uiFolder),
  })
  const { hardware, sources, media, containers } = features
  const web = [createHttpRoutes({ hub, status }), createCaRoutes({ ca })]
  const router = createRouter({
    ...about(base, 'http'),
    routes: [...web, ...[people, sources, media, containers, hardware, upkeep].map(({ routes }) => routes)],
    ...{ identify: people.identify, can: people.can, audit: people.audit, rest: root },
    hostNames: createOwnNames(() => hostNames(config.publicUrl), now),
    ...{ publicUrl: config.publicUrl, trustedProxies: config.trustedProxies },
  })
  const { host, port, httpsPort } = config
  const server = createServer({ ...about(base, 'http'), router, hub, host, port, httpsPort })
  return { server, router, bound }
}

const partsOf = (
  base: Base,
  features: Features,
  setCertificate: (pair: { cert: string; key: string }) => void,
): Part[] => {
  const { config, log, now } = base
  const { reader, upkeep, people, ca, hardware, discovery, media, containers, sources } = features
  const certificates = createCertificates({
    ...{ ca, names: () => hostNames(config.publicUrl), files: config.tls, now, log, onChange: setCertificate },
  })
  return [
    { name: 'reader', stop: reader.close },
    { name: 'ca', start: ca.start },
    { name: 'people', start: people.start, stop: people.stop },
    { name: 'hardware', start: hardware.start, stop: hardware.stop },
    { name: 'upkeep', start: upkeep.start, stop: upkeep.stop },
    { name: 'media', start: media.start, stop: media.stop },
    { name: 'containers', stop: containers.stop },
    { name: 'sources', start: sources.start, stop: sources.stop },
    { name: 'discovery', start: discovery.start, stop: discovery.stop },
    ...(config.httpsPort === null
      ? []
      : [{ name: 'certificates', start: certificates.start, stop: certificates.stop }]),
  ]
}

const announce = (
  { config, log, store }: Base,
  { people }: Features,
  bound: { port: number; httpsPort: number | null },
) => {
  const shown = config.host === '0.0.0.0' || config.host === '::' ? 'localhost' : config.host
  const url = `http://${shown}:${bound.port}`
  const claimCode = people.claimCode()
  store.announce(url)
  log.info({ url, httpsPort: bound.httpsPort, ...(claimCode ? { claimCode } : {}) }, 'listening')
  return url
}

/** Puts the whole appliance together. Nothing is opened before `start`. */
export const createAppliance = (config: Config, overrides: Overrides = {}): Appliance => {
  const uiFolder = overrides.uiFolder ?? join(import.meta.dirname, '../ui/dist')
  let url = ''
  let claimCode = () => null as string | null
  let stop = async () => {}

  const begin = async (base: Base, lifecycle: Lifecycle) => {
    const web: { current?: ReturnType<typeof createWeb> } = {}
    const restart = overrides.restart ?? (() => undefined)
    const isSecure = (request: Request) => web.current?.router.isSecure(request) ?? false
    const house = createHouse(base, isSecure, restart)
    const features = { ...house, ...createUpstreams(base, house) }
    const { server, router, bound } = createWeb(base, features, createLive(base, features), uiFolder)
    web.current = { server, router, bound }
    await lifecycle.start(partsOf(base, features, server.setCertificate))
    await lifecycle.start([
      { name: 'http', start: async () => void Object.assign(bound, await server.start()), stop: server.stop },
    ])
    if (base.store.restored) house.people.endEverySignIn()
    claimCode = house.people.claimCode
    url = announce(base, features, { port: bound.port, httpsPort: bound.httpsPort })
    void addOwnEngine({ sources: features.sources, facts: base.store, log: base.log })
  }

  const start = async () => {
    const base = openBase(config, overrides)
    const { log, store } = base
    const lifecycle = createLifecycle(log)
    const systemd = createSystemd({ ...config, log })
    stop = async () => {
      systemd.stopping()
      await lifecycle.stop()
      systemd.stop()
      log.info({}, 'stopped')
    }
    await lifecycle.start([{ name: 'store', stop: store.close }])
    try {
      await begin(base, lifecycle)
    } catch (cause) {
      await lifecycle.stop()
      throw portError(cause, config)
    }
    systemd.ready(`answers at ${url}`)
    systemd.watch(() => true)
  }
  return { start, stop: () => stop(), url: () => url, claimCode: () => claimCode() }
}
