import { z } from 'zod'
import type { HttpAnswer, HttpClient, HttpRequest, HttpStream } from '../http.ts'
import { misshapen, UpstreamError } from '../upstream-error.ts'
import { ErrorWire, VersionWire } from './wire.ts'

/** The newest and the oldest API whose answers are understood here. */
const newest = '1.53'
const oldest = '1.24'

export interface Negotiated {
  /** What is spoken with it. */
  api: string
  /** The newest that it can. */
  theirs: string
  version: string
}

export interface DockerClient {
  negotiated(signal: AbortSignal): Promise<Negotiated>
  /** Forgets what was negotiated: the engine may be another one now. */
  forget(): void
  json<T>(request: HttpRequest, schema: z.ZodType<T>): Promise<T>
  send(request: HttpRequest): Promise<HttpAnswer>
  stream(request: HttpRequest): Promise<HttpStream>
  close(): void
}

const Api = z.string().regex(/^\d+\.\d+$/)

/** Compares 1.9 and 1.41 as versions: negative when `a` is the older. */
export const compareApi = (a: string, b: string): number => {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number)
  const [majorB = 0, minorB = 0] = b.split('.').map(Number)
  return majorA - majorB || minorA - minorB
}

const cannot = (sentence: string) => new UpstreamError('degraded', 'upstream_refused', sentence)

/** The newest version that both sides speak. Throws UpstreamError when there is none. */
export const negotiate = (theirs: string, theirOldest: string | null, version: string): Negotiated => {
  if (compareApi(theirs, oldest) < 0) {
    throw cannot(`Docker ${version} is too old: it speaks API ${theirs}, and Belfry needs ${oldest} or newer.`)
  }
  if (theirOldest && compareApi(theirOldest, newest) > 0) {
    throw cannot(`Docker ${version} is too new for this Belfry: it speaks no API older than ${theirOldest}.`)
  }
  return { api: compareApi(theirs, newest) < 0 ? theirs : newest, theirs, version }
}

/** What an engine says in an error; null when it is not one of its own. */
export const messageOf = (body: string): string | null => {
  try {
    const parsed = ErrorWire.safeParse(JSON.parse(body))
    return parsed.success ? parsed.data.message.trim() : null
  } catch {
    return null
  }
}

const ask = async (http: HttpClient, signal: AbortSignal): Promise<Negotiated> => {
  const ping = await http.send({ path: '/_ping', signal, maxBytes: 64_000 })
  const header = Api.safeParse(ping.headers['api-version'])
  if (!header.success) throw misshapen('a Docker engine tells its API version')
  const said = await http.json({ path: '/version', signal }, VersionWire)
  const least = Api.safeParse(said.MinAPIVersion)
  return negotiate(header.data, least.success ? least.data : null, said.Version)
}

/** Speaks the newest version that both sides know, and agrees anew when the engine was replaced by another release. */
export const createDockerClient = (http: HttpClient): DockerClient => {
  let agreed: Negotiated | null = null

  const negotiated = async (signal: AbortSignal): Promise<Negotiated> => {
    agreed ??= await ask(http, signal)
    return agreed
  }

  const versioned = async <T>(request: HttpRequest, run: (request: HttpRequest) => Promise<T>): Promise<T> => {
    const signal = request.signal ?? new AbortController().signal
    const before = await negotiated(signal)
    try {
      return await run({ ...request, path: `/v${before.api}${request.path}` })
    } catch (cause) {
      // A 400 is also the answer to a version that the engine does not speak any more, or not yet: nothing was done.
      if (!(cause instanceof UpstreamError) || cause.status !== 400) throw cause
      if (agreed === before) agreed = null
      const after = await negotiated(signal)
      if (after.api === before.api) throw cause
      return run({ ...request, path: `/v${after.api}${request.path}` })
    }
  }

  return {
    negotiated,
    forget: () => {
      agreed = null
    },
    json: (request, schema) => versioned(request, (to) => http.json(to, schema)),
    send: (request) => versioned(request, (to) => http.send(to)),
    stream: (request) => versioned(request, (to) => http.stream(to)),
    close: () => http.close(),
  }
}
