import type { Can } from '#protocol/access.ts'
import { AppError } from '#protocol/errors.ts'
import type { LivePart } from '#protocol/live.ts'
import type { DiscoveredSource, Source, SourceBody, SourcePatch } from '#protocol/source.ts'
import type { EnginePort } from '../containers/ports.ts'
import { ulid } from '../lib/ulid.ts'
import type { MediaPort } from '../media/ports.ts'
import { checked, serverOf, urlOf } from './checked.ts'
import { createSourceRoutes, type SourceActions } from './routes.ts'
import { createRunning, disabledDetail, type RunningDeps, viewOf } from './running.ts'
import { seenSource } from './seen.ts'
import { createSourceStore, type SourceRow, type SourcesDatabase } from './store.ts'
import { trySource } from './try.ts'

export interface Sources extends SourceActions {
  start(): void
  stop(): Promise<void>
  media(id: string): MediaPort | undefined
  /** What the media feature wants to know of a source. */
  mediaFacts(id: string): { name: string; kind: Source['kind']; visibleToViewers: boolean } | undefined
  engine(id: string): EnginePort | undefined
  /** What discovery compares with. */
  known(): { url: string; identity: string | null }[]
  live: LivePart
  routes: ReturnType<typeof createSourceRoutes>
}

export interface SourcesDeps extends Omit<RunningDeps, 'store' | 'secretOf'> {
  db: SourcesDatabase
  vault: {
    put(context: string, plain: string): string
    get(id: string): string
    replace(id: string, plain: string): void
    remove(id: string): void
  }
  can: Can
  discovered: { list(): DiscoveredSource[]; search(): Promise<void> }
  onRemoved(id: string): void
}

type Parts = ReturnType<typeof createParts>

const createParts = (deps: SourcesDeps) => {
  const store = createSourceStore(deps.db)
  const running = createRunning({ ...deps, store, secretOf: deps.vault.get })
  const { log, now } = deps
  const tryOut = (body: SourceBody) => trySource(body, { log, deviceId: deps.deviceId(), now })
  /** One server is one source: a second one would show everything twice. */
  const refuseTwin = (identity: string | undefined, except?: string) => {
    const twin = identity && running.all().find(({ row }) => row.identity === identity && row.id !== except)
    if (twin) throw new AppError('conflict', `This server is here already, as ${twin.row.name}.`)
  }
  return { ...deps, store, running, tryOut, refuseTwin }
}

const add = async ({ vault, store, running, now, tryOut, refuseTwin }: Parts, body: SourceBody): Promise<Source> => {
  const clean = checked(body)
  const tried = await tryOut(clean)
  refuseTwin(tried.identity?.id)
  const row = store.atomically((): SourceRow => {
    const secretId = vault.put('source', JSON.stringify(clean.credentials))
    const { kind, name, url, options, fingerprint } = clean
    const made: SourceRow = {
      ...{ id: ulid(now()), kind, name, url, options, fingerprint, secretId, enabled: true, createdAt: now() },
      ...{ identity: tried.identity?.id ?? null, version: tried.version ?? null },
    }
    store.insert(made)
    return made
  })
  return running.relaunch(row)
}

const change = async (parts: Parts, id: string, patch: SourcePatch): Promise<Source> => {
  const { vault, store, running } = parts
  const { row } = running.must(id)
  const url = patch.url === undefined ? row.url : urlOf(row.kind, patch.url)
  const moved = serverOf(url) !== serverOf(row.url)
  const old = JSON.parse(vault.get(row.secretId)) as Record<string, unknown>
  if (moved && !patch.credentials && Object.keys(old).length > 0) {
    const why = 'Give them again when the address changes: Belfry sends what it keeps to no other server.'
    throw new AppError('invalid_request', `credentials: ${why}`)
  }
  const { fingerprint = row.fingerprint, enabled = row.enabled, name = row.name, options = row.options } = patch
  const clean = checked({ kind: row.kind, name, url, fingerprint, options, credentials: patch.credentials ?? old })
  const anew = moved || patch.credentials !== undefined
  const tried = anew ? await parts.tryOut(clean) : null
  parts.refuseTwin(tried?.identity?.id, id)
  const identity = anew ? (tried?.identity?.id ?? null) : row.identity
  const next: SourceRow = { ...row, name: clean.name, url: clean.url, options, fingerprint, enabled, identity }
  store.atomically(() => {
    if (patch.credentials) vault.replace(row.secretId, JSON.stringify(clean.credentials))
    store.update(next)
  })
  return running.relaunch(next)
}

const remove = async ({ vault, store, running, onRemoved }: Parts, id: string): Promise<void> => {
  const { row, runner } = running.must(id)
  await runner?.stop()
  store.atomically(() => {
    store.remove(id)
    vault.remove(row.secretId)
  })
  // Told while it is still known: only who may see the source hears that its sessions end.
  onRemoved(id)
  await running.end(id)
}

/** Every configured upstream: its row, its sealed credentials, its connection and its runner. */
export const createSources = (deps: SourcesDeps): Sources => {
  const parts = createParts(deps)
  const { store, running } = parts

  const sources: Omit<Sources, 'routes' | 'live'> = {
    start: () => {
      for (const row of store.all()) running.launch(row).runner?.start()
    },
    stop: async () => {
      await Promise.all(running.all().map(({ runner }) => runner?.stop()))
    },
    list: () => running.all().map(viewOf),
    find: (id) => {
      const one = running.find(id)
      return one && viewOf(one)
    },
    detail: (id) => {
      const { row, runner } = running.must(id)
      return runner?.detail() ?? disabledDetail(row)
    },
    media: (id) => running.find(id)?.connection?.media,
    mediaFacts: (id) => {
      const row = running.find(id)?.row
      return row && { name: row.name, kind: row.kind, visibleToViewers: row.options['visibleToViewers'] === true }
    },
    engine: (id) => running.find(id)?.connection?.engine,
    refresh: async (id) => {
      await running.must(id).runner?.refresh()
    },
    test: (body) => parts.tryOut(checked(body)),
    add: (body) => add(parts, body),
    change: (id, patch) => change(parts, id, patch),
    remove: (id) => remove(parts, id),
    known: () => running.all().map(({ row: { url, identity } }) => ({ url, identity })),
  }
  const live: LivePart = {
    snapshot: (caller) => ({ sources: sources.list().flatMap((source) => seenSource(deps.can, caller, source) ?? []) }),
    sight: {
      'source:status': (caller, source) => seenSource(deps.can, caller, source),
      'source:removed': (_, removed) => removed,
    },
  }
  return { ...sources, live, routes: createSourceRoutes({ ...deps, sources }) }
}
