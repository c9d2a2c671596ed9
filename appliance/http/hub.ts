import { randomBytes } from 'node:crypto'
import type { Caller } from '#protocol/access.ts'
import {
  ClientFrame,
  type LiveEventName,
  type LiveEvents,
  onRequestEvents,
  type Sight,
  type Snapshot,
} from '#protocol/live.ts'
import type { Log } from '../lib/log.ts'

/** A reader's end of the wire, whatever server carries it. */
export interface LiveSocket {
  send(text: string): void
  close(code: number, reason: string): void
  /** Bytes that wait for a reader who does not keep up. */
  waiting(): number
}

export interface Hub {
  ticket(caller: Caller): string
  /** Null when the ticket is unknown, used or older than 30 s. */
  redeem(ticket: string): Caller | null
  /** Sends the snapshot; answers what to do with the reader's frames and when it has gone. */
  join(socket: LiveSocket, caller: Caller): { receive(text: string): void; left(): void }
  publish<K extends LiveEventName>(event: K, data: LiveEvents[K]): void
  isWatched(event: LiveEventName): boolean
  /** Closes the sockets of a sign-in or person that is no longer what it was. */
  closeWhere(test: (caller: Caller) => boolean, reason: string): void
  /** Closes, every half minute, the sockets of those whose sign-in ended where nobody told us. */
  keepChecking(isGone: (caller: Caller) => boolean): void
  readers(): number
  stop(): void
}

interface Reader {
  socket: LiveSocket
  caller: Caller
  topics: Set<string>
}

const ticketLifeMs = 30_000
const maxWaiting = 1_000_000
const maxReadersPerPerson = 50
const checkEveryMs = 30_000

export const createHub = (deps: {
  snapshot: (caller: Caller) => Snapshot
  sight: Sight
  /** Called when the first reader subscribes to an event that costs the upstream something, or the last one leaves. */
  onWatched: (event: LiveEventName, watched: boolean) => void
  now: () => number
  log: Log
}): Hub => {
  const tickets = new Map<string, { caller: Caller; until: number }>()
  const readers = new Set<Reader>()
  const watched = new Set<LiveEventName>()
  let lastId = 0
  let checking: NodeJS.Timeout | undefined

  const rewatch = () => {
    for (const event of onRequestEvents) {
      const is = [...readers].some(({ topics }) => topics.has(event))
      if (is === watched.has(event)) continue
      if (is) watched.add(event)
      else watched.delete(event)
      deps.onWatched(event, is)
    }
  }

  const leave = (reader: Reader) => {
    if (readers.delete(reader)) rewatch()
  }

  const drop = (reader: Reader, code: number, reason: string) => {
    leave(reader)
    reader.socket.close(code, reason)
  }

  const receive = (reader: Reader, text: string) => {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      return drop(reader, 4400, 'not JSON')
    }
    const frame = ClientFrame.safeParse(value)
    if (!frame.success) return drop(reader, 4400, 'not a frame that is known here')
    if (frame.data.event === 'command') {
      return reader.socket.send(
        JSON.stringify({ event: 'error', data: { code: 'not_found', message: 'There is no such device.' } }),
      )
    }
    for (const topic of frame.data.data.topics ?? []) {
      if (frame.data.event === 'subscribe') reader.topics.add(topic)
      else reader.topics.delete(topic)
    }
    rewatch()
  }

  const closeWhere = (test: (caller: Caller) => boolean, reason: string) => {
    for (const reader of [...readers]) if (test(reader.caller)) drop(reader, 4001, reason)
    for (const [name, { caller }] of tickets) if (test(caller)) tickets.delete(name)
  }

  return {
    ticket: (caller) => {
      const at = deps.now()
      for (const [name, { until }] of tickets) if (until < at) tickets.delete(name)
      const name = randomBytes(24).toString('base64url')
      tickets.set(name, { caller, until: at + ticketLifeMs })
      return name
    },
    redeem: (name) => {
      const found = tickets.get(name)
      tickets.delete(name)
      return found && found.until >= deps.now() ? found.caller : null
    },
    join: (socket, caller) => {
      const reader: Reader = { socket, caller, topics: new Set() }
      const own = [...readers].filter((other) => other.caller.person.id === caller.person.id)
      if (own.length >= maxReadersPerPerson && own[0]) drop(own[0], 4009, 'too many pages are open')
      readers.add(reader)
      socket.send(JSON.stringify({ event: 'snapshot', data: deps.snapshot(caller), id: lastId }))
      return { receive: (text) => receive(reader, text), left: () => leave(reader) }
    },
    publish: (event, data) => {
      const id = ++lastId
      const see = deps.sight[event]
      const written = new Map<unknown, string>()
      for (const reader of [...readers]) {
        if (onRequestEvents.includes(event) && !reader.topics.has(event)) continue
        const seen = see ? see(reader.caller, data) : null
        if (seen === null) continue
        if (reader.socket.waiting() > maxWaiting) {
          drop(reader, 4008, 'too slow; connect again for a snapshot')
          continue
        }
        const text = written.get(seen) ?? JSON.stringify({ event, data: seen, id })
        written.set(seen, text)
        reader.socket.send(text)
      }
    },
    isWatched: (event) => watched.has(event),
    closeWhere,
    keepChecking: (isGone) => {
      checking = setInterval(() => closeWhere(isGone, 'this sign-in has ended'), checkEveryMs).unref()
    },
    readers: () => readers.size,
    stop: () => {
      clearInterval(checking)
      for (const reader of [...readers]) drop(reader, 1001, 'the box is going down')
    },
  }
}
