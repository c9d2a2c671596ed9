import type { Database } from 'better-sqlite3'
import type { Caller, Can } from '#protocol/access.ts'
import { AppError } from '#protocol/errors.ts'
import type { DiscoveredSource, Source, SourceBody, SourceDetail, SourcePatch, SourceTest } from '#protocol/source.ts'
import type { EnginePort } from '../containers/ports.ts'
import type { Log } from '../lib/log.ts'
import { ulid } from '../lib/ulid.ts'
import type { MediaPort } from '../media/ports.ts'
import type { Connection, Identity, Observation } from './adapter.ts'
import { adapters } from './registry.ts'
import { createSourceRoutes } from './routes.ts'
import { createRunner, type Runner } from './runner.ts'
import { createSourceStore, type SourceRow } from './store.ts'
import { trySource } from './try.ts'

export interface Sources {
  start(): void
  stop(): Promise<void>
  list(): Source[]
  find(id: string): Source | undefined
  detail(id: string): SourceDetail
  media(id: string): MediaPort | undefined
  /** What the media feature wants to know of a source. */
  mediaFacts(id: string): { name: string; kind: Source['kind']; visibleToViewers: boolean } | undefined
  engine(id: string): EnginePort | undefined
  /** Reads it now and waits for that. */
  refresh(id: string): Promise<void>
  /** Saves it, starts it, and waits up to 5 s for its first answer. */
  add(body: SourceBody): Promise<Source>
  change(id: string, patch: SourcePatch): Promise<Source>
  remove(id: string): Promise<void>
  test(body: SourceBody): Promise<SourceTest>
  /** What discovery compares with. */
  known(): { url: string; identity: string | null }[]
  routes: ReturnType<typeof createSourceRoutes>
}

export interface SourcesDeps {
  db: Database
  vault: {
    put(context: string, plain: string): string
    get(id: string): string
    replace(id: string, plain: string): void
    remove(id: string): void
  }
  log: Log
  now: () => number
  can: Can
  /** Names this box towards upstreams that keep a list of devices; stable over restarts. */
  deviceId: () => string
  discovered: { list(): DiscoveredSource[]; search(): Promise<void> }
  onObserved(source: Source, seen: Observation): void
  onChanged(source: Source): void
  onRemoved(id: string): void
}

interface Running {
  row: SourceRow
  connection: Connection | null
  runner: Runner | null
}

const firstAnswerMs = 5000

const settled = (work: Promise<unknown>, ms: number): Promise<void> => {
  const timer = Promise.withResolvers<void>()
  const handle = setTimeout(timer.resolve, ms)
  return Promise.race([
    work.then(
      () => undefined,
      () => undefined,
    ),
    timer.promise,
  ]).finally(() => clearTimeout(handle))
}

const checked = (body: SourceBody) => {
  const adapter = adapters[body.kind]
  if (!adapter) throw new AppError('invalid_request', `kind: ${body.kind} cannot be added yet.`)
  const parse = (
    where: string,
    schema: {
      safeParse(value: unknown): { success: boolean; error?: { issues: { path: PropertyKey[]; message: string }[] } }
    },
    value: unknown,
  ) => {
    const result = schema.safeParse(value)
    const issue = result.error?.issues[0]
    if (issue) throw new AppError('invalid_request', `${[where, ...issue.path].join('.')}: ${issue.message}`)
  }
  parse('credentials', adapter.credentials, body.credentials)
  parse('options', adapter.options, body.options)
  return { ...body, url: adapter.parseUrl(body.url), fingerprint: body.fingerprint ?? null }
}

const urlOf = (kind: SourceBody['kind'], url: string): string => adapters[kind]?.parseUrl(url) ?? url

/** What a change of which means another server, or a less protected way to it. */
const serverOf = (url: string): string => {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${protocol === 'unix:' ? pathname : ''}`
}

/** Every configured upstream: its row, its sealed credentials, its connection and its runner. */
export const createSources = (deps: SourcesDeps): Sources => {
  const { now, vault } = deps
  const store = createSourceStore(deps.db)
  const running = new Map<string, Running>()

  const tryOut = (body: SourceBody) => trySource(body, { log: deps.log, deviceId: deps.deviceId(), now })

  const view = ({ row, runner }: Running): Source => {
    const detail = runner?.detail()
    const status = detail
      ? { state: detail.state, reason: detail.reason, since: detail.since }
      : { state: 'disabled' as const, reason: null, since: new Date(row.createdAt).toISOString() }
    const { id, kind, name, url, fingerprint, options, enabled, version } = row
    return {
      id,
      kind,
      name,
      url,
      fingerprint,
      options,
      enabled,
      version,
      status,
      createdAt: new Date(row.createdAt).toISOString(),
    }
  }

  const must = (id: string): Running => {
    const found = running.get(id)
    if (!found) throw new AppError('not_found', 'There is no such source, or not any more.')
    return found
  }

  const identified = (one: Running, who: Identity) => {
    one.row = { ...one.row, identity: one.row.identity ?? who.id, version: who.version }
    store.update(one.row)
  }

  const launch = (row: SourceRow): Running => {
    const one: Running = { row, connection: null, runner: null }
    running.set(row.id, one)
    if (!row.enabled) return one
    const log = deps.log.child({ source: row.name, kind: row.kind })
    const adapter = adapters[row.kind]
    if (!adapter) return one
    const settings = {
      url: row.url,
      credentials: adapter.credentials.parse(JSON.parse(vault.get(row.secretId))),
      options: adapter.options.parse(row.options),
      fingerprint: row.fingerprint,
    }
    one.connection = adapter.connect(settings, { log, deviceId: deps.deviceId(), now })
    one.runner = createRunner({
      connection: one.connection,
      log,
      now,
      expected: row.identity,
      onObserved: (seen) => deps.onObserved(view(one), seen),
      onIdentified: (who) => identified(one, who),
      onState: () => deps.onChanged(view(one)),
    })
    return one
  }

  const begin = async (one: Running) => {
    one.runner?.start()
    if (one.runner) await settled(one.runner.refresh(), firstAnswerMs)
  }

  const relaunch = async (row: SourceRow): Promise<Source> => {
    await running.get(row.id)?.runner?.stop()
    const one = launch(row)
    await begin(one)
    deps.onChanged(view(one))
    return view(one)
  }

  const refuseTwin = (identity: string | undefined, except?: string) => {
    const twin = identity && [...running.values()].find(({ row }) => row.identity === identity && row.id !== except)
    if (twin) throw new AppError('conflict', `This server is here already, as ${twin.row.name}.`)
  }

  const sources: Omit<Sources, 'routes'> = {
    start: () => {
      for (const row of store.all()) launch(row).runner?.start()
    },
    stop: async () => {
      await Promise.all([...running.values()].map(({ runner }) => runner?.stop()))
    },
    list: () => [...running.values()].map(view),
    find: (id) => {
      const one = running.get(id)
      return one && view(one)
    },
    detail: (id) => {
      const one = must(id)
      return one.runner?.detail() ?? disabledDetail(one.row)
    },
    media: (id) => running.get(id)?.connection?.media,
    mediaFacts: (id) => {
      const row = running.get(id)?.row
      return row && { name: row.name, kind: row.kind, visibleToViewers: row.options['visibleToViewers'] === true }
    },
    engine: (id) => running.get(id)?.connection?.engine,
    refresh: async (id) => {
      await must(id).runner?.refresh()
    },
    test: (body) => tryOut(checked(body)),
    add: async (body) => {
      const clean = checked(body)
      const tried = await tryOut(clean)
      refuseTwin(tried.identity?.id)
      const row = deps.db.transaction((): SourceRow => {
        const secretId = vault.put('source', JSON.stringify(clean.credentials))
        const made: SourceRow = {
          ...{ id: ulid(now()), kind: clean.kind, name: clean.name, url: clean.url, secretId, options: clean.options },
          ...{ fingerprint: clean.fingerprint, enabled: true, identity: tried.identity?.id ?? null },
          ...{ version: tried.version ?? null, createdAt: now() },
        }
        store.insert(made)
        return made
      })()
      return relaunch(row)
    },
    change: async (id, patch) => {
      const { row } = must(id)
      const url = patch.url === undefined ? row.url : urlOf(row.kind, patch.url)
      const moved = serverOf(url) !== serverOf(row.url)
      const old = JSON.parse(vault.get(row.secretId)) as Record<string, unknown>
      if (moved && !patch.credentials && Object.keys(old).length > 0) {
        throw new AppError(
          'invalid_request',
          'credentials: Give them again when the address changes: Belfry sends what it keeps to no other server.',
        )
      }
      const { fingerprint = row.fingerprint, enabled = row.enabled, name = row.name, options = row.options } = patch
      const clean = checked({ kind: row.kind, name, url, fingerprint, options, credentials: patch.credentials ?? old })
      const anew = moved || patch.credentials !== undefined
      const tried = anew ? await tryOut(clean) : null
      refuseTwin(tried?.identity?.id, id)
      const next: SourceRow = {
        ...row,
        ...{ name: clean.name, url: clean.url, fingerprint, options: clean.options, enabled },
        identity: anew ? (tried?.identity?.id ?? null) : row.identity,
      }
      deps.db.transaction(() => {
        if (patch.credentials) vault.replace(row.secretId, JSON.stringify(clean.credentials))
        store.update(next)
      })()
      return relaunch(next)
    },
    remove: async (id) => {
      const { row, runner } = must(id)
      running.delete(id)
      await runner?.stop()
      deps.db.transaction(() => {
        store.remove(id)
        vault.remove(row.secretId)
      })()
      deps.onRemoved(id)
    },
    known: () => [...running.values()].map(({ row: { url, identity } }) => ({ url, identity })),
  }
  return { ...sources, routes: createSourceRoutes({ ...deps, sources }) }
}

const disabledDetail = (row: SourceRow): SourceDetail => ({
  state: 'disabled',
  reason: null,
  since: new Date(row.createdAt).toISOString(),
  lastSuccessAt: null,
  nextTryAt: null,
  transport: 'poll',
  version: row.version,
  caches: [],
})

/** A source as this person may see it, or null: its address is shown to those who look after things. */
export const seenSource = (can: Can, { person }: Pick<Caller, 'person'>, source: Source): Source | null => {
  const thing = { kind: 'source', id: source.id, visibleToViewers: source.options.visibleToViewers === true } as const
  const container = { kind: 'container', id: '', sourceId: source.id, ownerId: null } as const
  if (can(person, 'manage', thing)) return source
  const see = can(person, 'view-sessions', thing) || can(person, 'view-containers', container)
  if (!see) return null
  return { ...source, url: '', fingerprint: null, options: {} }
}
