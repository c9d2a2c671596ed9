import { z } from 'zod'
import type { Action, Can } from '#protocol/access.ts'
import type { Call, Routes } from '#protocol/api.ts'
import {
  Container,
  ContainerActionResult,
  ContainerDetail,
  ContainerStats,
  containerActions,
  Engine,
  LogLine,
  LogsQuery,
} from '#protocol/container.ts'
import { AppError } from '#protocol/errors.ts'
import { type List, listOf, PageQuery } from '#protocol/list.ts'
import { type createAct, engineFor } from './act.ts'
import type { History } from './history.ts'
import { thingOf } from './identity.ts'
import { ContainersQuery, pageOf } from './list.ts'
import { collectLines, followResponse } from './log-stream.ts'
import type { Measuring } from './measuring.ts'
import type { EnginePort } from './ports.ts'
import type { Register } from './register.ts'
import type { Sight } from './sight.ts'

const ById = z.object({ id: z.string().max(200) })
type ById = z.infer<typeof ById>

const logDeadlineMs = 30_000

export interface ContainerRouteDeps {
  engineOf(sourceId: string): EnginePort | undefined
  can: Can
  register: Register
  measuring: Measuring
  history: History
  sight: Sight
  act: ReturnType<typeof createAct>
}

const enginePage = (engines: Engine[], { limit, cursor }: z.infer<typeof PageQuery>): List<Engine> => {
  const sorted = engines.sort((a, b) => (a.id < b.id ? -1 : 1))
  const left = cursor === undefined ? sorted : sorted.filter(({ id }) => id > cursor)
  const items = left.slice(0, limit)
  return { items, next: left.length > items.length ? (items.at(-1)?.id ?? null) : null }
}

const gone = () => new AppError('not_found', 'There is no such container, or not any more.')

const summaries: Record<(typeof containerActions)[number], string> = {
  start: 'Start a container',
  stop: 'Stop a container: it has its grace period to end by itself',
  restart: 'Restart a container',
  kill: 'Kill a container at once',
  pause: 'Freeze a container',
  unpause: 'Let a frozen container go on',
}

const declareLists =
  ({ register, sight }: ContainerRouteDeps): Routes =>
  (api) => {
    api.get(
      '/engines',
      { summary: 'Every engine that you may see', access: 'signed-in', query: PageQuery, answer: listOf(Engine) },
      (call) => {
        const person = call.person()
        const seen = register.engines().flatMap((engine) => sight.engine(person, engine) ?? [])
        return enginePage(seen, call.query)
      },
    )
    api.get(
      '/containers',
      {
        summary: 'Every container that you may see',
        detail: 'CPU and memory in use are null while nobody measures.',
        access: 'signed-in',
        query: ContainersQuery,
        answer: listOf(Container),
      },
      (call) => {
        const person = call.person()
        const seen = register.containers().filter((container) => sight.sees(person, container))
        return pageOf(seen, call.query)
      },
    )
  }

/** Everything about one container. One whose id is unknown is a 404, one of somebody else a 403. */
export const createContainerRoutes = (deps: ContainerRouteDeps): Routes => {
  const { register, measuring, history, sight, engineOf } = deps
  const find = (id: string) => {
    const held = register.find(id)
    if (!held) throw gone()
    return held
  }
  const about = (access: Action) => ({
    access,
    thing: ({ params }: { params: ById }) => {
      const held = register.find(params.id)
      return held ? thingOf(held.container) : null
    },
    params: ById,
  })

  const logs = async (call: Call<ById, LogsQuery, unknown>) => {
    const { sourceId, containerId } = find(call.params.id)
    const engine = engineFor(engineOf, sourceId)
    const { tail, since = null } = call.query
    const follow = call.query.follow === 'true'
    const reading = new AbortController()
    const until = follow ? reading.signal : AbortSignal.timeout(logDeadlineMs)
    const lines = engine.logs(containerId, { tail, since, follow }, AbortSignal.any([call.signal, until]))
    if (follow) return followResponse(lines, () => reading.abort())
    return { items: await collectLines(lines), next: null }
  }

  const stats = async (call: Call<ById, unknown, unknown>) => {
    const { sourceId, container } = find(call.params.id)
    const runs = container.state === 'running' || container.state === 'paused'
    const reachable = register.stateOf(sourceId) === 'ok'
    const current = runs && reachable ? await measuring.once(sourceId, container.id, call.signal) : null
    return { current, history: history.of(container.id) }
  }

  return (api) => {
    declareLists(deps)(api)
    api.get(
      '/containers/:id',
      {
        summary: 'One container, with its settings',
        detail: 'Values of its environment are null for those who may not operate it.',
        ...about('view-containers'),
        answer: ContainerDetail,
      },
      async (call) => {
        const { sourceId, containerId, container } = find(call.params.id)
        const inspected = await engineFor(engineOf, sourceId).inspect(containerId, call.signal)
        return sight.detail(call.person(), { ...container, ...inspected })
      },
    )
    api.get(
      '/containers/:id/logs',
      {
        summary: 'What a container has said',
        detail: 'With `follow=true` the answer goes on as JSON lines (application/x-ndjson); empty lines are pings.',
        ...about('view-containers'),
        query: LogsQuery,
        answer: listOf(LogLine),
      },
      logs,
    )
    api.get(
      '/containers/:id/stats',
      {
        summary: 'What a container uses, now and in the last ten minutes',
        detail: 'When nobody measures it is measured for this answer, which then takes some seconds.',
        ...about('view-containers'),
        answer: z.object({ current: ContainerStats.nullable(), history: z.array(ContainerStats) }),
      },
      stats,
    )
    for (const action of containerActions) {
      api.post(
        `/containers/:id/${action}`,
        {
          summary: summaries[action],
          detail: 'Answers when the engine has confirmed it and was read again.',
          ...about('operate-container'),
          answer: ContainerActionResult,
          audit: `container.${action}`,
        },
        async (call) => {
          const held = find(call.params.id)
          const { id, name, sourceId } = held.container
          call.note({ kind: 'container', id, name }, { sourceId })
          const result = await deps.act(held, action)
          call.outcome(result.outcome === 'already' ? 'already' : 'success')
          return result
        },
      )
    }
  }
}
