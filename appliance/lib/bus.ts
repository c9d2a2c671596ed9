/** A typed event bus: a listener that throws is reported and the others still run. */
export interface Bus<E> {
  emit<K extends keyof E>(type: K, payload: E[K]): void
  /** Returns the way to stop listening. */
  on<K extends keyof E>(type: K, listen: (payload: E[K]) => void): () => void
}

export const createBus = <E>(onError: (type: keyof E, cause: unknown) => void): Bus<E> => {
  const listeners = new Map<keyof E, Set<(payload: never) => void>>()
  return {
    emit: (type, payload) => {
      for (const listen of [...(listeners.get(type) ?? [])]) {
        try {
          listen(payload as never)
        } catch (cause) {
          onError(type, cause)
        }
      }
    },
    on: (type, listen) => {
      const set = listeners.get(type) ?? new Set()
      listeners.set(type, set)
      set.add(listen)
      return () => set.delete(listen)
    },
  }
}
