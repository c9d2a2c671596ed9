import { AppError } from '#protocol/errors.ts'
import type { Source, SourceDetail } from '#protocol/source.ts'
import type { Log } from '../lib/log.ts'
import { pause } from '../lib/poll.ts'
import type { Connection, Identity, Observation } from './adapter.ts'
import { adapters } from './registry.ts'
import { createRunner, type Runner } from './runner.ts'
import type { SourceRow, SourceStore } from './store.ts'

export interface Running {
  row: SourceRow
  connection: Connection | null
  runner: Runner | null
}

export interface RunningDeps {
  store: SourceStore
  secretOf(secretId: string): string
  log: Log
  now: () => number
  deviceId: () => string
  onObserved(source: Source, seen: Observation): void
  onChanged(source: Source): void
}

const firstAnswerMs = 5000
const iso = (at: number) => new Date(at).toISOString()

/** How a source is that is switched off. */
export const disabledDetail = (row: SourceRow): SourceDetail => ({
  ...{ state: 'disabled', reason: null, since: iso(row.createdAt), version: row.version },
  ...{ lastSuccessAt: null, nextTryAt: null, transport: 'poll', caches: [] },
})

export const viewOf = ({ row, runner }: Running): Source => {
  const { state, reason, since } = runner?.detail() ?? disabledDetail(row)
  const { id, kind, name, url, fingerprint, options, enabled, version, createdAt } = row
  const status = { state, reason, since }
  return { id, kind, name, url, fingerprint, options, enabled, version, status, createdAt: iso(createdAt) }
}

/** The sources as they run: each with its connection and its runner, or neither while it is switched off. */
export const createRunning = (deps: RunningDeps) => {
  const all = new Map<string, Running>()

  const identified = (one: Running, who: Identity) => {
    one.row = { ...one.row, identity: one.row.identity ?? who.id, version: who.version }
    deps.store.update(one.row)
  }

  const launch = (row: SourceRow): Running => {
    const one: Running = { row, connection: null, runner: null }
    all.set(row.id, one)
    const adapter = adapters[row.kind]
    if (!row.enabled || !adapter) return one
    const log = deps.log.child({ source: row.name, kind: row.kind })
    const settings = {
      ...{ url: row.url, fingerprint: row.fingerprint, options: adapter.options.parse(row.options) },
      credentials: adapter.credentials.parse(JSON.parse(deps.secretOf(row.secretId))),
    }
    one.connection = adapter.connect(settings, { log, deviceId: deps.deviceId(), now: deps.now })
    one.runner = createRunner({
      ...{ connection: one.connection, log, now: deps.now, expected: row.identity },
      onObserved: (seen) => deps.onObserved(viewOf(one), seen),
      onIdentified: (who) => identified(one, who),
      onState: () => deps.onChanged(viewOf(one)),
    })
    return one
  }

  const end = async (id: string) => {
    const runner = all.get(id)?.runner
    all.delete(id)
    await runner?.stop()
  }

  return {
    all: () => [...all.values()],
    find: (id: string): Running | undefined => all.get(id),
    /** Throws `not_found`. */
    must: (id: string): Running => {
      const found = all.get(id)
      if (!found) throw new AppError('not_found', 'There is no such source, or not any more.')
      return found
    },
    launch,
    end,
    /** Starts it anew with what its row says now, and waits up to 5 s for the first answer. */
    relaunch: async (row: SourceRow): Promise<Source> => {
      const before = all.get(row.id)
      await before?.runner?.stop()
      const one = launch(row)
      one.runner?.start()
      if (one.runner)
        await Promise.race([one.runner.refresh(), pause(firstAnswerMs, AbortSignal.timeout(firstAnswerMs))])
      deps.onChanged(viewOf(one))
      return viewOf(one)
    },
  }
}
