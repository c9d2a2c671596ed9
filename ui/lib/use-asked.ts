import { batch, useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { useApp } from './app.ts'

export interface Asked<T> {
  /** The last answer for this key; null before the first. */
  value: T | null
  /** Why the last try failed; what was known before stays. */
  error: unknown
  again(): void
  /** Takes over what another call answered. */
  put(value: T): void
}

/** Asks the box when the component appears, when `key` changes, and again when a lost wire is back. */
export const useAsked = <T>(key: string, ask: (signal: AbortSignal) => Promise<T>): Asked<T> => {
  const { live } = useApp()
  const known = useSignal<{ key: string; value: T } | null>(null)
  const error = useSignal<unknown>(null)
  const round = useSignal(0)
  const wasStale = useRef(false)
  const again = () => {
    round.value += 1
  }

  useSignalEffect(() => {
    const { state } = live.status.value
    if (state === 'stale') wasStale.current = true
    if (state !== 'live' || !wasStale.current) return
    wasStale.current = false
    round.value = round.peek() + 1
  })

  useEffect(() => {
    const control = new AbortController()
    ask(control.signal).then(
      (value) => {
        if (control.signal.aborted) return
        batch(() => {
          known.value = { key, value }
          error.value = null
        })
      },
      (wrong: unknown) => {
        if (!control.signal.aborted) error.value = wrong
      },
    )
    return () => control.abort()
  }, [key, round.value])

  return {
    value: known.value?.key === key ? known.value.value : null,
    error: error.value,
    again,
    put: (value) => {
      known.value = { key, value }
    },
  }
}
