import type { ContainerAction } from '#protocol/container.ts'
import { AppError } from '#protocol/errors.ts'
import type { EnginePort } from '../../containers/ports.ts'
import { UpstreamError } from '../upstream-error.ts'
import { type DockerClient, messageOf } from './client.ts'
import { toDetail } from './normalise.ts'
import { InspectWire, ListWire } from './wire.ts'

/** A container has 10 s to stop by itself, or as long as it was made with; then it is killed. */
const graceMs = 130_000
const quickMs = 60_000
const timeoutMs: Record<ContainerAction, number> = {
  start: quickMs,
  stop: graceMs,
  restart: graceMs + quickMs,
  kill: quickMs,
  pause: quickMs,
  unpause: quickMs,
}

const reached: Partial<Record<ContainerAction, string>> = { pause: 'paused', unpause: 'running' }

const needs: Record<ContainerAction, string> = {
  start: 'started',
  stop: 'stopped',
  restart: 'restarted',
  kill: 'killed',
  pause: 'paused',
  unpause: 'continued',
}

export const gone = () => new AppError('not_found', 'The engine has no such container, or not any more.')

type Detail = ReturnType<typeof toDetail>

const wrongState = (action: ContainerAction, { name, state }: Detail) =>
  new AppError('wrong_state', `${name} is ${state}: it cannot be ${needs[action]} now.`)

const refused = (action: ContainerAction, name: string, cause: UpstreamError) => {
  const said = messageOf(cause.body)
  const reason = said ? ` It says: ${said}` : ''
  const { status, body } = cause
  return new UpstreamError(
    'degraded',
    'upstream_refused',
    `${name} could not be ${needs[action]}: the engine refused.${reason}`,
    { ...(status === null ? {} : { status }), body, cause },
  )
}

const overlaps = (a: string, b: string) => a === b || [a, b].some((one) => ['', '0.0.0.0', '::'].includes(one))

export const createAct = (client: DockerClient): EnginePort['act'] => {
  const inspect = (containerId: string, signal: AbortSignal) =>
    client.json({ path: `/containers/${encodeURIComponent(containerId)}/json`, signal }, InspectWire)

  /** The engine says so only in words, so the ports themselves are compared. */
  const takenPort = async (wire: InspectWire, signal: AbortSignal): Promise<AppError | null> => {
    const wanted = Object.entries(wire.HostConfig.PortBindings ?? {}).flatMap(([name, bindings]) =>
      (bindings ?? []).map(({ HostIp, HostPort }) => ({
        protocol: name.split('/')[1] ?? 'tcp',
        ip: HostIp ?? '',
        port: Number(HostPort),
      })),
    )
    const running = await client.json({ path: '/containers/json', signal }, ListWire)
    for (const { protocol, ip, port } of wanted) {
      const holder = running.find(
        ({ Id, Ports }) =>
          Id !== wire.Id &&
          Ports?.some((taken) => taken.PublicPort === port && taken.Type === protocol && overlaps(taken.IP ?? '', ip)),
      )
      const name = holder?.Names?.[0]?.replace(/^\//, '')
      if (name) return new AppError('conflict', `Port ${port} (${protocol}) is already taken by the container ${name}.`)
    }
    return null
  }

  const explain = async (containerId: string, action: ContainerAction, cause: UpstreamError, signal: AbortSignal) => {
    const wire = await inspect(containerId, signal)
    const detail = toDetail(wire)
    if (detail.state === reached[action]) return 'already' as const
    if (cause.status === 409) throw wrongState(action, detail)
    // Pausing and continuing what does not run is a 500 in some releases and a 409 in others.
    if ((action === 'pause' || action === 'unpause') && detail.state !== 'running' && detail.state !== 'paused') {
      throw wrongState(action, detail)
    }
    const taken = action === 'start' || action === 'restart' ? await takenPort(wire, signal) : null
    throw taken ?? refused(action, detail.name, cause)
  }

  return async (containerId, action, signal) => {
    const path = `/containers/${encodeURIComponent(containerId)}/${action}`
    try {
      const { status } = await client.send({ method: 'POST', path, signal, timeoutMs: timeoutMs[action] })
      return status === 304 ? 'already' : 'done'
    } catch (cause) {
      if (!(cause instanceof UpstreamError) || cause.status === null) throw cause
      if (cause.status === 404) throw gone()
      if (cause.state === 'unauthorized') throw cause
      return explain(containerId, action, cause, signal)
    }
  }
}
