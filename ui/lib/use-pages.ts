import { batch, useSignal } from '@preact/signals'
import { useCallback, useEffect, useRef } from 'preact/hooks'
import type { List } from '#protocol/list.ts'
import type { Query } from './api.ts'
import { useApp } from './app.ts'

export interface Pages<T> {
  /** Newest first; null before the first answer. Stays while other filters are asked for. */
  items: readonly T[] | null
  hasMore: boolean
  busy: boolean
  error: unknown
  more(): void
  again(): void
}

const pageSize = 50

/** A long list by the page: the next one is asked for with the cursor of the last. */
export const usePages = <T>(path: string, query: Query): Pages<T> => {
  const { api } = useApp()
  const items = useSignal<readonly T[] | null>(null)
  const next = useSignal<string | null>(null)
  const busy = useSignal(false)
  const error = useSignal<unknown>(null)
  const round = useSignal(0)
  const control = useRef<AbortController | null>(null)
  const key = JSON.stringify(query)
  const latest = useRef(query)
  latest.current = query

  const read = async (cursor: string | null) => {
    control.current?.abort()
    const mine = new AbortController()
    control.current = mine
    busy.value = true
    // The cursor of other filters must not be asked with these.
    if (cursor === null) next.value = null
    try {
      const page = await api.get<List<T>>(path, {
        query: { ...latest.current, limit: pageSize, cursor },
        signal: mine.signal,
      })
      batch(() => {
        items.value = cursor === null ? page.items : [...(items.peek() ?? []), ...page.items]
        next.value = page.next
        error.value = null
        busy.value = false
      })
    } catch (wrong) {
      if (mine.signal.aborted) return
      batch(() => {
        error.value = wrong
        busy.value = false
      })
    }
  }

  useEffect(() => {
    void read(null)
    return () => control.current?.abort()
  }, [key, round.value])

  const more = useCallback(() => {
    if (!busy.peek() && next.peek() !== null) void read(next.peek())
  }, [])
  return {
    items: items.value,
    hasMore: next.value !== null,
    busy: busy.value,
    error: error.value,
    more,
    again: () => {
      round.value += 1
    },
  }
}
