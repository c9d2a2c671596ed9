import { type ReadonlySignal, signal } from '@preact/signals'
import type { LiveFrame } from '#protocol/live.ts'

/** `stale` = the wire is down; `since` is when the last word came. */
export interface LiveStatus {
  state: 'connecting' | 'live' | 'stale'
  since: number
  /** When the next try begins, while stale. */
  nextTryAt: number | null
}

export interface Live {
  status: ReadonlySignal<LiveStatus>
  start(): void
  stop(): void
  /** Tries at once instead of waiting. */
  retry(): void
  /** Asks for events that are sent on request only; the answer takes the request back. */
  watch(topic: string): () => void
}

const firstDelayMs = 500
const lastDelayMs = 15_000
const silenceMs = 45_000

/** Counts who wants a topic: the box hears of the first and of the last. */
const createTopics = (send: (event: 'subscribe' | 'unsubscribe', names: string[]) => void) => {
  const wanted = new Map<string, number>()
  const leave = (topic: string) => {
    const left = (wanted.get(topic) ?? 1) - 1
    if (left > 0) return void wanted.set(topic, left)
    wanted.delete(topic)
    send('unsubscribe', [topic])
  }
  return {
    all: () => [...wanted.keys()],
    watch: (topic: string) => {
      const count = wanted.get(topic) ?? 0
      wanted.set(topic, count + 1)
      if (count === 0) send('subscribe', [topic])
      let isOver = false
      return () => {
        if (!isOver) leave(topic)
        isOver = true
      }
    },
  }
}

/** The box closed the wire for a reason of its own, and is there: too slow a reader (4008), other rights now (4001). */
const isOrderly = (code: number) => code === 4008 || code === 4001

/** A reader that was too slow may come back at once; a box that is away is asked ever more rarely, never in step. */
const delayOf = (tries: number, code: number): number => {
  const ceiling = Math.min(lastDelayMs, firstDelayMs * 2 ** tries)
  return isOrderly(code) ? Math.random() * 200 : ceiling / 2 + (Math.random() * ceiling) / 2
}

/**
 * Frames that arrive together are applied together, once per picture of the screen. After it, not in it: on a slow
 * device what the frames change and how it is laid out would be one long task, and a tap had to wait for both.
 */
const createQueue = (apply: (frames: LiveFrame[]) => void) => {
  let waiting: LiveFrame[] = []
  const flush = () => {
    const frames = waiting
    waiting = []
    if (frames.length > 0) apply(frames)
  }
  return {
    flush,
    clear: () => {
      waiting = []
    },
    add: (frame: LiveFrame) => {
      waiting.push(frame)
      if (waiting.length > 1) return
      if (document.hidden) setTimeout(flush, 200)
      else requestAnimationFrame(() => setTimeout(flush))
    },
  }
}

/** The moments at which a wire that looks open may be dead, or one that is down may come back. */
const listen = (on: { retry: () => void; wake: () => void; check: () => void }) => {
  addEventListener('online', on.retry)
  document.addEventListener('visibilitychange', on.wake)
  const watchdog = setInterval(on.check, 15_000)
  return () => {
    removeEventListener('online', on.retry)
    document.removeEventListener('visibilitychange', on.wake)
    clearInterval(watchdog)
  }
}

/** Snapshot first, then changes, applied in one go per frame of the screen. Comes back by itself, for ever. */
export const createLive = (deps: {
  ticket: () => Promise<string>
  connect: (ticket: string) => WebSocket
  /** False when the box is not there: after a laptop's sleep a dead socket still looks open. */
  probe: () => Promise<boolean>
  apply: (frames: LiveFrame[]) => void
  onRevoked: () => void
  now: () => number
}): Live => {
  const status = signal<LiveStatus>({ state: 'connecting', since: deps.now(), nextTryAt: null })
  let socket: WebSocket | null = null
  let running = false
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let unlisten = () => {}
  let lastWordAt = deps.now()
  const queue = createQueue(deps.apply)

  const receive = (text: string) => {
    lastWordAt = deps.now()
    const frame = JSON.parse(text) as LiveFrame
    if (frame.event === 'snapshot') {
      tries = 0
      queue.clear()
      status.value = { state: 'live', since: lastWordAt, nextTryAt: null }
    }
    queue.add(frame)
  }

  const send = (event: 'subscribe' | 'unsubscribe', names: string[]) => {
    if (socket?.readyState === WebSocket.OPEN && names.length > 0)
      socket.send(JSON.stringify({ event, data: { topics: names } }))
  }
  const topics = createTopics(send)

  const later = (code: number) => {
    const delay = delayOf(tries, code)
    tries += 1
    const nextTryAt = deps.now() + delay
    const { state, since } = status.peek()
    const isLost = state === 'live' && !(isOrderly(code) && tries === 1)
    status.value = isLost ? { state: 'stale', since: lastWordAt, nextTryAt } : { state, since, nextTryAt }
    clearTimeout(timer)
    timer = setTimeout(open, delay)
  }

  const open = async (): Promise<void> => {
    clearTimeout(timer)
    if (!running || socket) return
    let ticket: string
    try {
      ticket = await deps.ticket()
    } catch {
      if (running && !socket) later(0)
      return
    }
    if (!running || socket) return
    const mine = deps.connect(ticket)
    socket = mine
    mine.onopen = () => send('subscribe', topics.all())
    mine.onmessage = ({ data }) => receive(String(data))
    mine.onclose = ({ code }) => {
      if (socket !== mine) return
      socket = null
      if (!running) return
      if (code === 4001) deps.onRevoked()
      later(code)
    }
  }

  const abandon = () => {
    const dead = socket
    socket = null
    dead?.close()
    later(0)
  }

  const retry = () => {
    if (!running || socket) return
    tries = 0
    void open()
  }

  const check = async () => {
    const suspect = socket
    if (!suspect || suspect.readyState !== WebSocket.OPEN || deps.now() - lastWordAt < silenceMs) return
    if (await deps.probe()) lastWordAt = deps.now()
    else if (socket === suspect) abandon()
  }

  const wake = () => {
    if (document.hidden) return
    queue.flush()
    if (socket) void check()
    else retry()
  }

  return {
    status,
    start: () => {
      if (running) return
      running = true
      tries = 0
      unlisten = listen({ retry, wake, check })
      void open()
    },
    stop: () => {
      running = false
      clearTimeout(timer)
      unlisten()
      const old = socket
      socket = null
      old?.close(1000)
      status.value = { state: 'connecting', since: deps.now(), nextTryAt: null }
    },
    retry,
    watch: topics.watch,
  }
}
