import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { LiveEventName, LiveEvents, Snapshot } from '#protocol/live.ts'

export interface Frame {
  event: string
  data: unknown
  id: number
  /** When it came, on this process's monotonic clock. */
  at: number
}

export interface LiveReader {
  socket: WebSocket
  frames: Frame[]
  snapshot: Snapshot
  /** The next frame of that name for which the test holds, among those that no earlier call has passed over. */
  next<K extends LiveEventName>(event: K, test?: (data: LiveEvents[K]) => boolean): Promise<LiveEvents[K]>
  send(frame: unknown): void
  closed: Promise<{ code: number; reason: string }>
  close(): Promise<void>
}

interface Waiting {
  event: string
  test: (data: unknown) => boolean
  resolve: (data: unknown) => void
  reject: (cause: Error) => void
}

/** Takes frames in order: whoever waits gets the first that fits behind the ones that were taken before. */
const createInbox = () => {
  const frames: Frame[] = []
  const waiting = new Set<Waiting>()
  let passed = 0
  return {
    frames,
    take: (frame: Frame) => {
      frames.push(frame)
      for (const one of waiting) {
        if (one.event !== frame.event || !one.test(frame.data)) continue
        waiting.delete(one)
        passed = frames.length
        one.resolve(frame.data)
      }
    },
    end: (why: string) => {
      for (const { event, reject } of waiting) reject(new Error(`No ${event} came before the end: ${why}.`))
      waiting.clear()
    },
    next: (event: string, test: (data: unknown) => boolean): Promise<unknown> => {
      const found = frames.findIndex((frame, index) => index >= passed && frame.event === event && test(frame.data))
      if (found !== -1) {
        passed = found + 1
        return Promise.resolve(frames[found]?.data)
      }
      return new Promise((resolve, reject) => waiting.add({ event, test, resolve, reject }))
    },
  }
}

/** Opens the live WebSocket with a ticket and waits for the snapshot. */
export const openLive = async (url: string, ticket: string): Promise<LiveReader> => {
  const inbox = createInbox()
  const snapshot = Promise.withResolvers<Snapshot>()
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/api/v1/live?ticket=${ticket}`, { maxPayload: 64e6 })
  socket.on('message', (data) => {
    const frame = { ...(JSON.parse(String(data)) as Omit<Frame, 'at'>), at: performance.now() }
    if (frame.event === 'snapshot') snapshot.resolve(frame.data as Snapshot)
    else inbox.take(frame)
  })
  const closed = once(socket, 'close').then(([code, reason]) => {
    inbox.end(`closed with ${code} ${reason}`)
    snapshot.reject(new Error(`Closed with ${code} before the snapshot.`))
    return { code: Number(code), reason: String(reason) }
  })
  snapshot.promise.catch(() => undefined)
  await once(socket, 'open')
  return {
    socket,
    frames: inbox.frames,
    snapshot: await snapshot.promise,
    next: (event, test = () => true) =>
      inbox.next(event, test as (data: unknown) => boolean) as Promise<LiveEvents[typeof event]>,
    send: (frame) => socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    closed,
    close: async () => {
      socket.close()
      await closed
    },
  }
}
