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
  const topics = new Map<string, number>()
  let socket: WebSocket | null = null
  let running = false
  let tries = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let watchdog: ReturnType<typeof setInterval> | undefined
  let lastWordAt = deps.now()
  let waiting: LiveFrame[] = []

  const flush = () => {
    const frames = waiting
    waiting = []
    if (frames.length > 0) deps.apply(frames)
  }

  const receive = (text: string) => {
    lastWordAt = deps.now()
    const frame = JSON.parse(text) as LiveFrame
    if (frame.event === 'snapshot') {
      tries = 0
      waiting = []
      status.value = { state: 'live', since: lastWordAt, nextTryAt: null }
    }
    waiting.push(frame)
    if (waiting.length > 1) return
    if (document.hidden) setTimeout(flush, 200)
    else requestAnimationFrame(flush)
  }

  const send = (event: 'subscribe' | 'unsubscribe', names: string[]) => {
    if (socket?.readyState === WebSocket.OPEN && names.length > 0)
      socket.send(JSON.stringify({ event, data: { topics: names } }))
  }

  const later = (code: number) => {
    const ceiling = Math.min(lastDelayMs, firstDelayMs * 2 ** tries)
    const delay = code === 4008 ? Math.random() * 200 : ceiling / 2 + (Math.random() * ceiling) / 2
    tries += 1
    const nextTryAt = deps.now() + delay
    const { state, since } = status.peek()
    status.value = state === 'live' ? { state: 'stale', since: lastWordAt, nextTryAt } : { state, since, nextTryAt }
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
    mine.onopen = () => send('subscribe', [...topics.keys()])
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
    flush()
    if (socket) void check()
    else retry()
  }

  return {
    status,
    start: () => {
      if (running) return
      running = true
      tries = 0
      addEventListener('online', retry)
      document.addEventListener('visibilitychange', wake)
      watchdog = setInterval(check, 15_000)
      void open()
    },
    stop: () => {
      running = false
      clearTimeout(timer)
      clearInterval(watchdog)
      removeEventListener('online', retry)
      document.removeEventListener('visibilitychange', wake)
      const old = socket
      socket = null
      old?.close(1000)
      status.value = { state: 'connecting', since: deps.now(), nextTryAt: null }
    },
    retry,
    watch: (topic) => {
      const count = topics.get(topic) ?? 0
      topics.set(topic, count + 1)
      if (count === 0) send('subscribe', [topic])
      let over = false
      return () => {
        if (over) return
        over = true
        const left = (topics.get(topic) ?? 1) - 1
        if (left > 0) return void topics.set(topic, left)
        topics.delete(topic)
        send('unsubscribe', [topic])
      }
    },
  }
}
