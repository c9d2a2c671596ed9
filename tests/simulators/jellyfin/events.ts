export type EventType =
  | 'request'
  | 'play'
  | 'pause'
  | 'resume'
  | 'seek'
  | 'stop'
  | 'command'
  | 'stopped'
  | 'message'
  | 'session-started'
  | 'session-ended'
  | 'sign-in'
  | 'sign-in-failed'
  | 'sign-out'
  | 'password'
  | 'policy'
  | 'encoding-killed'
  | 'socket-open'
  | 'socket-refused'
  | 'socket-close'
  | 'subscribe'
  | 'keep-alive'
  | 'frame'

export interface SimulatorEvent {
  type: EventType
  at: number
  sessionId: string | null
  detail: Record<string, unknown>
}

export interface Events {
  emit(type: EventType, sessionId?: string | null, detail?: Record<string, unknown>): void
  on(listener: (event: SimulatorEvent) => void): () => void
  /** Settles with the first matching event that comes after the call. */
  next(type: EventType, matches?: (event: SimulatorEvent) => boolean): Promise<SimulatorEvent>
  past(type?: EventType): SimulatorEvent[]
}

const KEPT = 1000

export function createEvents(now: () => number): Events {
  const listeners = new Set<(event: SimulatorEvent) => void>()
  const history: SimulatorEvent[] = []
  const on = (listener: (event: SimulatorEvent) => void) => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  return {
    on,
    emit(type, sessionId = null, detail = {}) {
      const event = { type, at: now(), sessionId, detail }
      history.push(event)
      if (history.length > KEPT) history.shift()
      for (const listener of [...listeners]) listener(event)
    },
    next(type, matches = () => true) {
      return new Promise((resolve) => {
        const off = on((event) => {
          if (event.type !== type || !matches(event)) return
          off()
          resolve(event)
        })
      })
    },
    past: (type) => history.filter((event) => type === undefined || event.type === type),
  }
}
