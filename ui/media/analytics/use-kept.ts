import { useEffect, useRef } from 'preact/hooks'
import type { Query } from '../../lib/api.ts'
import { useApp } from '../../lib/app.ts'
import { useAsked } from '../../lib/use-asked.ts'

export interface Kept<T> {
  /** The last answer, also while another is asked for; null before the first. */
  value: T | null
  /** Whether it answers what is asked now. */
  isCurrent: boolean
  error: unknown
  again(): void
}

const everyMs = 300_000

/** Asks again when the question changes and every five minutes; what was known stays until then. */
export const useKept = <T>(path: string, query: Query): Kept<T> => {
  const { api } = useApp()
  const { value, error, again } = useAsked(`${path} ${JSON.stringify(query)}`, (signal) =>
    api.get<T>(path, { query, signal }),
  )
  const last = useRef<T | null>(null)
  if (value !== null) last.current = value
  useEffect(() => {
    const timer = setInterval(again, everyMs)
    return () => clearInterval(timer)
  }, [])
  return { value: last.current, isCurrent: value !== null, error: value === null ? error : null, again }
}
