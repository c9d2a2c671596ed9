import type { ErrorCode } from '#protocol/errors.ts'
import type { SourceState } from '#protocol/source.ts'

/** How an upstream failed us, in the words of a source's status, with a sentence that a person understands. */
export class UpstreamError extends Error {
  override name = 'UpstreamError'
  readonly state: Exclude<SourceState, 'ok' | 'disabled'>
  readonly code: ErrorCode
  readonly status: number | null
  readonly body: string

  constructor(
    state: UpstreamError['state'],
    code: ErrorCode,
    reason: string,
    more: { status?: number; body?: string; cause?: unknown } = {},
  ) {
    super(reason, more.cause === undefined ? undefined : { cause: more.cause })
    this.state = state
    this.code = code
    this.status = more.status ?? null
    this.body = more.body ?? ''
  }
}

const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`

export const timedOut = (ms: number) =>
  new UpstreamError('unreachable', 'upstream_timeout', `No answer within ${seconds(ms)}.`)

export const tooLarge = (bytes: number) =>
  new UpstreamError(
    'degraded',
    'upstream_refused',
    `The answer is larger than ${Math.round(bytes / 1e6)} MB and was dropped.`,
  )

export const misshapen = (what: string, cause?: unknown) =>
  new UpstreamError('degraded', 'upstream_refused', `The answer is not what such a server sends: ${what}.`, { cause })

export const wrongCertificate = (expected: string, shown: string) =>
  new UpstreamError(
    'untrusted',
    'upstream_untrusted',
    `It shows another certificate than the one that was trusted: it was ${expected}, it is ${shown}.`,
  )

const sentences: Record<string, string> = {
  ECONNREFUSED: 'Connection refused: nothing listens at that address.',
  ECONNRESET: 'The connection was closed half way.',
  EPIPE: 'The connection was closed half way.',
  ENOTFOUND: 'No host has that name.',
  EAI_AGAIN: 'The name could not be looked up: is there a network?',
  EHOSTUNREACH: 'No way to that host.',
  ENETUNREACH: 'No way to that network.',
  ETIMEDOUT: 'The host does not answer.',
  ENOENT: 'The socket is not there: is the engine running?',
  EACCES: 'Belfry may not open the socket: its user must be in the group that owns it.',
}

/** Node's network and TLS errors in a source's words. */
export const fromNetwork = (cause: unknown): UpstreamError => {
  if (cause instanceof UpstreamError) return cause
  const code = String((cause as { code?: unknown }).code ?? '')
  if (/^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT)/.test(code)) {
    const sentence = 'Its certificate is not signed by an authority that this box knows. Compare and trust it first.'
    return new UpstreamError('untrusted', 'upstream_untrusted', sentence, { cause })
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    const sentence = 'The other side does not speak TLS as expected: http and https, or a client certificate, mixed up?'
    return new UpstreamError('unreachable', 'upstream_unreachable', sentence, { cause })
  }
  if (code.startsWith('HPE_')) return misshapen('it is not HTTP', cause)
  const sentence = sentences[code] ?? 'The connection failed.'
  return new UpstreamError('unreachable', 'upstream_unreachable', sentence, { cause })
}
