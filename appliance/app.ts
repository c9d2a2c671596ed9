import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Caller } from '#protocol/access.ts'
import { type LiveEventName, type LiveEvents, liveEvents } from '#protocol/live.ts'
import type { Config } from './config.ts'
import { createContainers } from './containers/index.ts'
import { createCa } from './fleet/ca.ts'
import { hostNames } from './fleet/host-names.ts'
import { createCertificates } from './fleet/https.ts'
import { createCaRoutes } from './fleet/routes.ts'
import { createHardware } from './hardware/index.ts'
import { createHub, type Hub } from './http/hub.ts'
import { createRoot } from './http/root.ts'
import { createRouter } from './http/router.ts'
import { createHttpRoutes } from './http/routes.ts'
import { createServer } from './http/server.ts'
import { createStaticFiles } from './http/static.ts'
import { BootError } from './lib/boot-error.ts'
import { type Bus, createBus } from './lib/bus.ts'
import { createLifecycle, type Lifecycle, type Part } from './lib/lifecycle.ts'
import { createLog, type Log } from './lib/log.ts'
import { createSystemd } from './lib/systemd.ts'
import { createMedia } from './media/index.ts'
import { createPeople } from './people/index.ts'
import { createDiscovery } from './sources/discovery.ts'
import { createSources, seenSource } from './sources/index.ts'
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
  /** Ends the process so that it starts again; by default a SIGTERM to itself. */
  restart?: () => void
}

const ownSocket = '/var/run/docker.sock'

export interface Appliance {
  /** Opens the store and starts everything; rejects with BootError when the box cannot run like this. */
  start(): Promise<void>
  stop(): Promise<void>
  /** Where it answers, once started. */
  url(): string
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

const relyingPartyOf = (name: () => string, publicUrl: URL | null) => (request: Request) => {
  const host = request.headers.get('host') ?? ''
  if (!URL.canParse(`https://${host}`)) return null
  const { hostname } = new URL(`https://${host}`)
  if (isIP(hostname.replace(/^\[|\]$/g, ''))) return null
  const origins = [`https://${host}`, ...(hostname === 'localhost' ? [`http://${host}`] : [])]
  if (publicUrl?.hostname === hostname) origins.push(publicUrl.origin)
  return { id: hostname, origins, name: name() }
}

const createFeatures = (base: Base, isSecure: (request: Request) => boolean, restart: () => void) => {
  const { config, log, now, store, vault, events } = base
  const emit = events.emit
  const reader = createReader(store.path)
  const people = createPeople({
    db: store.db,
    vault,
    log: log.child({ part: 'people' }),
    now,
    claimCode: config.claimCode ?? undefined,
    isSecure,
    relyingParty: relyingPartyOf(() => upkeep.siteName(), config.publicUrl),
    auditKeepDays: () => upkeep.settings.get().auditKeepDays,
  })
  const { can } = people
  const ca = createCa({ db: store.db, vault, log: log.child({ part: 'ca' }), now })
  const hardware = createHardware({
    ...{ db: store.db, reads: reader, bus: events, log: log.child({ part: 'hardware' }), now, version },
    ...{ dataFolder: config.dataFolder, databasePath: store.path, recovered: store.recovered },
  })
  const upkeep = createUpkeep({
    ...{
      db: store.db,
      backups: createBackups({ folder: config.dataFolder, now, masterKeyFile: config.masterKeyFile }),
      folder: config.dataFolder,
    },
    ...{ log: log.child({ part: 'upkeep' }), now, can, restart },
    prune: [({ vitals }) => hardware.prune(vitals)],
  })
  const discovery = createDiscovery({ log: log.child({ part: 'discovery' }), now, known: () => sources.known() })
  const media = createMedia({
    mediaOf: (id) => sources.media(id),
    source: (id) => sources.mediaFacts(id),
    refresh: (id) => sources.refresh(id),
    ...{ emit, can, now, log: log.child({ part: 'media' }) },
  })
  const containers = createContainers({
    engineOf: (id) => sources.engine(id),
    sourceName: (id) => sources.find(id)?.name ?? id,
    refresh: (id) => sources.refresh(id),
    ...{ emit, can, now, log: log.child({ part: 'containers' }) },
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
  return { reader, upkeep, people, ca, hardware, discovery, media, containers, sources }
}
type Features = ReturnType<typeof createFeatures>

const createLive = ({ log, now, events }: Base, { people, sources, media, containers, hardware }: Features): Hub => {
  const { can } = people
  const seesSessions = (caller: Caller, id: string) =>
    can(caller.person, 'view-sessions', {
      kind: 'source',
      id,
      visibleToViewers: sources.mediaFacts(id)?.visibleToViewers ?? false,
    })
  const seesBox = (caller: Caller) => can(caller.person, 'view-box', { kind: 'box' })
  const hub = createHub({
    ...{ log: log.child({ part: 'live' }), now },
    onWatched: (event, watched) => {
      if (event !== 'container:stats') return
      if (watched) containers.startMeasuring()
      else containers.stopMeasuring()
    },
    snapshot: (caller) => {
      const held = containers.current()
      return {
        at: new Date(now()).toISOString(),
        sources: sources.list().flatMap((source) => seenSource(can, caller, source) ?? []),
        sessions: media.current().flatMap((session) => media.seenBy(caller.person, session) ?? []),
        bandwidth: media.bandwidth(caller.person),
        engines: held.engines.flatMap((engine) => containers.engineSeenBy(caller.person, engine) ?? []),
        containers: held.containers.flatMap((one) => containers.seenBy(caller.person, one) ?? []),
        system: seesBox(caller) ? hardware.system() : null,
      }
    },
    sight: {
      'session:started': ({ person }, session) => media.seenBy(person, session),
      'session:changed': ({ person }, session) => media.seenBy(person, session),
      'session:ended': (caller, ended) => (seesSessions(caller, ended.sourceId) ? ended : null),
      bandwidth: ({ person }, point) => media.bandwidthSeenBy(person, point),
      'source:status': (caller, source) => seenSource(can, caller, source),
      'source:removed': (_, removed) => removed,
      'engine:changed': ({ person }, engine) => containers.engineSeenBy(person, engine),
      'container:changed': ({ person }, container) => containers.seenBy(person, container),
      'container:removed': ({ person }, removed) => containers.idSeenBy(person, removed),
      'container:stats': ({ person }, stats) => containers.idSeenBy(person, stats),
      system: (caller, vitals) => (seesBox(caller) ? vitals : null),
    },
  })
  for (const event of Object.keys(liveEvents) as LiveEventName[]) events.on(event, (data) => hub.publish(event, data))
  people.onSignInEnded((signInId) => hub.closeWhere((caller) => caller.signInId === signInId, 'this sign-in has ended'))
  people.onPersonChanged((id) => hub.closeWhere((caller) => caller.person.id === id, 'what you may do has changed'))
  return hub
}

const createWeb = (base: Base, features: Features, hub: Hub, uiFolder: string) => {
  const { config, log, now } = base
  const { people, upkeep, ca, hardware, sources, media, containers } = features
  const bound = { port: config.port, httpsPort: config.httpsPort }
  const startedAt = now()
  const status = () => ({
    claimed: people.isClaimed(),
    siteName: upkeep.siteName(),
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
  const router = createRouter({
    routes: [
      createHttpRoutes({ hub, status }),
      createCaRoutes({ ca }),
      people.routes,
      sources.routes,
      media.routes,
    ].concat(containers.routes, hardware.routes, upkeep.routes),
    identify: people.identify,
    can: people.can,
    audit: people.audit,
    hostNames: createNames(config.publicUrl, now),
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    log: log.child({ part: 'http' }),
    now,
    rest: root,
  })
  const { host, port, httpsPort } = config
  const server = createServer({ router, hub, host, port, httpsPort, log: log.child({ part: 'http' }) })
  return { server, router, bound }
}

/** Our own names, looked up again at most every 10 s: an address may change while we run. */
const createNames = (publicUrl: URL | null, now: () => number) => {
  let names: ReadonlySet<string> = new Set()
  let readAt = Number.NEGATIVE_INFINITY
  return () => {
    if (Math.abs(now() - readAt) > 10_000) {
      readAt = now()
      names = new Set(['belfry.local', ...hostNames(publicUrl)])
    }
    return names
  }
}

const portError = (cause: unknown, config: Config): unknown => {
  const { code, port } = cause as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE')
    return new BootError(
      `Port ${port ?? config.port} is in use: set BELFRY_PORT to another one, or stop what listens there.`,
      { cause },
    )
  if (code === 'EACCES')
    return new BootError(
      `Port ${port ?? config.port} may not be opened by this user: take one above 1023, or give the capability.`,
      { cause },
    )
  if (code === 'EADDRNOTAVAIL')
    return new BootError(`BELFRY_HOST names ${config.host}, which is no address of this machine.`, { cause })
  return cause
}

/** A docker socket on this very machine is watched from the first start on; who removes it is not asked again. */
const addOwnEngine = async ({ store, log }: Base, sources: Features['sources']) => {
  if (!existsSync(ownSocket) || store.recall('own-engine-offered')) return
  store.remember('own-engine-offered', true)
  if (sources.known().some(({ url }) => url === `unix://${ownSocket}`)) return
  const name = hostname().split('.')[0] || 'This box'
  await sources
    .add({ kind: 'docker', name, url: `unix://${ownSocket}`, credentials: {}, options: {} })
    .catch((err: unknown) => log.info({ err }, 'the engine of this machine was not added'))
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
    { name: 'media', stop: media.stop },
    { name: 'containers', stop: containers.stop },
    { name: 'sources', start: sources.start, stop: sources.stop },
    ...(config.discovery ? [{ name: 'discovery', start: discovery.start, stop: discovery.stop }] : []),
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
  let stop = async () => {}

  const begin = async (base: Base, lifecycle: Lifecycle) => {
    const web: { current?: ReturnType<typeof createWeb> } = {}
    const restart = overrides.restart ?? (() => process.kill(process.pid, 'SIGTERM'))
    const features = createFeatures(base, (request) => web.current?.router.isSecure(request) ?? false, restart)
    const { server, router, bound } = createWeb(base, features, createLive(base, features), uiFolder)
    web.current = { server, router, bound }
    await lifecycle.start(partsOf(base, features, server.setCertificate))
    await lifecycle.start([
      { name: 'http', start: async () => void Object.assign(bound, await server.start()), stop: server.stop },
    ])
    url = announce(base, features, { port: bound.port, httpsPort: bound.httpsPort })
    void addOwnEngine(base, features.sources)
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
  return { start, stop: () => stop(), url: () => url }
}
