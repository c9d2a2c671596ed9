import type { IncomingMessage } from 'node:http'

export interface RequestRecord {
  method: string
  path: string
  at: number
}

/** What was asked of the simulator; upgrades to the socket count too. */
export interface Requests {
  list(): RequestRecord[]
  /** How many, for one path or for all; a `method` narrows it. */
  count(path?: string, method?: string): number
  reset(): void
}

export interface RequestLog extends Requests {
  note(request: IncomingMessage): string
}

export function createRequestLog(now: () => number, noted: (record: RequestRecord) => void): RequestLog {
  let records: RequestRecord[] = []
  const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
  return {
    list: () => [...records],
    reset: () => {
      records = []
    },
    count: (path, method) =>
      records.filter((record) => (!path || same(record.path, path)) && (!method || same(record.method, method))).length,
    note(request) {
      const path = urlOf(request).pathname
      const record = { method: request.method ?? 'GET', path, at: now() }
      records.push(record)
      noted(record)
      return path
    },
  }
}

/** A bare address; IPv4 callers come without the mapping to IPv6. */
export function addressOf(request: IncomingMessage): string {
  return (request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '')
}

export function urlOf(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', 'http://simulator')
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    return ''
  }
  return Buffer.concat(chunks).toString()
}
