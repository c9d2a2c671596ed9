export interface SimulatorEvent<Type extends string> {
  type: Type
  at: number
  sessionId: string | null
  detail: Record<string, unknown>
}

export interface Events<Type extends string> {
  emit(type: Type, sessionId?: string | null, detail?: Record<string, unknown>): void
  on(listener: (event: SimulatorEvent<Type>) => void): () => void
  /** Settles with the first matching event that comes after the call. */
  next(type: Type, matches?: (event: SimulatorEvent<Type>) => boolean): Promise<SimulatorEvent<Type>>
  past(type?: Type): SimulatorEvent<Type>[]
}

const KEPT = 1000

export function createEvents<Type extends string>(now: () => number): Events<Type> {
  const listeners = new Set<(event: SimulatorEvent<Type>) => void>()
  const history: SimulatorEvent<Type>[] = []
  const on = (listener: (event: SimulatorEvent<Type>) => void) => {
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
