import type { ServerResponse } from 'node:http'
import type { Reply } from './reply.ts'

export type Fault =
  | { kind: 'hang' }
  | { kind: 'reset' }
  | { kind: 'garbage' }
  | { kind: 'huge'; bytes: number }
  | { kind: 'half' }
  | { kind: 'status'; status: number }
  | { kind: 'slow'; delayMs: number }

export type FaultName = 'hang' | 'reset' | 'garbage' | 'huge' | 'half' | 'unauthorized' | `status ${number}` | 'slow'

export interface Faults {
  /** Without a path the fault hits every request, the socket's upgrade too. */
  set(fault: Fault | FaultName, path?: string): void
  clear(path?: string): void
  for(path: string): Fault | null
}

const EVERYWHERE = '*'
const GIGABYTE = 1024 ** 3
const GARBAGE =
  '<!doctype html><html><head><title>Welcome</title></head><body><h1>Not what you asked for</h1></body></html>'

export function createFaults(): Faults {
  const set = new Map<string, Fault>()
  return {
    set: (fault, path = EVERYWHERE) =>
      void set.set(path.toLowerCase(), typeof fault === 'string' ? named(fault) : fault),
    clear: (path) => (path === undefined ? set.clear() : void set.delete(path.toLowerCase())),
    for: (path) => set.get(path.toLowerCase()) ?? set.get(EVERYWHERE) ?? null,
  }
}

function named(name: FaultName): Fault {
  switch (name) {
    case 'hang':
    case 'reset':
    case 'garbage':
    case 'half':
      return { kind: name }
    case 'huge':
      return { kind: 'huge', bytes: GIGABYTE }
    case 'slow':
      return { kind: 'slow', delayMs: 1000 }
    case 'unauthorized':
      return { kind: 'status', status: 401 }
    default:
      return { kind: 'status', status: Number(name.slice('status '.length)) }
  }
}

/** Spoils the answer; `write` sends the true one, `onTimer` keeps a timer that a stop must cancel. */
export function applyFault(
  fault: Fault,
  response: ServerResponse,
  reply: Reply,
  write: () => void,
  onTimer: (timer: NodeJS.Timeout) => void,
): void {
  switch (fault.kind) {
    case 'hang':
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'garbage':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(GARBAGE)
      return
    case 'huge':
      pour(response, fault.bytes)
      return
    case 'half':
      cutOff(response, reply)
      return
    case 'status':
      response.writeHead(fault.status, { 'content-length': 0 }).end()
      return
    case 'slow':
      onTimer(setTimeout(write, fault.delayMs))
  }
}

/** The answer of a proxy in front of the server, for an upgrade that a fault hits; null leaves it hanging. */
export function upgradeFault(fault: Fault): string | null {
  switch (fault.kind) {
    case 'hang':
    case 'slow':
      return null
    case 'status':
      return `HTTP/1.1 ${fault.status} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`
    case 'garbage':
      return `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${GARBAGE.length}\r\nConnection: close\r\n\r\n${GARBAGE}`
    case 'reset':
    case 'huge':
    case 'half':
      return ''
  }
}

function pour(response: ServerResponse, bytes: number): void {
  const chunk = Buffer.alloc(64 * 1024, 'a')
  let left = bytes
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
  response.write('[{"Id":"')
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= chunk.length
      if (!response.write(chunk)) {
        response.once('drain', more)
        return
      }
    }
    if (!response.destroyed) response.end('"}]')
  }
  more()
}

function cutOff(response: ServerResponse, reply: Reply): void {
  const body = Buffer.from(reply.body ?? '{"Items":[{"Id":"0123456789abcdef"}]}')
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': body.length })
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy())
}
